"""What a reply asks of whoever gets it: to try again, and how long to wait first.

Owns the reading of `Retry-After` in all that a server may write there, and the ends after which another try is called
for. It is pure, and judges nobody.
"""

import math
import re
from datetime import UTC
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Literal

import msgspec

from sora_conformance.client.arrivals import Arrival

LONG_SECONDS = 60.0
"""A wait longer than this is one to be told of, not to be slept through."""

SHORT_SECONDS = 10.0
"""A wait no longer than this is one that every client can be expected to wait for."""

_DATE_SECONDS = 1.0
_SECONDS = re.compile(r"\d{1,9}(\.\d+)?")


class End(StrEnum):
    """How a try ended, seen from the client: LOST is a reply that did not arrive whole, however that came about."""

    DONE = "done"
    LIMITED = "limited"
    FAILED = "failed"
    REFUSED = "refused"
    LOST = "lost"
    OPEN = "under way"


AGAIN = frozenset({End.LIMITED, End.FAILED, End.LOST})
"""The ends after which the same request is another try, and no new call."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a reply's `Retry-After` says, as `text`, and what it amounts to in `seconds` from the end of the reply.

    Of a date it is the least that it can mean: dates are whole seconds, and clocks are read at both ends. What is
    `garbage` amounts to 0.
    """

    form: Literal["seconds", "date", "garbage"]
    text: str
    seconds: float


def end_of(arrival: Arrival) -> End:
    """Return how a request ended."""
    status = arrival.status
    if math.isinf(arrival.done):
        return End.OPEN
    if status is None or arrival.cut or arrival.abandoned or status == 408:
        return End.LOST
    if status == 429:
        return End.LIMITED
    if status >= 500:
        return End.FAILED
    return End.REFUSED if status >= 400 else End.DONE


def asked_by(arrival: Arrival) -> Asked | None:
    """Return what a reply asks to wait, None where it asks for nothing or where nobody could have read it."""
    if end_of(arrival) not in {End.LIMITED, End.FAILED}:
        return None
    text = reply_header(arrival, "retry-after")
    if text is None:
        return None
    if _SECONDS.fullmatch(text.strip()):
        return Asked(form="seconds", text=text, seconds=float(text))
    until, since = _instant(text), _instant(reply_header(arrival, "date") or "")
    if until is None:
        return Asked(form="garbage", text=text, seconds=0.0)
    seconds = 0.0 if since is None else max(0.0, until - since - _DATE_SECONDS)
    return Asked(form="date", text=text, seconds=seconds)


def due_after(arrival: Arrival) -> float:
    """Return when the next try may begin, on the clock of the arrivals."""
    asked = asked_by(arrival)
    return arrival.done + (asked.seconds if asked else 0.0)


def reply_header(arrival: Arrival, name: str) -> str | None:
    """Return the first value of a header of the reply, None when it has none of that name."""
    return next((value for key, value in arrival.reply_headers if key.lower() == name), None)


def keeps_open(arrival: Arrival) -> bool:
    """Tell whether both sides let the connection stand after an exchange."""
    words = f"{arrival.header('connection') or ''},{reply_header(arrival, 'connection') or ''}".lower()
    return end_of(arrival) not in {End.LOST, End.OPEN} and "close" not in words


def _instant(text: str) -> float | None:
    try:
        found = parsedate_to_datetime(text)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
