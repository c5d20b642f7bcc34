"""Tasks that have not ended, tasks that have failed, and tasks that are asked about with HEAD.

Owns the looking at them. How an unfinished or failed task is come by is told in `unfinished`.
"""

from collections.abc import Callable

from sora_conformance.budget import inconclusive
from sora_conformance.contract import Cost
from sora_conformance.exchanges import Exchange
from sora_conformance.server import tasks
from sora_conformance.server.cases import Price
from sora_conformance.server.checks import refused
from sora_conformance.server.probe import Probes
from sora_conformance.server.stage import Stage, status_of, told
from sora_conformance.server.unfinished import (
    AT_WORK,
    FAILED_PRICE,
    UNFINISHED_PRICE,
    failed_task,
    unfinished_task,
)

PROBES = Probes()

_GENERATION = Cost.GENERATION
_OF_UNFINISHED = UNFINISHED_PRICE + Price(calls=2)
_OF_FAILED = FAILED_PRICE + Price(calls=1)


@PROBES("generation/content/unfinished", "generation.content.unfinished", cost=_GENERATION, price=_OF_UNFINISHED)
def content_unfinished(stage: Stage) -> list[str]:
    """The video of a task at work is refused with 400."""
    task = unfinished_task(stage)
    findings = _no_content(stage, task)
    if findings and status_of(stage.retrieve(task)) not in AT_WORK:
        raise inconclusive("setup: a task at work was needed, and this one has ended meanwhile")
    return findings


@PROBES("generation/content/failed", "generation.content.unfinished", cost=_GENERATION, price=_OF_FAILED)
def content_failed(stage: Stage) -> list[str]:
    """The video of a task that has failed is refused with 400."""
    return _no_content(stage, failed_task(stage))


@PROBES("generation/reply/shape-unfinished", "generation.reply.shape", cost=_GENERATION, price=_OF_UNFINISHED)
def shape_unfinished(stage: Stage) -> list[str]:
    """A task at work has every field; what comes with its end is null."""
    return _asked(stage, unfinished_task(stage), tasks.shape)


@PROBES("generation/reply/shape-failed", "generation.reply.shape", cost=_GENERATION, price=_OF_FAILED)
def shape_failed(stage: Stage) -> list[str]:
    """A task that has failed has every field, and says why it failed."""
    return _asked(stage, failed_task(stage), tasks.shape)


@PROBES("generation/result/link-unfinished", "generation.result.link", cost=_GENERATION, price=_OF_UNFINISHED)
def link_unfinished(stage: Stage) -> list[str]:
    """A task at work has no link."""
    return _asked(stage, unfinished_task(stage), tasks.link)


@PROBES("generation/result/link-failed", "generation.result.link", cost=_GENERATION, price=_OF_FAILED)
def link_failed(stage: Stage) -> list[str]:
    """A task that has failed has no link."""
    return _asked(stage, failed_task(stage), tasks.link)


@PROBES("protocol/head/task", "protocol.head", cost=_GENERATION, price=Price(calls=3), props=("task",))
def head(stage: Stage) -> list[str]:
    """HEAD of a task, of its video, and of a task that does not exist."""
    task, unknown = stage.task(), stage.unknown("task_", "head")
    return [
        f"{about}: {finding}"
        for about, path, refusal in (
            ("a task", f"/generations/{task}", None),
            ("its video", f"/generations/{task}/content", None),
            ("an unknown task", f"/generations/{unknown}", "task_not_found"),
        )
        for finding in answered_alike(
            stage.wire.call("GET", path, refusal=refusal), stage.wire.call("HEAD", path, refusal=refusal)
        )
    ]


def answered_alike(got: Exchange, headed: Exchange) -> list[str]:
    """Expect a reply to HEAD to be that to GET without the body."""
    if got.status is None:
        raise inconclusive(f"setup: GET was to be answered, and there was {told(got)}")
    if headed.status != got.status:
        return [f"expected HEAD to be answered with {got.status} like GET, found {told(headed)}"]
    if headed.media_type != got.media_type:
        return [f"expected HEAD to declare {got.media_type!r} like GET, found {headed.media_type!r}"]
    return ["expected HEAD to be answered without a body, found one"] if headed.body else []


def _no_content(stage: Stage, task: str) -> list[str]:
    reply = stage.wire.call("GET", f"/generations/{task}/content", refusal="task_not_completed")
    return refused(reply, "task_not_completed", status=400)


def _asked(stage: Stage, task: str, question: Callable[[tasks.Task], list[str]]) -> list[str]:
    """Look at a task and put a question to what is shown of it."""
    look = stage.retrieve(task)
    if look.status != 200 or look.object is None:
        raise inconclusive(f"setup: a task was to be looked at, and the answer was {told(look)}")
    return question(look.object)
