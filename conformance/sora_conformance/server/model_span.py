"""Spans: the stretches of video that the model layer makes characters of, and what a creation has to say of each.

Owns which rule a span is accepted by, and how it is rated. It knows no server.
"""

from decimal import Decimal
from typing import Any

PLAIN = "1,4"
"""The span of a character for which the span does not matter."""

SPANS = (PLAIN, "0,1", "1,3", "0.5,2.75", "0,4", "2,2.5", "0,6", "1,12")
"""Spans of all kinds, the simplest first."""

ENOUGH = 4.0
"""Every source has so many seconds at least."""


def length_of(span: str) -> Decimal:
    """Return how many seconds a span lasts."""
    start, end = map(Decimal, span.split(","))
    return end - start


def within(spans: tuple[str, ...], seconds: float | None) -> tuple[str, ...]:
    """Return the spans that a video of so many seconds has; of one whose length nobody knows, those at its start."""
    return tuple(span for span in spans if Decimal(span.split(",")[1]) <= Decimal(str(seconds or ENOUGH)))


def rule_of(span: str) -> str:
    """Return the rule by which a span is accepted."""
    length = length_of(span)
    if length < 1:
        return "character.timestamps.short"
    if length > 5:
        return "character.timestamps.long"
    return "character.timestamps.fraction" if "." in span else "character.timestamps.advised"


def source_unlike(reply: dict[str, Any], **sent: str) -> list[str]:
    """Return where a character does not say what it was made from."""
    metadata = reply.get("metadata")
    source = metadata.get("source") if isinstance(metadata, dict) else None
    if not isinstance(source, dict):
        return ["expected metadata.source, found none"]
    wrong = [name for name, value in sent.items() if source.get(name) != value]
    return [f"expected metadata.source.{name} as it was sent, found it otherwise" for name in wrong]


def misrated(reply: dict[str, Any], span: str) -> list[str]:
    """Return what is wrong with how a span was rated: 1 to 3 s optimal, up to 5 s acceptable, others poor, and why."""
    metadata = reply.get("metadata")
    analysis = metadata.get("analysis") if isinstance(metadata, dict) else None
    if not isinstance(analysis, dict):
        return ["expected metadata.analysis, found none"]
    length = length_of(span)
    wanted = "poor" if length < 1 or length > 5 else "optimal" if length <= 3 else "acceptable"
    if analysis.get("quality") != wanted:
        return [f"expected {length} s to be rated {wanted}, found {analysis.get('quality')!r}"]
    return ["expected a note saying why a span is poor, found none"] * (wanted == "poor" and not analysis.get("notes"))
