"""Mocks that make characters of the wrong tasks, or not of the right ones."""

from typing import Any

from sora_mock.dialects.base import Call
from sora_mock.engine import problems
from sora_mock.engine.problems import Refused
from sora_mock.engine.timestamps import parse_span
from sora_mock.wire import Reply, Request
from tests.mutants.calls import CREATE, VIDEO, said
from tests.mutants.craft import SLOW, Answer, bent, reroute, settled
from tests.mutants.edits import every, of, saying, setting, status, telling_json
from tests.mutants.known import is_expired, is_foreign, is_unfinished, is_unknown, refused_tasks
from tests.mutants.mutant import Mutant
from tests.mutants.ways import no, refusing, telling


async def _made(request: Request, reply: Reply, answer: Answer) -> Reply:
    """Make a character all the same, and tell of it as of one from the task."""
    task = said(request)["from_task"]
    made = await answer(saying({"model": "sora-2-character", "url": VIDEO, "timestamps": "0,1"})(request))
    return setting("metadata.source", {"type": "task", "task_id": task})(made)


def _answered(number: int, message: str | None = None):
    async def otherwise(request: Request, reply: Reply, answer: Answer) -> Reply:
        said_so = status(number)(reply)
        return said_so if message is None else setting("error.message", message)(said_so)

    return otherwise


def _is_own_task(body: dict[str, Any], call: Call) -> bool:
    return str(body.get("from_task")) in call.visit.account.generations


def _has_odd_timestamps(body: dict[str, Any], call: Call) -> bool:
    if not isinstance(body.get("timestamps"), str) or not _is_own_task(body, call):
        return False
    try:
        parse_span(body["timestamps"])
    except Refused:
        return True
    return False


async def _obeyed(request: Request, answer: Answer) -> Reply:
    reply = await answer(request)
    body = said(request)
    if not of(CREATE)(request, reply) or "from_task" not in body or "timestamps" not in body:
        return reply
    try:
        seconds = float(parse_span(body["timestamps"]).length)
    except Refused:
        return reply
    return every(
        setting("metadata.analysis.duration", seconds),
        telling_json(lambda told: told["metadata"]["source"].update(timestamps=body["timestamps"])),
    )(reply)


_CREATED, _UNKNOWN = "character.from-task.created", "character.from-task.unknown"
_EXPIRED, _FOREIGN = "character.from-task.expired", "character.from-task.foreign"
_UNFINISHED = "character.from-task.unfinished"

MUTANTS = (
    Mutant(
        "task-creation-refused",
        _CREATED,
        "no character can be made from a task",
        refusing(CREATE, _is_own_task, no("from_task", _CREATED)),
    ),
    Mutant(
        "task-creation-without-id",
        _CREATED,
        "a creation from a task returns no id",
        telling(
            lambda request, reply: of(CREATE)(request, reply) and "from_task" in said(request),
            telling_json(lambda body: {"object": body["object"], "metadata": body["metadata"]}),
        ),
    ),
    Mutant(
        "task-creation-needs-timestamps",
        "character.from-task.no-timestamps",
        "a creation from a task needs timestamps",
        settled(task_timestamps="require"),
    ),
    Mutant(
        "timestamps-beside-a-task-refused",
        "character.from-task.timestamps",
        "timestamps beside a task are refused",
        settled(task_timestamps="refuse"),
    ),
    Mutant(
        "timestamps-beside-a-task-read",
        "character.from-task.timestamps",
        "timestamps beside a task have to be well-formed",
        refusing(
            CREATE, _has_odd_timestamps, problems.timestamps_invalid("not a span", "character.from-task.timestamps")
        ),
    ),
    Mutant(
        "timestamps-beside-a-task-obeyed",
        "character.from-task.timestamps",
        "timestamps beside a task say which part of it is looked at",
        bent(lambda mock: reroute(mock, _obeyed)),
    ),
    Mutant(
        "unknown-task-400",
        _UNKNOWN,
        "a task that nobody has is answered with 400",
        refused_tasks(is_unknown, _answered(400)),
    ),
    Mutant(
        "unknown-task-accepted", _UNKNOWN, "a task that nobody has makes a character", refused_tasks(is_unknown, _made)
    ),
    Mutant(
        "expired-task-accepted", _EXPIRED, "an expired task still makes characters", refused_tasks(is_expired, _made)
    ),
    Mutant(
        "expired-task-410", _EXPIRED, "an expired task is answered with 410", refused_tasks(is_expired, _answered(410))
    ),
    Mutant(
        "expired-task-400", _EXPIRED, "an expired task is answered with 400", refused_tasks(is_expired, _answered(400))
    ),
    Mutant(
        "foreign-task-accepted", _FOREIGN, "another account's task makes a character", refused_tasks(is_foreign, _made)
    ),
    Mutant(
        "foreign-task-403",
        _FOREIGN,
        "another account's task is answered with 403",
        refused_tasks(is_foreign, _answered(403)),
    ),
    Mutant(
        "foreign-task-told",
        _FOREIGN,
        "the message says that a task is another account's",
        refused_tasks(is_foreign, _answered(404, "Task not found: it belongs to another account.")),
    ),
    Mutant(
        "unfinished-task-accepted",
        _UNFINISHED,
        "a task that is still at work makes a character",
        refused_tasks(is_unfinished, _made, latency=SLOW),
    ),
    Mutant(
        "unfinished-task-500",
        _UNFINISHED,
        "a task that is still at work is a failure of processing",
        refused_tasks(is_unfinished, _answered(500), latency=SLOW),
    ),
)
