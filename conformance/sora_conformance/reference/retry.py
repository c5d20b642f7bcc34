"""Retries: whether a request is sent again, and after how long.

Owns the policy and the decision, a pure function of what happened and of chance. It waits for nothing and asks no
clock.
"""

import msgspec

from sora_conformance.reference.outcomes import Outcome, Reply, Trouble
from sora_conformance.reference.retry_after import retry_after


class Retry(msgspec.Struct, frozen=True, kw_only=True):
    """How patient a client is; all times are in seconds.

    `attempts` is how often a request is sent at most. `statuses` are answered by another attempt; leave 502 and 504
    out to be certain that no character is made twice. A wait without `Retry-After` is between half of and the whole of
    `base`, and doubles from attempt to attempt up to `longest`. With `Retry-After` it is at least that, and at least
    `least`; one of more than `max_wait` is not waited for but told.
    """

    attempts: int = 4
    base: float = 1.0
    longest: float = 30.0
    least: float = 0.25
    max_wait: float = 60.0
    statuses: frozenset[int] = frozenset({429, 502, 503, 504})

    def __post_init__(self) -> None:
        if self.attempts < 1:
            raise ValueError(f"attempts: expected at least 1, found {self.attempts}")
        if not (0 < self.base <= self.longest and 0 < self.least <= self.max_wait):
            raise ValueError("expected 0 < base <= longest and 0 < least <= max_wait")


def pause_before_next(
    attempt: int, outcome: Outcome, policy: Retry, *, safe: bool, chance: float, date: float
) -> float | None:
    """Return the seconds to wait before the request is sent again, None if it is not.

    `attempt` counts from 1 and is the one that had this outcome. `safe` tells that the request may be repeated
    whatever became of it. `chance` is from [0, 1), `date` the present in Unix seconds.
    """
    if attempt >= policy.attempts or not _repeatable(outcome, policy, safe=safe):
        return None
    asked = retry_after(outcome.headers, date=date) if isinstance(outcome, Reply) else None
    if asked is None:
        return backoff(attempt, policy, chance=chance)
    if asked > policy.max_wait:
        return None
    # Many clients that are sent away together do not come back together.
    return max(asked, policy.least) + chance * policy.least


def backoff(attempt: int, policy: Retry, *, chance: float) -> float:
    """Return the client's own wait: it grows, with a jitter of half of it, so that no wait is shorter than the last."""
    # An exponent without bound would overflow.
    whole: float = min(policy.base * 2.0 ** min(attempt - 1, 60), policy.longest)
    return whole * (0.5 + chance / 2)


def _repeatable(outcome: Outcome, policy: Retry, *, safe: bool) -> bool:
    if isinstance(outcome, Reply):
        if outcome.success:
            return safe and outcome.trouble is Trouble.LOST
        return outcome.status in policy.statuses or (safe and outcome.status == 500)
    if outcome.trouble is Trouble.NO_CONNECTION:
        return True
    # Whatever was sent may have been done: only a request that makes nothing is sent again.
    return safe and outcome.trouble in {Trouble.LOST, Trouble.TIMEOUT}
