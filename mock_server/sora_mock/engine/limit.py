"""The rate limit: so many character creations in any sixty seconds, as a sliding window.

Owns the arithmetic of the window: a sorted list of the instants at which creations counted. What counts as one is
decided elsewhere.
"""

from bisect import bisect_right

import msgspec

WINDOW = 60_000
"""The length of the window in milliseconds."""


class Quota(msgspec.Struct, frozen=True):
    """What is left: `limit` and `remaining` creations, and `reset` milliseconds until all of them are free again."""

    limit: int
    remaining: int
    reset: int


def used(creations: list[int], now: int) -> int:
    """Return how many of the creations still count at `now`."""
    return len(creations) - bisect_right(creations, now - WINDOW)


def wait(creations: list[int], limit: int, now: int) -> int:
    """Return the milliseconds until one more creation is allowed; 0 when it is allowed now."""
    if used(creations, now) < limit:
        return 0
    return creations[-limit] + WINDOW - now


def quota(creations: list[int], limit: int, now: int) -> Quota:
    """Return what is left of the limit at `now`."""
    count = used(creations, now)
    reset = creations[-1] + WINDOW - now if count else 0
    return Quota(limit, max(0, limit - count), reset)


def record(creations: list[int], now: int) -> None:
    """Count one creation at `now`, in place; those that count no more are forgotten once they are the larger part."""
    stale = bisect_right(creations, now - WINDOW)
    if stale > len(creations) // 2:
        del creations[:stale]
    creations.append(max(now, creations[-1]) if creations else now)
