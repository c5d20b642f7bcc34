"""Acceptances: what has to be accepted by the schema, and is, and is answered in the shape that the schema says.

Owns two surveys of requests that keep the schema, up to its edges: one that makes characters, one that makes videos.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator

import msgspec

from sora_conformance.contract import Cost, load
from sora_conformance.exchanges import Exchange
from sora_conformance.server.cases import Price
from sora_conformance.server.checks import accepted
from sora_conformance.server.schema_document import BRANCHES, Things, positive
from sora_conformance.server.schema_notes import Notes
from sora_conformance.server.schema_oracle import body_breaches, header_breaches, header_rules
from sora_conformance.server.schema_promises import CHARACTER_RULES, HOW, REPLIES, USUAL, VIDEO_RULES, rules_of
from sora_conformance.server.schema_rules import FAILURES
from sora_conformance.server.schema_samples import Sample, apart, failures, loaded, samples
from sora_conformance.server.schema_sending import Sender
from sora_conformance.server.stage import PROPS, SPAN, Stage, told
from sora_conformance.server.survey import Sightings, Survey

LONGEST = 10
"""How many seconds from the start of a video the spans are taken from, if it is known to be so long."""

SHORTEST = 4
"""How many seconds every video has."""

WHOLE = "Valid object"
"""How the library calls the sample that all others differ from."""


def spans(stage: Stage) -> tuple[str, ...]:
    """Return spans that have to be accepted: the usual one, one of whole seconds and one of fractions, by the seed."""
    known = stage.target.video_seconds
    end = SHORTEST if known is None else max(SHORTEST, min(LONGEST, int(known)))
    start = _drawn(stage, "start", end - 2)
    whole = f"{start},{start + 2 + _drawn(stage, 'length', min(3, end - start - 2))}"
    fraction = f"0.{1 + _drawn(stage, 'tenths', 8)},{1 + _drawn(stage, 'seconds', 2)}.5"
    return tuple(dict.fromkeys((SPAN, whole if whole != SPAN else "0,3", fraction)))


def characters(stage: Stage) -> Iterator[Sample]:
    """Yield the creations from a url that have to be accepted."""
    things = Things(url=stage.source("video"), spans=spans(stage), task=stage.unknown("task_", "no task is needed"))
    yield from _samples(stage, things, BRANCHES[:1], ("createCharacter",))


def videos(stage: Stage) -> Iterator[Sample]:
    """Yield the generations that have to be accepted, and what can be done with a finished task."""
    things = Things(url=stage.source("video"), spans=(SPAN,), task=stage.unknown("task_", "no task is needed"))
    yield from _samples(stage, things, BRANCHES, ("createGeneration",))
    # Only now, so that a server which makes no task as it should is heard on the generations at least.
    things = msgspec.structs.replace(things, task=stage.task())
    yield from _samples(stage, things, BRANCHES[:1], ("retrieveGeneration", "downloadGeneration"))
    yield from _samples(stage, things, BRANCHES[1:], ("createCharacter",))


def explore_characters(stage: Stage, seen: Sightings) -> None:
    """Make characters of everything that has to be accepted."""
    _explore(stage, seen, characters(stage), CHARACTER_RULES, "character.reply.shape")


def explore_videos(stage: Stage, seen: Sightings) -> None:
    """Make videos of everything that has to be accepted."""
    _explore(stage, seen, videos(stage), VIDEO_RULES, "generation.reply.shape")


def judge_acceptance(notes: Notes, sample: Sample, exchange: Exchange, rules: tuple[str, ...]) -> None:
    """Note what the answer to a request that has to be accepted shows; `rules` are those it is accepted by."""
    how = HOW.get(sample.operation)
    if exchange.succeeded and how is not None and notes.can_speak_of(how):
        notes.exercise([how], _other_than_200(exchange))
    for rule in rules:
        if rule != how or not exchange.succeeded:
            notes.exercise([rule], _not_accepted(exchange, rule, how))
    if exchange.status is None:
        return
    if exchange.succeeded:
        # Of a body that is no JSON nothing can be said but that.
        asked = (*header_rules(exchange), *(REPLIES[sample.operation] if exchange.object is not None else ()))
        notes.exercise(rule for rule in asked if notes.can_speak_of(rule))
        notes.broken(body_breaches(exchange))
        notes.broken(header_breaches(exchange))
    for failure in failures(sample, exchange):
        notes.failed(_rule_of(failure.kind, sample, exchange, rules), failure.words)


def _not_accepted(exchange: Exchange, rule: str, how: str | None) -> list[str]:
    """Return why a request is not accepted, as far as a rule asks for it: how it is answered is another's business."""
    if exchange.succeeded and (exchange.status == 200 or how is not None):
        return accepted(exchange) if rule.endswith(".created") and exchange.status == 200 else []
    return _other_than_200(exchange)


