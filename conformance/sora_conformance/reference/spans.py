"""Timestamps: the span of a video that shows the character.

Owns their form and their local check. What a server makes of a span, such as whether the video is that long, is its own
business.
"""

import re
from decimal import Decimal

from sora_conformance.reference.errors import LocalValidationError

Number = int | float | Decimal
Span = str | tuple[Number, Number]
"""Seconds from the beginning of the video: `"5,8"` or `(5, 8)`."""

_EXPECTED = 'timestamps: expected "start,end" in plain decimal seconds, such as "5,8"'
_FORM = re.compile(r"([0-9]+(?:\.[0-9]+)?),([0-9]+(?:\.[0-9]+)?)")
_SIGNED = re.compile(r"-?[0-9.]+,-?[0-9.]+")


def timestamps_of(span: Span) -> str:
    """Return the timestamps of a creation; a text that is well-formed is returned as it is.

    Raises LocalValidationError for another form, a negative number, and an end that is not after the start.
    """
    text = span if isinstance(span, str) else _written(span)
    match = _FORM.fullmatch(text)
    if match is None:
        if "-" in text and _SIGNED.fullmatch(text):
            raise LocalValidationError(f"timestamps: expected no negative number, found {text!r}")
        raise LocalValidationError(f"{_EXPECTED}, found {text[:80]!r}")
    if Decimal(match[2]) <= Decimal(match[1]):
        raise LocalValidationError(f"timestamps: expected an end after the start, found {text[:80]!r}")
    return text


def _written(span: tuple[Number, Number]) -> str:
    if not isinstance(span, tuple | list) or len(span) != 2:
        raise LocalValidationError(f"{_EXPECTED}, or a pair of numbers, found {type(span).__name__}")
    return ",".join(map(_plain, span))


def _plain(number: Number) -> str:
    """Return a number without an exponent and without needless zeros."""
    if isinstance(number, bool) or not isinstance(number, int | float | Decimal):
        raise LocalValidationError(f"{_EXPECTED}, or a pair of numbers, found one of {type(number).__name__}")
    exact = Decimal(repr(number)) if isinstance(number, float) else Decimal(number)
    if not exact.is_finite():
        raise LocalValidationError(f"{_EXPECTED}, found {number!r}")
    text = format(exact, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
