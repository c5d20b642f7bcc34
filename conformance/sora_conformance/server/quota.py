"""The quota: what a reply to a creation states of the rate limit.

Owns the reading of the three headers, and what is wrong with them by themselves. Whether they are true is for others to
compare.
"""

import re

import msgspec

from sora_conformance.exchanges import Exchange
from sora_conformance.server.matching import shown

HEADERS = {word: f"x-ratelimit-{word}-requests" for word in ("limit", "remaining", "reset")}
"""The names of the headers."""

WINDOW = 60.0
"""After how many seconds at the latest all creations are free again."""

_COUNT = re.compile("[0-9]{1,9}")
_SPAN = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?(?:ms|s|m|h|d))+")
_PART = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|s|m|h|d)")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}


class Quota(msgspec.Struct, frozen=True, kw_only=True):
    """How many creations a minute are allowed, how many are left, and in how many seconds all of them are again."""

    limit: int
    remaining: int
    reset: float

    @property
    def used(self) -> int:
        """Return how many creations count at present."""
        return self.limit - self.remaining


def quota_of(exchange: Exchange) -> Quota | None:
    """Return the quota that a reply states, None unless it states all of it legibly."""
    return None if flaws(exchange) else _read(exchange)


def flaws(exchange: Exchange) -> list[str]:
    """Return what is wrong with the headers of a reply, whatever is true."""
    found = []
    for word, form in (("limit", _COUNT), ("remaining", _COUNT), ("reset", _SPAN)):
        value = exchange.header(HEADERS[word])
        if value is None:
            found.append(f"expected {HEADERS[word]} on a reply with status {exchange.status}, found none")
        elif not form.fullmatch(value):
            wanted = "a whole number" if form is _COUNT else "a number with its unit"
            found.append(f"expected {HEADERS[word]} to be {wanted}, found {shown(value)}")
    if found:
        return found
    quota = _read(exchange)
    if quota.limit < 1 or quota.remaining > quota.limit:
        found.append(f"expected no more to be left than the limit, found {quota.remaining} of {quota.limit}")
    if quota.reset > WINDOW:
        found.append(f"expected all creations to be free again within {WINDOW:g} s, found {quota.reset:g} s")
    return found


def _read(exchange: Exchange) -> Quota:
    limit, remaining, reset = (exchange.header(name) or "" for name in HEADERS.values())
    seconds = sum(float(number) * _SECONDS[unit] for number, unit in _PART.findall(reset))
    return Quota(limit=int(limit), remaining=int(remaining), reset=seconds)