def _other_than_200(exchange: Exchange) -> list[str]:
    """Return how an answer is no 200 of this API: a page of HTML under that status is none."""
    if exchange.status != 200:
        return [f"expected 200, found {told(exchange)}"]
    is_video = exchange.operation == "downloadGeneration"
    return [] if is_video or exchange.object is not None else [f"expected a JSON object, found {told(exchange)}"]


def _rule_of(kind: str, sample: Sample, exchange: Exchange, rules: tuple[str, ...]) -> str:
    """Return the rule that a failure of Schemathesis belongs to."""
    if not exchange.succeeded or kind not in FAILURES:
        return rules[0]
    if kind == "UndefinedStatusCode":
        return HOW.get(sample.operation, rules[0])
    return rules[0] if exchange.object is None else FAILURES[kind]


def _explore(stage: Stage, seen: Sightings, chosen: Iterable[Sample], rules: tuple[str, ...], otherwise: str) -> None:
    sender = Sender(stage)
    with apart():
        for sample in chosen:
            exchange = sender.send(sample)
            if exchange is not None:
                what = f"{sample.method} {sample.path} ({sample.what})"
                notes = Notes(rules, otherwise, what, elsewhere=CHARACTER_RULES)
                judge_acceptance(notes, sample, exchange, rules_of(sample))
                notes.write(seen, exchange)


def _samples(
    stage: Stage, things: Things, branches: Iterable[dict[str, str]], operations: tuple[str, ...]
) -> Iterator[Sample]:
    for branch in branches:
        document = positive(load("guide").openapi, stage.target.url, things, branch)
        every = list(samples(loaded(document, seed=stage.seed), breaking=False, branch=branch))
        for operation in operations:
            yield from (_usual(sample) for sample in every if sample.operation == operation and _is_sound(sample))


def _usual(sample: Sample) -> Sample:
    """Return a sample in the usual resolution, unless it is there for the sake of another.

    Of a choice the library lets the shortest stand everywhere, so that one refused would be all refused.
    """
    about = sample.what == WHOLE or "'resolution' value" in sample.what
    if about or not isinstance(sample.value, dict) or "resolution" not in sample.value:
        return sample
    value = {**sample.value, "resolution": USUAL}
    return msgspec.structs.replace(sample, value=value, body=json.dumps(value).encode())


def _is_sound(sample: Sample) -> bool:
    """Tell whether a sample keeps what the schema cannot say: scenes last no longer than a minute together."""
    scenes = sample.value.get("scenes", []) if isinstance(sample.value, dict) else []
    return sum(int(scene["duration"]) for scene in scenes) <= 60


def _drawn(stage: Stage, purpose: str, most: int) -> int:
    """Return a number from 0 to `most`, the same for the same seed and purpose."""
    return int(hashlib.sha256(f"{stage.seed} span {purpose}".encode()).hexdigest(), 16) % (most + 1)


CHARACTERS = Survey(
    name="schema/characters",
    rules=CHARACTER_RULES,
    explore=explore_characters,
    cost=Cost.CHARACTER,
    price=Price(calls=3, characters=3),
    needs=frozenset({"source video"}),
)

VIDEOS = Survey(
    name="schema/positive",
    rules=VIDEO_RULES,
    explore=explore_videos,
    cost=Cost.GENERATION,
    price=Price(calls=34, characters=2, generations=26) + PROPS["task"],
    needs=frozenset({"source video"}),
)
