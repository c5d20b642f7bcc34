"""Characters: what takes more than a table to say of them.

Owns the cases about tasks that do not serve as sources, about how long a creation takes, and about what a reply says
beside the id.
"""

from sora_conformance.budget import inconclusive
from sora_conformance.contract import Cost
from sora_conformance.exchanges import Exchange
from sora_conformance.server.cases import CLOCK, Price
from sora_conformance.server.checks import accepted, refused
from sora_conformance.server.matching import shown
from sora_conformance.server.probe import Probes
from sora_conformance.server.stage import Stage, made, status_of, told
from sora_conformance.server.unfinished import AT_WORK, FAILED_PRICE, UNFINISHED_PRICE, failed_task, unfinished_task

PROBES = Probes()

URL_SECONDS, TASK_SECONDS = 30.0, 15.0
"""How long the contract lets a creation take, from a url and from a task."""

LIFETIME = 90_000.0
"""Seconds after which a task has expired, an hour beyond the contract's day."""


@PROBES(
    "character/reply/metadata",
    "character.reply.metadata",
    cost=Cost.CHARACTER,
    price=Price(calls=1, characters=1),
    needs=("source video",),
)
def metadata(stage: Stage) -> list[str]:
    """The reply says something of the analysis: what stands in the metadata beside the source."""
    reply = stage.create()
    made(reply, "character_id", "a character")
    found = (reply.object or {}).get("metadata")
    if not isinstance(found, dict) or not any(value for name, value in found.items() if name != "source"):
        return [f"expected metadata about the analysis, found {shown(found)}"]
    return []


@PROBES(
    "character/from-task/unfinished",
    "character.from-task.unfinished",
    cost=Cost.GENERATION,
    price=UNFINISHED_PRICE + Price(calls=2),
)
def unfinished(stage: Stage) -> list[str]:
    """A task that is still at work is no source."""
    task = unfinished_task(stage)
    findings = _refused_for_now(stage, task)
    if findings and status_of(stage.retrieve(task)) not in AT_WORK:
        raise inconclusive("setup: the task ended while the case was tried")
    return findings


@PROBES(
    "character/from-task/failed",
    "character.from-task.unfinished",
    cost=Cost.GENERATION,
    price=FAILED_PRICE + Price(calls=1),
)
def failed(stage: Stage) -> list[str]:
    """A task that has failed is no source."""
    return _refused_for_now(stage, failed_task(stage))


@PROBES(
    "character/from-task/expired",
    "character.from-task.expired",
    cost=Cost.GENERATION,
    price=Price(calls=5, generations=1),
    needs=(CLOCK,),
    alone=True,
)
def expired(stage: Stage) -> list[str]:
    """A task that has expired is answered like one that there never was."""
    task = stage.new_task()
    stage.wire.waiting.wait(LIFETIME)
    seen = stage.retrieve(task)
    if seen.status != 404 and status_of(seen) != "expired":
        raise inconclusive(f"setup: an expired task was needed, and after 25 h this one is {_state(seen)}")
    return refused(stage.create_from(task, refusal="task_not_found", param="from_task"), "task_not_found", status=404)


@PROBES(
    "character/latency/url",
    "character.latency.url",
    cost=Cost.CHARACTER,
    price=Price(calls=1, characters=1),
    needs=("source video",),
)
def latency_of_url(stage: Stage) -> list[str]:
    """How long a creation from a url takes."""
    return _in_time(stage.create(), URL_SECONDS)


@PROBES(
    "character/latency/task",
    "character.latency.task",
    cost=Cost.GENERATION,
    price=Price(calls=2, characters=1),
    props=("task",),
)
def latency_of_task(stage: Stage) -> list[str]:
    """How long a creation from a task takes."""
    return _in_time(stage.create_from(stage.task()), TASK_SECONDS)


def _refused_for_now(stage: Stage, task: str) -> list[str]:
    reply = stage.create_from(task, refusal="task_not_completed", param="from_task")
    return refused(reply, "task_not_completed", dialect=stage.target.dialect)


def _in_time(exchange: Exchange, seconds: float) -> list[str]:
    """Expect an answer within some seconds; a quick refusal says nothing of how long a creation takes."""
    if exchange.seconds > seconds:
        return [f"expected an answer within {seconds:g} s, found {told(exchange)} after {exchange.seconds:.1f} s"]
    if findings := accepted(exchange):
        raise inconclusive(f"setup: {'; '.join(findings)}")
    return []


def _state(exchange: Exchange) -> str:
    return repr(status_of(exchange)) if exchange.status == 200 else told(exchange)
