"""The effect of refusals: there is none.

Owns the ways in which a server shows that it has made something of a request that it refused.
"""

import re
from collections.abc import Callable
from typing import Any

from sora_conformance.budget import inconclusive
from sora_conformance.contract import Cost
from sora_conformance.exchanges import Exchange
from sora_conformance.server.cases import Price
from sora_conformance.server.probe import Probes
from sora_conformance.server.stage import CHARACTER_MODEL, SPAN, Stage, status_of

PROBES = Probes()

REMAINDER = "x-ratelimit-remaining-requests"
DIGITS = 10
"""A remainder of so many digits is none."""

ROOM = 20
"""So many creations are to be left when the cases begin: more than they make on a server that refuses nothing."""

WINDOW_SECONDS = 61.0
"""After so long all creations are left again."""

ADDRESS = "https://videos.example.com/hero.mp4"

_ID = re.compile(r"[\w-]{1,200}")
_SOUND = {"model": CHARACTER_MODEL, "url": ADDRESS, "timestamps": SPAN}
CREATIONS: tuple[tuple[str, dict[str, object]], ...] = (
    ("invalid_model", {**_SOUND, "model": "sora-2"}),
    ("invalid_timestamps", {**_SOUND, "timestamps": "five,eight"}),
    ("invalid_timestamps", {**_SOUND, "timestamps": "4,1"}),
    ("invalid_type", {**_SOUND, "timestamps": 5}),
    ("invalid_url", {**_SOUND, "url": "hero.mp4"}),
    ("conflicting_parameters", {**_SOUND, "from_task": "task_0"}),
)
"""Creations with one mistake each, none of which takes a look at the video."""

GENERATIONS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("invalid_value", {"resolution": "8k"}),
    ("invalid_value", {"duration": 61}),
    ("invalid_type", {"duration": "2"}),
    ("invalid_model", {"model": "sora-2-character"}),
)


@PROBES("error/no-effect/creations", "error.no-effect", cost=Cost.FREE, price=Price(calls=len(CREATIONS) + 2))
def no_character(stage: Stage) -> list[str]:
    """No refusal of a creation bears the id of a character."""
    _room(stage)
    replies = [_created(stage, refusal, body) for refusal, body in CREATIONS]
    return _each(replies, lambda reply: "character_id" in (reply.object or {}))


@PROBES("error/no-effect/generations", "error.no-effect", cost=Cost.FREE, price=Price(calls=2 * len(GENERATIONS)))
def no_task(stage: Stage) -> list[str]:
    """No refusal of a generation bears the id of a task that can be looked at."""
    replies = [stage.generate(**fields, refusal=refusal) for refusal, fields in GENERATIONS]
    return _each(replies, lambda reply: _is_task(stage, reply))


@PROBES("error/no-effect/remainder", "error.no-effect", cost=Cost.FREE, price=Price(calls=2 * len(CREATIONS) + 4))
def nothing_counted(stage: Stage) -> list[str]:
    """No refusal is counted as a creation, on a server that states how many are left.

    Some servers count every request. On those nothing can be said: hence a look at the simplest refusal first.
    """
    _room(stage)
    first, left = _stated(stage), _stated(stage)
    if left < first:
        raise inconclusive("the server counts every request, so that its count says nothing of what was made")
    findings = []
    for refusal, body in CREATIONS:
        _created(stage, refusal, body)
        before, left = left, _stated(stage)
        if left < before:
            findings.append(f"expected a creation refused for {refusal} not to count, found {before} left, then {left}")
    return findings


def _created(stage: Stage, refusal: str, body: dict[str, object]) -> Exchange:
    return stage.wire.call("POST", "/characters", json=body, refusal=refusal)


def _left(stage: Stage) -> int | None:
    """Return how many creations the server says are left, by a refusal for want of everything."""
    stated = _created(stage, "missing_required_parameter", {}).header(REMAINDER) or ""
    return int(stated) if stated.isascii() and stated.isdigit() and len(stated) < DIGITS else None


def _stated(stage: Stage) -> int:
    left = _left(stage)
    if left is None:
        raise inconclusive(f"the server does not state in {REMAINDER} how many creations are left")
    return left


def _room(stage: Stage) -> None:
    """Wait until creations are left, if the server says that there are hardly any: where none is, none can be made."""
    left = _left(stage)
    if left is not None and left < ROOM:
        stage.wire.waiting.wait(WINDOW_SECONDS)
        if (_left(stage) or 0) < ROOM:
            raise inconclusive("setup: the server lets no creations through, so that a refusal could have no effect")


def _each(replies: list[Exchange], has_effect: Callable[[Exchange], bool]) -> list[str]:
    """Expect refusals without effect; where nothing was refused, there is nothing to be said of refusals."""
    refusals = [reply for reply in replies if reply.status is not None and 400 <= reply.status < 500]
    if not refusals:
        raise inconclusive("setup: nothing was refused")
    return [
        f"expected a refusal for {reply.refusal} to make nothing, found the id of what it made in the reply"
        for reply in refusals
        if has_effect(reply)
    ]


def _is_task(stage: Stage, reply: Exchange) -> bool:
    found = reply.object or {}
    names = [
        found[name] for name in ("task_id", "id") if isinstance(found.get(name), str) and found[name].isprintable()
    ]
    # An error may have an id of its own; only one that leads to a task shows that there is one.
    return any(status_of(stage.retrieve(name)) is not None for name in names[:1] if name and "/" not in name)
