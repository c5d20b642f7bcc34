"""Mocks whose tasks live another life than the contract's."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import msgspec

from sora_mock.app import Mock
from sora_mock.dialects.base import Call
from sora_mock.wire import Reply, Request
from tests.mutants.calls import GENERATE, RETRIEVE
from tests.mutants.craft import SLOW, Answer, bent, reroute, settled
from tests.mutants.edits import of, setting, telling_json, told
from tests.mutants.mutant import App, Mutant
from tests.mutants.ways import changing, telling

_TASKS = of(GENERATE, RETRIEVE)
_DAY = 86_400


def _calling(word: str, other: str, **knobs: Any) -> App:
    """Make mocks that have another word for a status."""
    return telling(_TASKS, setting("status", lambda found: other if found == word else found), **knobs)


def _polled(tell: Callable[[int, dict[str, Any]], None]) -> App:
    """Make mocks that tell of a completed task by how often it was looked at since."""

    def bend(mock: Mock) -> None:
        looks: Counter[str] = Counter()

        async def way(request: Request, answer: Answer) -> Reply:
            reply = await answer(request)
            if not of(RETRIEVE)(request, reply) or told(reply).get("status") != "completed":
                return reply
            looks[request.path] += 1
            return telling_json(lambda body: tell(looks[request.path], body))(reply)

        reroute(mock, way)

    return bent(bend)


def _back_at_work(looks: int, body: dict[str, Any]) -> None:
    if looks % 2 == 0:
        body |= {"status": "in_progress", "progress": 50, "completed_at": None, "expires_at": None, "video_url": None}


def _failed_after_all(looks: int, body: dict[str, Any]) -> None:
    if looks > 1:
        body |= {"status": "failed", "completed_at": None, "expires_at": None, "video_url": None}
        body["error"] = {"code": "processing_failed", "message": "Processing failed."}


def _stuck(_: Mock, call: Call) -> Call:
    return msgspec.structs.replace(call, fate="stuck")


def _falling(body: dict[str, Any]) -> None:
    if body["status"] == "in_progress":
        body["progress"] = 100 - body["progress"]


def _never_half(body: dict[str, Any]) -> None:
    if body["status"] == "completed":
        body["progress"] = 0


def _over_100(body: dict[str, Any]) -> None:
    if body["status"] == "completed":
        body["progress"] = 1000


def _a_day_less(instant: int | None) -> int | None:
    return instant if instant is None else instant - _DAY


_WORDS = "generation.lifecycle.words"
_ORDER, _PROGRESS, _LIFETIME = "generation.lifecycle.order", "generation.lifecycle.progress", "generation.lifetime"

MUTANTS = (
    Mutant(
        "completed-is-succeeded", _WORDS, "a completed task is called `succeeded`", _calling("completed", "succeeded")
    ),
    Mutant("queued-is-pending", _WORDS, "a queued task is called `pending`", _calling("queued", "pending")),
    Mutant(
        "in-progress-is-processing",
        _WORDS,
        "a task at work is called `processing`",
        _calling("in_progress", "processing", latency=SLOW),
    ),
    Mutant("back-at-work", _ORDER, "every other look at a completed task finds it at work", _polled(_back_at_work)),
    Mutant("failed-after-all", _ORDER, "a completed task fails at the second look", _polled(_failed_after_all)),
    Mutant(
        "progress-falls",
        _PROGRESS,
        "the progress of a task at work runs backwards",
        telling(of(RETRIEVE), telling_json(_falling), latency=SLOW),
    ),
    Mutant(
        "progress-never-moves", _PROGRESS, "a completed task is at 0", telling(of(RETRIEVE), telling_json(_never_half))
    ),
    Mutant(
        "progress-over-100", _PROGRESS, "a completed task is at 1000", telling(of(RETRIEVE), telling_json(_over_100))
    ),
    Mutant("task-never-ends", "generation.lifecycle.ends", "tasks stay at work for ever", changing(GENERATE, _stuck)),
    Mutant("task-takes-five-minutes", "generation.latency", "a task takes 300 s", settled(latency="generation=300")),
    Mutant("task-lives-an-hour", _LIFETIME, "a completed task expires after an hour", settled(task_lifetime=3600.0)),
    Mutant("task-lives-two-days", _LIFETIME, "a completed task expires after 48 h", settled(task_lifetime=2.0 * _DAY)),
    Mutant(
        "task-outlives-its-end",
        _LIFETIME,
        "a task works for another day after the instant it states",
        telling(_TASKS, setting("expires_at", _a_day_less), task_lifetime=2.0 * _DAY),
    ),
)
