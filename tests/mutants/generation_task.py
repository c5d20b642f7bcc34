"""Mocks that tell of a task what is not so, or tell the wrong callers."""

from typing import Any

import msgspec

from sora_mock.app import Mock
from sora_mock.dialects.base import Call
from sora_mock.dialects.guide import BASE
from sora_mock.engine import problems
from sora_mock.wire import Reply, Request
from tests.mutants.alias import aliased
from tests.mutants.calls import GENERATE, RETRIEVE
from tests.mutants.craft import Answer, bent, reroute
from tests.mutants.edits import of, omitting, setting, status, telling_json, told
from tests.mutants.mutant import App, Mutant
from tests.mutants.ways import accounts, as_owner_of, changing, refusing, restating, telling

_TASKS = of(GENERATE, RETRIEVE)


def _named(call: Call) -> str:
    return call.request.path.removeprefix(f"{BASE}/generations/")


def _own_id(body: dict[str, Any]) -> dict[str, Any]:
    return body | {name: "task_job" + body[name].removeprefix("task_") for name in ("id", "task_id")}


def _with_other_task_ids(mock: Mock) -> None:
    """Tell of tasks by ids that can be looked at but not made into characters."""

    async def way(request: Request, answer: Answer) -> Reply:
        reply = await answer(msgspec.structs.replace(request, path=request.path.replace("task_job", "task_")))
        return telling_json(_own_id)(reply) if _TASKS(request, reply) else reply

    reroute(mock, way)


def _without_nulls(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if value is not None}


def _as_accepted(mock: Mock) -> None:
    """Show a task for ever as it was when it was accepted."""
    accepted: dict[str, Reply] = {}

    async def way(request: Request, answer: Answer) -> Reply:
        reply = await answer(request)
        if of(GENERATE)(request, reply):
            accepted[told(reply)["id"]] = reply
        elif of(RETRIEVE)(request, reply):
            first = accepted.get(told(reply)["id"], reply)
            return msgspec.structs.replace(reply, body=first.body)
        return reply

    reroute(mock, way)


def _unknown_is_queued(mock: Mock) -> None:
    async def way(request: Request, answer: Answer) -> Reply:
        reply = await answer(request)
        if reply.rule != "generation.retrieve.unknown" or any(
            _id(request) in one.generations for one in accounts(mock)
        ):
            return reply
        body = {"id": _id(request), "task_id": _id(request), "object": "generation", "status": "queued", "progress": 0}
        return msgspec.structs.replace(reply, status=200, rule=None, body=msgspec.json.encode(body))

    reroute(mock, way)


def _id(request: Request) -> str:
    return request.path.rpartition("/")[2]


def _on_foreign(edit) -> App:
    """Make mocks that tell otherwise of a task that is somebody else's."""

    def bend(mock: Mock) -> None:
        async def way(request: Request, answer: Answer) -> Reply:
            reply = await answer(request)
            theirs = any(_id(request) in account.generations for account in accounts(mock))
            return edit(reply) if reply.rule == "generation.retrieve.unknown" and theirs else reply

        reroute(mock, way)

    return bent(bend)


_SHAPE, _ECHO = "generation.reply.shape", "generation.reply.echo"

MUTANTS = (
    Mutant(
        "from-task-takes-other-ids",
        "generation.task-id.usable",
        "the id of a task is not known to `from_task`",
        bent(_with_other_task_ids),
    ),
    Mutant(
        "task-id-beside-another",
        "generation.task-id.form",
        "`id` and `task_id` differ",
        telling(_TASKS, setting("id", lambda name: "gen_" + name)),
    ),
    Mutant(
        "task-without-prefix",
        "generation.task-id.form",
        "ids begin with another word, and work",
        aliased("task_", "job_", lambda core: core),
    ),
    Mutant(
        "task-without-nulls", _SHAPE, "what does not apply is left out", telling(_TASKS, telling_json(_without_nulls))
    ),
    Mutant("task-without-model", _SHAPE, "a task does not say its model", telling(_TASKS, omitting("model"))),
    Mutant("task-without-characters", _SHAPE, "a task has no `characters`", telling(_TASKS, omitting("characters"))),
    Mutant(
        "prompt-in-capitals",
        _ECHO,
        "the prompt comes back in capitals",
        telling(_TASKS, setting("prompt", lambda text: text and text.upper())),
    ),
    Mutant(
        "prompt-shortened",
        _ECHO,
        "no more than ten characters of the prompt come back",
        telling(_TASKS, setting("prompt", lambda text: text and text[:10])),
    ),
    Mutant(
        "duration-forgotten",
        _ECHO,
        "a task says it lasts 10 s, whatever was asked for",
        telling(_TASKS, setting("duration", 10)),
    ),
    Mutant(
        "resolution-forgotten",
        _ECHO,
        "a task says it is in 1080p, whatever was asked for",
        telling(_TASKS, setting("resolution", "1080p")),
    ),
    Mutant("scenes-forgotten", _ECHO, "the scenes do not come back", telling(_TASKS, setting("scenes", None))),
    Mutant(
        "accepted-in-progress",
        "generation.reply.queued",
        "a task is at work as soon as it is accepted",
        telling(of(GENERATE), setting("status", "in_progress"), setting("progress", 1)),
    ),
    Mutant(
        "own-task-404",
        "generation.retrieve.own",
        "an own task cannot be looked at",
        refusing(
            RETRIEVE,
            lambda _, call: _named(call) in call.visit.account.generations,
            problems.task_not_found("it", "task_id", "generation.retrieve.own"),
        ),
    ),
    Mutant(
        "task-as-accepted",
        "generation.retrieve.own",
        "a task is shown for ever as it was when it was accepted",
        bent(_as_accepted),
    ),
    Mutant(
        "unknown-task-400-when-retrieved",
        "generation.retrieve.unknown",
        "an unknown task is answered with 400",
        restating("generation.retrieve.unknown", 400),
    ),
    Mutant(
        "unknown-task-is-queued",
        "generation.retrieve.unknown",
        "an unknown task is shown as queued",
        bent(_unknown_is_queued),
    ),
    Mutant(
        "foreign-task-shown",
        "generation.retrieve.foreign",
        "another account's task is shown",
        changing(RETRIEVE, lambda mock, call: as_owner_of(_named(call), mock, call)),
    ),
    Mutant(
        "foreign-task-403-when-retrieved",
        "generation.retrieve.foreign",
        "another account's task is answered with 403",
        _on_foreign(status(403)),
    ),
    Mutant(
        "foreign-task-told-when-retrieved",
        "generation.retrieve.foreign",
        "the message says that a task is another account's",
        _on_foreign(setting("error.message", "Task not found: it belongs to another account.")),
    ),
)
