"""Tasks of others, tasks that have not ended or have failed, and tasks that are asked about with HEAD.

Owns the looking at them. How an unfinished or failed task is come by is told in `unfinished`.
"""

from sora_conformance.contract import Cost
from sora_conformance.exchanges import Exchange, Party
from sora_conformance.server import tasks
from sora_conformance.server.cases import SECOND_KEY, Price
from sora_conformance.server.checks import refused
from sora_conformance.server.likeness import told_apart
from sora_conformance.server.probe import Probes
from sora_conformance.server.stage import Stage, told
from sora_conformance.server.unfinished import FAILED_PRICE, UNFINISHED_PRICE, failed_task, unfinished_task

PROBES = Probes()

_LOOK = Price(calls=2)
_GENERATION = Cost.GENERATION


@PROBES(
    "generation/retrieve/foreign",
    "generation.retrieve.foreign",
    cost=_GENERATION,
    price=Price(calls=4),
    needs=(SECOND_KEY,),
    props=("foreign_task",),
)
def foreign(stage: Stage) -> list[str]:
    """Nothing in the reply tells another account's task from one that does not exist."""
    return _like_unknown(stage, "/generations/{}")


@PROBES(
    "generation/content/foreign",
    "generation.retrieve.foreign",
    cost=_GENERATION,
    price=Price(calls=4),
    needs=(SECOND_KEY,),
    props=("foreign_task",),
)
def foreign_content(stage: Stage) -> list[str]:
    """Nor does anything when its video is asked for."""
    return _like_unknown(stage, "/generations/{}/content")


@PROBES(
    "generation/content/unfinished", "generation.content.unfinished", cost=_GENERATION, price=_LOOK + UNFINISHED_PRICE
)
def content_unfinished(stage: Stage) -> list[str]:
    """The video of a task at work is refused with 400."""
    return _no_content(stage, unfinished_task(stage))


@PROBES("generation/content/failed", "generation.content.unfinished", cost=_GENERATION, price=_LOOK + FAILED_PRICE)
def content_failed(stage: Stage) -> list[str]:
    """The video of a task that has failed is refused with 400."""
    return _no_content(stage, failed_task(stage))


@PROBES("generation/reply/shape-unfinished", "generation.reply.shape", cost=_GENERATION, price=_LOOK + UNFINISHED_PRICE)
def shape_unfinished(stage: Stage) -> list[str]:
    """A task at work has every field; what comes with its end is null."""
    return _seen(stage.retrieve(unfinished_task(stage))) or tasks.shape(_body(stage))


@PROBES("generation/reply/shape-failed", "generation.reply.shape", cost=_GENERATION, price=_LOOK + FAILED_PRICE)
def shape_failed(stage: Stage) -> list[str]:
    """A task that has failed has every field, and says why."""
    return _seen(stage.retrieve(failed_task(stage))) or tasks.shape(_body(stage))


@PROBES("generation/result/link-unfinished", "generation.result.link", cost=_GENERATION, price=_LOOK + UNFINISHED_PRICE)
def link_unfinished(stage: Stage) -> list[str]:
    """A task at work has no link."""
    return _seen(stage.retrieve(unfinished_task(stage))) or tasks.link(_body(stage))


@PROBES("generation/result/link-failed", "generation.result.link", cost=_GENERATION, price=_LOOK + FAILED_PRICE)
def link_failed(stage: Stage) -> list[str]:
    """A task that has failed has no link."""
    return _seen(stage.retrieve(failed_task(stage))) or tasks.link(_body(stage))
