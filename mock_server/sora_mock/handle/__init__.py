"""The handle: one account of a running mock in the hands of a test, a notebook or a script.

Owns what a user of Python gets to hold. Everything is done through the desk; where the mock runs is the venue's.
"""

from sora_mock.handle.calls import Call
from sora_mock.handle.sora import Sora
from sora_mock.handle.venue import Venue

__all__ = ["Call", "Sora", "Venue"]
