"""Advice: what a 429 says of the time to wait.

Owns the reading of `Retry-After`, and what is wrong with it. Whether the advice is true is not its business.
"""

import math
import re
from email.utils import parsedate_to_datetime

import msgspec

from sora_conformance.exchanges import Exchange
from sora_conformance.server.matching import shown

_WHOLE = re.compile("[0-9]{1,9}")
_NUMBER = re.compile(r"[0-9]{1,9}\.[0-9]{1,9}")


class Advice(msgspec.Struct, frozen=True, kw_only=True):
    """How long a 429 asks to wait.

    `seconds` is None where no number of them is told. `illegible` says that nobody can tell how long to wait; `flaws`
    what keeps the advice from being a whole number of seconds, at least 1; both are findings.
    """

    seconds: int | None = None
    illegible: tuple[str, ...] = ()
    flaws: tuple[str, ...] = ()


def advice_of(exchange: Exchange) -> Advice:
    """Return the advice in a reply."""
    found = exchange.header("retry-after")
    if found is None:
        return Advice(illegible=("expected a 429 to say in Retry-After how long to wait, found none",))
    flaws = (f"expected Retry-After to be a whole number of seconds, at least 1, found {shown(found)}",)
    text = found.strip()
    if _WHOLE.fullmatch(text):
        return Advice(seconds=int(text), flaws=() if int(text) else flaws)
    if _NUMBER.fullmatch(text):
        return Advice(seconds=math.ceil(float(text)), flaws=flaws)
    if _is_date(text):
        return Advice(flaws=flaws)
    return Advice(illegible=(f"expected Retry-After to be seconds or a date, found {shown(found)}",), flaws=flaws)


def _is_date(text: str) -> bool:
    try:
        parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return False
    return True
