"""Pairs of requests that mean the same: what is compared of their replies, and what the probes of pairs share.

Owns the comparison and the two ways in which one body can be written. Which requests are a pair is told elsewhere.
"""

import json
from collections.abc import Callable
from typing import Any

from sora_conformance.budget import inconclusive
from sora_conformance.contract import Cost
from sora_conformance.exchanges import Exchange
from sora_conformance.server.cases import Price
from sora_conformance.server.checks import accepted
from sora_conformance.server.matching import shown
from sora_conformance.server.pointing import at
from sora_conformance.server.probe import Probes, Trial
from sora_conformance.server.stage import SPAN, Stage

_ANOTHER, _USUAL = "another character", "usual character"


def generating(
    probes: Probes, case_id: str, rule: str, generations: int, *, own: int = 1, looks: int = 0, twins: int = 0
) -> Callable[[Trial], Trial]:
    """Return the decorator of a probe that asks for videos with `own` characters, which the run shares.

    It makes further calls: `looks` at tasks, and `twins`, characters of its own.
    """
    created = twins + (own > 1)
    return probes(
        f"metamorphic/{case_id}",
        rule,
        cost=Cost.GENERATION,
        price=Price(calls=generations + created + looks, characters=created, generations=generations),
        props=("character",) if own else (),
        needs=("source video",) if own or twins else (),
    )


def creating(probes: Probes, case_id: str, rule: str, characters: int) -> Callable[[Trial], Trial]:
    """Return the decorator of a probe that makes characters."""
    return probes(
        f"metamorphic/{case_id}",
        rule,
        cost=Cost.CHARACTER,
        price=Price(calls=characters, characters=characters),
        needs=("source video",),
    )


def two_characters(stage: Stage) -> tuple[str, str]:
    """Return two characters of the first account, the same all through the run."""
    one, other = stage.character(), stage.memory.get(_ANOTHER)
    if not isinstance(other, str):
        stage.memory[_ANOTHER] = other = stage.new_character()
    return one, other


def usual_character(stage: Stage) -> Exchange:
    """Return the creation of a character that is ordinary in everything, the same all through the run."""
    known = stage.memory.get(_USUAL)
    if not isinstance(known, Exchange):
        stage.memory[_USUAL] = known = given(stage.create(timestamps=SPAN))
    return known


def given(exchange: Exchange) -> Exchange:
    """Return the first reply of a pair if it is a success; raise NotJudged if there is nothing to compare with."""
    findings = accepted(exchange)
    if findings:
        raise inconclusive(f"setup: {'; '.join(findings)}")
    return exchange


def same(one: Exchange, other: Exchange, *pointers: str) -> list[str]:
    """Expect the second reply to be a success like the first, with the same values at the pointers."""
    findings = accepted(other)
    if findings:
        return findings
    return [
        f"{pointer}: expected {shown(before)} again, found {shown(after)}"
        for pointer in pointers
        if loose(before := at(one.json, pointer)) != loose(after := at(other.json, pointer))
    ]


def loose(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Return a value to be compared; of a list of ids, only which there are counts."""
    return sorted(map(str, value)) if isinstance(value, list) else value


def otherwise(body: dict[str, Any]) -> bytes:
    """Return an object as JSON with its fields in reverse, much white space, and escapes where none is needed."""
    text = json.dumps(dict(reversed(body.items())), indent="\t", separators=(" ,\r\n", " :  "))
    return f"\n {text.replace('/', chr(92) + '/').replace('-', chr(92) + 'u002D')} \n".encode()
