"""The watch: rules that hold for every reply, judged over all that a run has seen.

Owns the walk over the exchanges, whichever case made them; what is looked for in each is `looks`'s. It sends nothing;
its cases come last, when there is most to look at.
"""

from functools import partial

from sora_conformance.contract import Cost, load
from sora_conformance.exchanges import Exchange
from sora_conformance.server.cases import Case, Price
from sora_conformance.server.features import FEATURES_OF, features_of
from sora_conformance.server.looks import LOOKS
from sora_conformance.server.looks_videos import VIDEO_LOOKS
from sora_conformance.server.relay_looks import RELAY_LOOKS
from sora_conformance.server.stage import Stage
from sora_conformance.server.survey import Sightings, findings_in
from sora_conformance.target import Target

MEMORY = "watch"
"""Under which name a stage remembers what others have seen."""

LOOKS_OF = {"guide": LOOKS, "openai": VIDEO_LOOKS, "relay": RELAY_LOOKS}
"""What is looked for in each dialect."""

DISTINCT = {
    "guide": (("character.id.distinct", ("createCharacter",), "character_id"),),
    "openai": (
        ("video.object.id", ("createVideo", "remixVideo", "editVideo", "extendVideo"), "id"),
        ("video.character.id", ("createVideoCharacter",), "id"),
    ),
    "relay": (
        ("character.id.distinct", ("createRelayCharacter",), "id"),
        ("character.reply.username", ("createRelayCharacter",), "username"),
    ),
}
"""The rules by which ids are given once: the operations that give them, and the field in which they stand."""

_COSTS = {
    "character.id.distinct": Cost.CHARACTER,
    "character.reply.shape": Cost.CHARACTER,
    "generation.reply.shape": Cost.GENERATION,
    "protocol.instants": Cost.CHARACTER,
}
"""What has to be allowed for rules that no refusal can show anything of."""


def watch(exchanges: list[Exchange], target: Target, seen: Sightings | None = None) -> Sightings:
    """Return what the exchanges show of each rule, added to what was `seen` before."""
    seen = seen or Sightings()
    for exchange in exchanges:
        if exchange.status is None or not exchange.sent.url.startswith(target.url + "/"):
            continue
        for rule, concerns, look in LOOKS_OF[target.dialect]:
            if concerns(exchange):
                findings = [f"{exchange.case}: {finding}" for finding in look(exchange, target)]
                seen.note(rule, findings, exchange)
    for rule, operations, field in DISTINCT[target.dialect]:
        _look_at_all(rule, _new_ids(exchanges, operations, field), seen)
    _look_at_all("protocol.request-id", _request_ids(exchanges, target), seen)
    return seen


def watch_cases(dialect: str = "guide") -> tuple[Case, ...]:
    """Return the cases of the watch."""
    rules = dict.fromkeys([*(rule for rule, _, _ in LOOKS_OF[dialect]), *(rule for rule, _, _ in DISTINCT[dialect])])
    return tuple(
        Case(
            id=f"watch/{rule.replace('.', '/')}",
            rule=rule,
            title="Over all exchanges of the run.",
            cost=_COSTS.get(rule, Cost.FREE) if dialect == "guide" else load(dialect).rule(rule).cost,
            price=Price(),
            alone=True,
            features=features_of(rule, dialect=dialect) if dialect in FEATURES_OF else frozenset(),
            run=partial(_judged, rule=rule),
        )
        for rule in rules
    )


def _judged(stage: Stage, *, rule: str) -> list[str]:
    exchanges = stage.wire.exchanges
    key = f"{MEMORY} of {len(exchanges)}"
    seen = stage.memory.get(key)
    if not isinstance(seen, Sightings):
        before = stage.memory.get(MEMORY)
        seen = watch(exchanges, stage.target, before.copy() if isinstance(before, Sightings) else None)
        stage.memory[key] = seen
    return findings_in(stage, seen, rule)


def _look_at_all(rule: str, named: list[tuple[str, Exchange]], seen: Sightings) -> None:
    """Note whether every exchange has a name that no other has."""
    first: dict[str, Exchange] = {}
    for name, exchange in named:
        other = first.setdefault(name, exchange)
        findings = (
            [] if other is exchange else [f"{exchange.case}: expected a new one, found {name!r} of {other.case} again"]
        )
        seen.note(rule, findings, *({other.case: other, exchange.case: exchange}.values() if findings else (exchange,)))


def _new_ids(exchanges: list[Exchange], operations: tuple[str, ...], field: str) -> list[tuple[str, Exchange]]:
    return [
        (name, exchange)
        for exchange in exchanges
        if exchange.operation in operations
        and exchange.status == 200
        and isinstance(name := (exchange.object or {}).get(field), str)
    ]


def _request_ids(exchanges: list[Exchange], target: Target) -> list[tuple[str, Exchange]]:
    return [
        (name, exchange)
        for exchange in exchanges
        if exchange.sent.url.startswith(target.url + "/") and (name := exchange.header("x-request-id"))
    ]
