"""Latency: how long the upstream would have taken, as distributions with one notation.

Owns the distributions and the profiles `instant` and `documented`. The caller brings the draw, so that the same seed
always waits the same time.
"""

import math
import re
from collections.abc import Callable

import msgspec

Draw = Callable[[], float]
"""Gives a number at least 0 and less than 1 when it is needed."""


MAX_SECONDS = 86_400.0
"""The longest that anything may take: a day."""


class Fixed(msgspec.Struct, frozen=True, tag="fixed"):
    """Always `seconds`."""

    seconds: float

    def sample(self, draw: Draw) -> int:  # noqa: ARG002 - nothing is left to chance
        """Return the span in milliseconds."""
        return round(self.seconds * 1000)


class Uniform(msgspec.Struct, frozen=True, tag="uniform"):
    """Evenly between `low` and `high` seconds."""

    low: float
    high: float

    def sample(self, draw: Draw) -> int:
        """Return the span in milliseconds that a draw picks."""
        return round((self.low + (self.high - self.low) * draw()) * 1000)


class Lognormal(msgspec.Struct, frozen=True, tag="lognormal"):
    """Long-tailed: half of the spans are under `median` seconds, `sigma` is the spread of their logarithm."""

    median: float
    sigma: float

    def sample(self, draw: Draw) -> int:
        """Return the span in milliseconds that a draw picks, a day at most; 0 and 1 would have no finite one."""
        from statistics import NormalDist

        normal = NormalDist().inv_cdf(min(max(draw(), 1e-9), 1 - 1e-9))
        return round(min(self.median * math.exp(self.sigma * normal), MAX_SECONDS) * 1000)


Distribution = Fixed | Uniform | Lognormal


class Latency(msgspec.Struct, frozen=True, kw_only=True):
    """The waits of one profile: creation by URL, creation by task, and the whole of a generation."""

    url: Distribution
    task: Distribution
    generation: Distribution


NONE = Fixed(0.0)
INSTANT = Latency(url=NONE, task=NONE, generation=NONE)
DOCUMENTED = Latency(url=Uniform(10, 30), task=Uniform(5, 15), generation=Uniform(30, 180))
"""The processing times that the guide states; the one of generations is assumed."""

PROFILES = {"instant": INSTANT, "documented": DOCUMENTED}
KINDS = Latency.__struct_fields__
NOTATION = "SECONDS, LOW..HIGH or lognormal(MEDIAN;SIGMA)"

_NUMBER = r"(\d+(?:\.\d+)?)"
_FIXED = re.compile(_NUMBER)
_UNIFORM = re.compile(rf"{_NUMBER}\.\.{_NUMBER}")
_LOGNORMAL = re.compile(rf"lognormal\({_NUMBER};{_NUMBER}\)")


class LatencyError(ValueError):
    """A latency that cannot be read; the message says which part and what is expected."""


def parse_latency(text: str) -> Latency:
    """Read a profile's name, or `KIND=DISTRIBUTION,…` with kinds url, task and generation (others stay instant)."""
    if text in PROFILES:
        return PROFILES[text]
    parts: dict[str, Distribution] = {}
    for part in text.split(","):
        kind, equals, notation = part.partition("=")
        if not equals or kind not in KINDS:
            raise LatencyError(
                f"latency {text!r}: expected {', '.join(PROFILES)} or KIND=DISTRIBUTION with KIND one of "
                f"{', '.join(KINDS)}, found {part!r}"
            )
        parts[kind] = parse_distribution(notation)
    return msgspec.structs.replace(INSTANT, **parts)


def parse_distribution(text: str) -> Distribution:
    """Read one distribution in seconds; raise LatencyError unless it is one of NOTATION, below a day."""
    distribution: Distribution | None = None
    if match := _FIXED.fullmatch(text):
        distribution = Fixed(float(match[1]))
    elif match := _UNIFORM.fullmatch(text):
        distribution = Uniform(float(match[1]), float(match[2]))
    elif match := _LOGNORMAL.fullmatch(text):
        distribution = Lognormal(float(match[1]), float(match[2]))
    if distribution is None or not _sensible(distribution):
        raise LatencyError(f"distribution {text!r}: expected {NOTATION}, in seconds up to {MAX_SECONDS:g}")
    return distribution


def _sensible(distribution: Distribution) -> bool:
    match distribution:
        case Fixed(seconds):
            return seconds <= MAX_SECONDS
        case Uniform(low, high):
            return low <= high <= MAX_SECONDS
        case Lognormal(median, sigma):
            return 0 < median <= MAX_SECONDS and sigma <= 3
