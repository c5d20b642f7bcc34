"""Scenarios: limits, latencies and faults that are played together, written down as TOML.

Owns the form of the files, the reading of them, and the drills that come with the mock. It puts no scenario in place.
"""

from sora_mock.scenarios.loading import builtin, load, names
from sora_mock.scenarios.reading import ScenarioError, parse

__all__ = ["ScenarioError", "builtin", "load", "names", "parse"]
