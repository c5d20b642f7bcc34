"""Timestamps: the span of a source video, as the text "start,end" in seconds.

Owns the notation, the order and the bounds of a span. Every text either reads as a span or is refused; there is no
third outcome.
"""

import re
from decimal import Decimal

import msgspec

from sora_mock.engine import problems
from sora_mock.engine.problems import Refused

_SPAN = re.compile(r"([0-9]+(?:\.[0-9]+)?),([0-9]+(?:\.[0-9]+)?)")
_LONGEST = 64
"""No two plain instants need more characters; it keeps the arithmetic on a hostile text small."""


class Span(msgspec.Struct, frozen=True):
    """A stretch of a video: `start` and `end` in seconds, 0 ≤ start < end, exact."""

    start: Decimal
    end: Decimal

    @property
    def length(self) -> Decimal:
        """Return how many seconds the span lasts."""
        return self.end - self.start


def parse_span(text: str) -> Span:
    """Read "start,end" in plain decimal seconds; raise Refused for anything else or when end is not after start.

    Rests on character.timestamps.format and character.timestamps.order (guide: "Creating Characters from Video
    URLs" and the table of common errors).
    """
    match = _SPAN.fullmatch(text) if len(text) <= _LONGEST else None
    if match is None:
        detail = 'expected "start,end" in seconds, such as "5,8"'
        raise Refused(problems.timestamps_invalid(detail, "character.timestamps.format"))
    span = Span(Decimal(match[1]), Decimal(match[2]))
    if span.end <= span.start:
        detail = f"expected an end after the start, found {text}"
        raise Refused(problems.timestamps_invalid(detail, "character.timestamps.order"))
    return span


def check_bounds(span: Span, *, video_length: float, min_span: float, max_span: float | None) -> None:
    """Raise Refused unless the span lies within the video and within the policy's bounds, all in seconds."""
    if span.end > Decimal(str(video_length)):
        detail = f"expected an end within the video of {video_length:g} s, found {span.end}"
        raise Refused(problems.timestamps_invalid(detail, "character.timestamps.range"))
    if span.length < Decimal(str(min_span)):
        detail = f"expected a span of at least {min_span:g} seconds, found {span.length}"
        raise Refused(problems.timestamps_invalid(detail, "character.timestamps.short"))
    if max_span is not None and span.length > Decimal(str(max_span)):
        detail = f"expected a span of at most {max_span:g} seconds, found {span.length}"
        raise Refused(problems.timestamps_invalid(detail, "character.timestamps.long"))
