"""Mocks that read timestamps which are none, or measure spans by another yardstick."""

import re
from decimal import Decimal
from typing import Any

from sora_mock.dialects.base import Call
from sora_mock.engine import problems
from sora_mock.engine.problems import Refused
from sora_mock.engine.source import describe
from sora_mock.engine.timestamps import parse_span
from sora_mock.wire import Request
from tests.mutants.calls import CREATE, said
from tests.mutants.craft import settled
from tests.mutants.edits import adding, rewriting
from tests.mutants.mutant import Mutant
from tests.mutants.ways import forgiving, refusing, restating

FORMAT, ORDER, RANGE = (f"character.timestamps.{word}" for word in ("format", "order", "range"))
_FIRST_SECOND = adding(timestamps="0,0.5")


def _like(pattern: str):
    return lambda request: re.fullmatch(pattern, said(request)["timestamps"]) is not None


def _is_empty(request: Request) -> bool:
    start, end = said(request)["timestamps"].split(",")
    return Decimal(start) == Decimal(end)


def _swapped(body: dict[str, Any]) -> dict[str, Any]:
    start, end = body["timestamps"].split(",")
    return body | {"timestamps": f"{end},{start}"}


def _is_whole(body: dict[str, Any], _: Call) -> bool:
    try:
        return parse_span(body["timestamps"]).end == Decimal(str(describe(body["url"]).seconds))
    except (KeyError, TypeError, Refused):
        return False


def _has_fraction(body: dict[str, Any], _: Call) -> bool:
    return "." in str(body.get("timestamps", "")) and "url" in body


MUTANTS = (
    Mutant(
        "timestamps-not-required",
        "character.timestamps.required",
        "a creation from a url needs no timestamps",
        forgiving("character.timestamps.required", adding(timestamps="0,1")),
    ),
    Mutant(
        "any-timestamps-accepted",
        FORMAT,
        "whatever stands in `timestamps` is taken for a span",
        forgiving(FORMAT, _FIRST_SECOND),
    ),
    Mutant(
        "spaced-timestamps-accepted",
        FORMAT,
        "spaces around the numbers are overlooked",
        forgiving(FORMAT, _FIRST_SECOND, when=_like(r"\s*[0-9.]+\s*,\s*[0-9.]+\s*")),
    ),
    Mutant(
        "dashed-timestamps-accepted",
        FORMAT,
        "a dash serves for the comma",
        forgiving(FORMAT, _FIRST_SECOND, when=_like("[0-9.]+-[0-9.]+")),
    ),
    Mutant(
        "single-timestamp-accepted",
        FORMAT,
        "one number is a span too",
        forgiving(FORMAT, _FIRST_SECOND, when=_like("[0-9.]+")),
    ),
    Mutant(
        "negative-timestamps-accepted",
        FORMAT,
        "a start before the video is accepted",
        forgiving(FORMAT, _FIRST_SECOND, when=_like("-[0-9.]+,-?[0-9.]+")),
    ),
    Mutant(
        "exponents-accepted",
        FORMAT,
        "numbers with an exponent are accepted",
        forgiving(FORMAT, _FIRST_SECOND, when=_like("(?i)[0-9.]*e?[0-9.+-]+,[0-9.]*e?[0-9.+-]+")),
    ),
    Mutant("malformed-timestamps-422", FORMAT, "malformed timestamps are answered with 422", restating(FORMAT, 422)),
    Mutant("malformed-timestamps-500", FORMAT, "malformed timestamps are answered with 500", restating(FORMAT, 500)),
    Mutant(
        "reversed-timestamps-swapped",
        ORDER,
        "an end before the start is taken for the start",
        forgiving(ORDER, rewriting(_swapped)),
    ),
    Mutant("any-order-accepted", ORDER, "spans of no or less length are accepted", forgiving(ORDER, _FIRST_SECOND)),
    Mutant(
        "empty-span-accepted", ORDER, "a span may end where it starts", forgiving(ORDER, _FIRST_SECOND, when=_is_empty)
    ),
    Mutant(
        "span-cut-to-the-video",
        RANGE,
        "a span beyond the video is cut at its end",
        forgiving(RANGE, adding(timestamps="0,0.01")),
    ),
    Mutant(
        "span-beyond-the-video-500", RANGE, "a span beyond the video is a failure of processing", restating(RANGE, 500)
    ),
    Mutant("span-beyond-the-video-422", RANGE, "a span beyond the video is answered with 422", restating(RANGE, 422)),
    Mutant(
        "end-of-video-excluded",
        "character.timestamps.whole-video",
        "a span has to end before the video",
        refusing(CREATE, _is_whole, problems.timestamps_invalid("too late", "character.timestamps.whole-video")),
    ),
    Mutant(
        "3-seconds-at-most", "character.timestamps.advised", "spans of more than 3 s are refused", settled(max_span=3.0)
    ),
    Mutant(
        "2-seconds-at-least",
        "character.timestamps.advised",
        "spans of less than 2 s are refused",
        settled(min_span=2.0),
    ),
    Mutant(
        "long-span-refused", "character.timestamps.long", "spans of more than 5 s are refused", settled(max_span=5.0)
    ),
    Mutant(
        "short-span-refused", "character.timestamps.short", "spans of less than 1 s are refused", settled(min_span=1.0)
    ),
    Mutant(
        "whole-seconds-only",
        "character.timestamps.fraction",
        "fractions of a second are refused",
        refusing(
            CREATE,
            _has_fraction,
            problems.timestamps_invalid("whole seconds are expected", "character.timestamps.fraction"),
        ),
    ),
)
