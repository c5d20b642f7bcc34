"""How long to measure, what a measurement gives back, and what it says when it cannot be trusted.

Owns the words that the measurements and the report share. It must not know what is measured, or how it is shown.
"""

from collections.abc import Callable
from statistics import median

import msgspec

Tell = Callable[[str], None]
"""Says in a few words what is being measured now."""


class BenchmarkError(Exception):
    """A measurement that cannot be trusted, such as a reply other than 200; the message says which and why."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """How much to measure.

    `rounds` rounds of `seconds` seconds for each server; `characters` and `accounts` are the large numbers that the
    measurements of memory and scale go up to.
    """

    rounds: int = 5
    seconds: int = 4
    characters: int = 100_000
    accounts: int = 10_000


class Bar(msgspec.Struct, frozen=True):
    """The ratio to keep to: at least `limit`, or at most."""

    limit: float
    at_most: bool = False

    def met(self, ratio: float) -> bool:
        """Return whether a ratio keeps to the bar."""
        return ratio <= self.limit if self.at_most else ratio >= self.limit

    def __str__(self) -> str:
        return f"{'≤' if self.at_most else '≥'} {self.limit:g}"


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One measured thing: a value from each round, and those of its yardstick from the same rounds."""

    what: str
    unit: str
    values: tuple[float, ...]
    yardstick: str = ""
    against: tuple[float, ...] = ()
    bar: Bar | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """The median of the rounds' own ratios: what slows a whole round down falls on both sides of it."""
        if not self.against:
            return None
        return median(value / yard for value, yard in zip(self.values, self.against, strict=True))
