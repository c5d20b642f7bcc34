"""Pace: how an account's own time runs beside the real one.

Owns freezing, advancing and speeding time up. It asks no clock: the real instant is an argument.
"""

import msgspec

MAX_ADVANCE = 100 * 365 * 86_400.0
MIN_SPEED = 0.000_001
MAX_SPEED = 1_000_000.0

LATEST = 253_370_764_800_000
"""The last instant there is, the beginning of the year 9999: later ones have no date."""


class Pace(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From the real instant `real` on, time runs at `speed` from the account's instant `virtual`; 0 is standstill."""

    real: int = 0
    virtual: int = 0
    speed: float = 1.0

    def at(self, real: int) -> int:
        """Return the account's instant at the real instant `real`; it is never before the one it was set to."""
        # The machine's time may have been set back since, while no process ran.
        elapsed = max(0, real - self.real)
        return min(self.virtual + (elapsed if self.speed == 1.0 else int(elapsed * self.speed)), LATEST)

    def moved(self, real: int, *, advance: int = 0, speed: float | None = None) -> "Pace":
        """Return the pace from `real` on: `advance` milliseconds further, at another speed if one is given."""
        return Pace(real, min(self.at(real) + advance, LATEST), self.speed if speed is None else speed)

    def waits(self, span: int) -> int:
        """Return the real milliseconds that `span` of the account's time takes; while it stands still, none."""
        return round(span / self.speed) if self.speed else 0


REAL_TIME = Pace()
