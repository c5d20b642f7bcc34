"""The comparison: where two servers answer the same cases differently.

Owns what is compared and what is not worth comparing. It is given two sets of lines, and knows no server.
"""

import json
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Any

import msgspec

from sora_conformance.exchanges import Evidence
from sora_conformance.verdicts import Line

INCIDENTAL = frozenset(
    {"connection", "content-length", "date", "keep-alive", "server", "transfer-encoding", "vary", "via"}
)
"""Headers that depend on what serves a reply rather than on the contract."""

EXPLORING = ("burst/", "model/", "schema/", "watch/", "untestable/")
"""How the ids of cases begin whose evidence is a sample, so that only their verdicts can be compared."""


class Aspect(StrEnum):
    """In what two servers differ."""

    VERDICT = "verdict"
    STATUS = "status"
    HEADERS = "headers"
    SHAPE = "shape"


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One difference: what the first and the second server did in the same case."""

    case: str
    rule: str
    aspect: Aspect
    first: str
    second: str


def differences(first: Iterable[Line], second: Iterable[Line]) -> tuple[Difference, ...]:
    """Return how the second server's lines differ from the first's, in the order of the first."""
    others = {line.case: line for line in second}
    return tuple(
        Difference(case=line.case, rule=line.rule, aspect=aspect, first=one, second=two)
        for line in first
        if line.case in others
        for aspect, one, two in _aspects(line, others[line.case])
        if one != two
    )


def _aspects(first: Line, second: Line) -> Iterator[tuple[Aspect, str, str]]:
    yield Aspect.VERDICT, first.verdict, second.verdict
    if first.case.startswith(EXPLORING):
        return
    yield Aspect.STATUS, _statuses(first), _statuses(second)
    one, two = _last(first), _last(second)
    if one is None or two is None or one.response is None or two.response is None:
        return
    if one.response.status != two.response.status:
        return
    mine, yours = _headers(one), _headers(two)
    yield Aspect.HEADERS, _words(mine - yours), _words(yours - mine)
    mine, yours = _shape(one.response.body), _shape(two.response.body)
    yield Aspect.SHAPE, _words(mine - yours), _words(yours - mine)


def _statuses(line: Line) -> str:
    """Return the statuses of a case's replies in order.

    The same one several times in a row, as in polling, is one; a 429 before the last is a wait, and depends on what
    else was made in that minute.
    """
    told: list[str] = []
    for number, shown in enumerate(line.evidence, start=1):
        if shown.response is not None and shown.response.status == 429 and number < len(line.evidence):
            continue
        status = shown.failure if shown.response is None else str(shown.response.status)
        if status and (not told or told[-1] != status):
            told.append(status)
    return " ".join(told) or "-"


def _last(line: Line) -> Evidence | None:
    return line.evidence[-1] if line.evidence else None


def _headers(shown: Evidence) -> set[str]:
    return {name.lower() for name in (shown.response.headers if shown.response else {})} - INCIDENTAL


def _shape(body: str) -> set[str]:
    try:
        return set(_places(json.loads(body), ""))
    except ValueError:
        return {"no JSON"} if body else {"no body"}


def _places(value: Any, place: str) -> Iterator[str]:  # noqa: ANN401 - any JSON value
    """Yield each place of a document with the type of what stands there; all items of an array stand in one place."""
    match value:
        case dict():
            for name, inner in value.items():
                yield from _places(inner, f"{place}/{name}")
        case list():
            yield f"{place} array"
            for inner in value:
                yield from _places(inner, f"{place}/*")
        case bool():
            yield f"{place} boolean"
        case int() | float():
            yield f"{place} number"
        case None:
            yield f"{place} null"
        case _:
            yield f"{place} string"


def _words(names: set[str]) -> str:
    return ", ".join(sorted(names)) or "-"
