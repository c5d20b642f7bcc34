"""The pace: how many requests may be under way at once.

Owns the rule, a pure machine: a 429 halves what was under way, successes win it back one by one. Who waits for a place,
and how, is told in `gates`.
"""

import msgspec


class Pace(msgspec.Struct, frozen=True):
    """How many requests may be under way: `limit`, never more than `most`.

    `epoch` counts the falls. A request that began before the last fall says nothing new by being refused: of many that
    are sent away together, only the first slows the pace.
    """

    most: int
    limit: float
    epoch: int = 0

    @property
    def places(self) -> int:
        """Return how many requests may be under way."""
        return int(self.limit)

    def refused(self, *, epoch: int, under_way: int) -> "Pace":
        """Return the pace after a 429 to a request of this epoch, with so many under way."""
        if epoch != self.epoch:
            return self
        return Pace(self.most, max(1.0, min(self.limit, float(under_way)) / 2), self.epoch + 1)

    def succeeded(self) -> "Pace":
        """Return the pace after a success: one place more for as many successes as there are places."""
        return msgspec.structs.replace(self, limit=min(self.limit + 1 / self.limit, float(self.most)))


def full(most: int) -> Pace:
    """Return the pace at the start. Raises ValueError for less than one place."""
    if most < 1:
        raise ValueError(f"max_concurrency: expected at least 1, found {most}")
    return Pace(most, float(most))
