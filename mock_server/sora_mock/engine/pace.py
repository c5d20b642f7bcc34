"""Pace: how an account's own time runs beside the real one.

Owns freezing, advancing and speeding time up. It asks no clock: the real instant is an argument.
"""

import msgspec

MAX_ADVANCE = 100 * 365 * 86_400.0
MAX_SPEED = 1_000_000.0


class Pace(msgspec.Struct, frozen=True):
    """From the real instant `real` on, time runs at `speed` from the account's instant `virtual`; 0 is standstill."""

    real: int = 0
    virtual: int = 0
    speed: float = 1.0

    def at(self, real: int) -> int:
        """Return the account's instant at the real instant `real`."""
        if self.speed == 1.0:
            return self.virtual + real - self.real
        return self.virtual + int((real - self.real) * self.speed)

    def moved(self, real: int, *, advance: int = 0, speed: float | None = None) -> "Pace":
        """Return the pace from `real` on: `advance` milliseconds further, at another speed if one is given."""
        return Pace(real, self.at(real) + advance, self.speed if speed is None else speed)

    def waits(self, span: int) -> int:
        """Return the real milliseconds that `span` of the account's time takes; while it stands still, none."""
        return round(span / self.speed) if self.speed else 0


REAL_TIME = Pace()
