"""Concurrency: calls that are made at once and must not get into one another's way.

Owns the cases that need several calls under way at the same time. How far the rate limit holds under them is seen in
the burst.
"""

from sora_conformance.budget import inconclusive
from sora_conformance.contract import Cost
from sora_conformance.exchanges import Exchange
from sora_conformance.server.cases import Findings, Price
from sora_conformance.server.matching import shown
from sora_conformance.server.probe import Probes
from sora_conformance.server.quota import quota_of
from sora_conformance.server.stage import Stage, told
from sora_conformance.server.together import together
from sora_conformance.wire import retry_after

PROBES = Probes()

CREATIONS, GENERATIONS = 10, 4
"""How many are made at once: not a fifth of a minute's worth, and few enough to be paid for."""


@PROBES(
    "character/id/distinct/at-once",
    "character.id.distinct",
    cost=Cost.CHARACTER,
    price=Price(calls=CREATIONS, characters=CREATIONS),
    needs=("source video",),
)
def distinct_characters(stage: Stage) -> Findings:
    """Creations that are made at once make a character each."""
    return _distinct(_created(stage), "character_id")


@PROBES(
    "generation/created/at-once",
    "generation.created",
    cost=Cost.GENERATION,
    price=Price(calls=GENERATIONS, generations=GENERATIONS),
)
def distinct_tasks(stage: Stage) -> Findings:
    """Generations that are asked for at once are a task each."""
    exchanges = together(GENERATIONS, lambda: stage.generate(duration=10, resolution="1080p"))
    return _distinct(exchanges, "task_id")


@PROBES(
    "limit/headers/at-once",
    "limit.headers",
    cost=Cost.CHARACTER,
    price=Price(calls=2 * (CREATIONS + 2), characters=2 * (CREATIONS + 2)),
    needs=("source video",),
    alone=True,
)
def counted_at_once(stage: Stage) -> Findings:
    """The remainder falls by exactly as many creations as were made at once."""
    findings: list[str] = []
    for _ in range(2):
        before = quota_of(stage.create())
        made = [exchange for exchange in _created(stage) if exchange.status == 200]
        after = quota_of(stage.create())
        if before is None or after is None:
            raise inconclusive("not exercised: the replies do not state what is left")
        if len(made) < CREATIONS:
            raise inconclusive(f"setup: only {len(made)} of {CREATIONS} creations at once were made")
        fallen = before.remaining - after.remaining - 1
        if fallen == CREATIONS:
            return []
        # Once more, because earlier creations may just have ceased to count.
        findings = [f"expected {CREATIONS} less to be left after as many creations at once, found {fallen} less"]
    return findings


def _created(stage: Stage) -> list[Exchange]:
    """Make characters at once; if the limit is in the way, once more when it is not."""
    exchanges = together(CREATIONS, lambda: stage.create(patient=False))
    limited = [exchange for exchange in exchanges if exchange.status == 429]
    if limited:
        stage.wire.waiting.wait(max(map(retry_after, limited)))
        exchanges = together(CREATIONS, lambda: stage.create(patient=False))
    if any(exchange.status == 429 for exchange in exchanges):
        raise inconclusive("rate limited: even after the wait that was asked for")
    return exchanges


def _distinct(exchanges: list[Exchange], field: str) -> list[str]:
    """Expect an id of its own in each reply."""
    ids = [(exchange.object or {}).get(field) for exchange in exchanges if exchange.status == 200]
    if len(ids) < len(exchanges):
        other = next(exchange for exchange in exchanges if exchange.status != 200)
        return [f"expected {len(exchanges)} calls at once to succeed, found {told(other)}"]
    names = [name for name in ids if isinstance(name, str) and name]
    if len(names) < len(ids):
        return [f"expected {field} in every reply, found {shown(ids)}"]
    twice = sorted({name for name in names if names.count(name) > 1})
    return [f"expected {len(names)} ids that differ, found {name!r} again" for name in twice]
