"""`Retry-After`: how long a server asks to be left alone.

Owns the reading of the header in both of its forms. It asks no clock.
"""

import re
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime

LONGEST = 1e9
"""Longer waits, in seconds, are told as this one."""

_SECONDS = re.compile(r"[0-9]+(\.[0-9]+)?")


def retry_after(headers: Mapping[str, str], *, date: float) -> float | None:
    """Return the seconds that a reply asks to wait; None if it does not say, or says nonsense.

    A date is taken against the reply's own `Date`, so that two clocks need not agree, else against `date`, which is
    the present in Unix seconds. A date that is over is 0.
    """
    value = headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(value):
        return min(float(value), LONGEST)
    until = _instant(value)
    if until is None:
        return None
    since = _instant(headers.get("date", "").strip())
    return min(max(until - (date if since is None else since), 0.0), LONGEST)


def _instant(text: str) -> float | None:
    """Return an HTTP date in Unix seconds, None if it is none."""
    try:
        found = parsedate_to_datetime(text)
        # A zone that is left out is that of all HTTP dates.
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
