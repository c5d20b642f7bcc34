"""The life of a task: one task is made and looked at until it has ended, and twice more.

Owns the looking. What a task has to be like is told in `tasks`.
"""

from sora_conformance.budget import NotJudged
from sora_conformance.contract import Cost
from sora_conformance.exchanges import Exchange
from sora_conformance.server import tasks
from sora_conformance.server.cases import Price
from sora_conformance.server.stage import POLLS, TASK_SECONDS, Stage, status_of, task_id, told
from sora_conformance.server.survey import Sightings, Survey
from sora_conformance.server.unfinished import AT_WORK

LAST_WAIT = 3600.0
"""Seconds after which a task that has not ended is looked at once more, where a clock can be advanced."""

LOOKS_AFTER = 2


def explore(stage: Stage, seen: Sightings) -> None:
    """Follow a task from its acceptance to its end, and note what is seen of each rule."""
    first = stage.generate("A paper boat on a pond")
    task = task_id(first)
    looks, waited = [first], [0.0]
    try:
        follow(stage, task, looks, waited)
    except NotJudged as nothing:
        # Whatever was seen until then was seen.
        seen.ended = nothing.reason
    _note_looks(stage, task, looks, seen)
    _note_end(looks, waited, seen, patient=stage.target.mock)


def follow(stage: Stage, task: str, looks: list[Exchange], waited: list[float]) -> None:
    """Look until the task has ended or is given up; `waited` is what had passed, at the least, before each look."""
    passed, step = 0.0, 1.0
    for _ in range(POLLS):
        looks.append(stage.retrieve(task))
        waited.append(passed)
        if looks[-1].status != 200:
            return
        if status_of(looks[-1]) not in AT_WORK:
            break
        if passed >= TASK_SECONDS + LAST_WAIT or (passed >= TASK_SECONDS and not stage.target.mock):
            return
        step = LAST_WAIT if passed >= TASK_SECONDS else step
        stage.wire.waiting.wait(step)
        passed += step
        step = min(step * 1.5, 30.0)
    for _ in range(LOOKS_AFTER):
        looks.append(stage.retrieve(task))
        waited.append(passed)


def _note_looks(stage: Stage, task: str, looks: list[Exchange], seen: Sightings) -> None:
    first, later = looks[0], looks[1:]
    seen.note("generation.reply.queued", tasks.begins(first.object or {}), first)
    for look in later:
        seen.note("generation.retrieve.own", _own(look, task), look)
    if status_of(looks[-1]) in AT_WORK:
        seen.note("generation.retrieve.own", _behind(stage, task, looks[-1]), looks[-1])
    told_of = [(look, look.object) for look in looks if look.status == 200 and look.object is not None]
    bodies = [body for _, body in told_of]
    seen.note("generation.lifecycle.words", tasks.words(bodies), *looks)
    if len(bodies) > 1:
        seen.note("generation.lifecycle.order", tasks.order(bodies), *looks)
        seen.note("generation.lifecycle.progress", tasks.progress(bodies), *looks)
    for look, body in told_of:
        seen.note("generation.reply.shape", tasks.shape(body), look)
        seen.note("generation.task-id.form", tasks.names(body), look)
        seen.note("generation.result.link", tasks.link(body), look)


def _own(look: Exchange, task: str) -> list[str]:
    """Expect to be shown the task that was asked for."""
    if look.status != 200 or look.object is None:
        return [f"expected 200 with the task, found {told(look)}"]
    if task not in {look.object.get("id"), look.object.get("task_id")}:
        return [f"expected the task {task!r}, found {look.object.get('id')!r}"]
    return []


def _behind(stage: Stage, task: str, look: Exchange) -> list[str]:
    """Expect a task that is shown at work not to be done already."""
    content = stage.wire.call("GET", f"/generations/{task}/content", refusal="task_not_completed")
    if content.status == 200:
        return [f"expected the task as it is now, found {status_of(look)} while its video is served"]
    return []


def _note_end(looks: list[Exchange], waited: list[float], seen: Sightings, *, patient: bool) -> None:
    last, status = looks[-1], status_of(looks[-1])
    at_work = [passed for look, passed in zip(looks, waited, strict=True) if status_of(look) in AT_WORK]
    longest = max(at_work, default=0.0)
    if status in tasks.ENDED:
        seen.note("generation.lifecycle.ends", (), last)
        taken = tasks.seconds_taken(last.object or {})
        longest = max(longest, float(taken or 0))
    elif status in AT_WORK and patient and longest > TASK_SECONDS:
        finding = f"expected the task to end, found it {status} after {longest:g} s"
        seen.note("generation.lifecycle.ends", [finding], looks[0], last)
    elif status in AT_WORK:
        seen.ended = seen.ended or f"the task was still {status} after {longest:g} s: whether it ends cannot be told"
    if status in tasks.ENDED or longest > tasks.USUAL_SECONDS:
        slow = longest > tasks.USUAL_SECONDS
        findings = [f"expected a task to end within {tasks.USUAL_SECONDS} s, found more than {longest:g} s"]
        seen.note("generation.latency", findings if slow else (), looks[0], last)


LIFE = Survey(
    name="life",
    rules=(
        "generation.reply.queued",
        "generation.reply.shape",
        "generation.task-id.form",
        "generation.retrieve.own",
        "generation.lifecycle.words",
        "generation.lifecycle.order",
        "generation.lifecycle.progress",
        "generation.lifecycle.ends",
        "generation.latency",
        "generation.result.link",
    ),
    explore=explore,
    cost=Cost.GENERATION,
    price=Price(calls=20, generations=1),
)
