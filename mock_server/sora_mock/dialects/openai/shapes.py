"""Shapes: what the Videos API answers, as JSON values.

Owns the objects of its replies. Where things stand is told by the engine.
"""

from typing import Any

import msgspec

from sora_mock.dialects.guide import refusal
from sora_mock.dialects.openai.headers import marks
from sora_mock.dialects.openai.offer import CREATED
from sora_mock.engine import problems
from sora_mock.engine.decision import Character, Page
from sora_mock.engine.derivation import pixels
from sora_mock.engine.events import CharacterCreated
from sora_mock.engine.lifecycle import Status, View
from sora_mock.engine.problems import Problem
from sora_mock.wire import Headers, Reply

JSON = ("content-type", "application/json")

_WORDS = {"task_not_found": "video_not_found", "task_not_completed": "video_not_completed"}
"""The codes of problems that all dialects share, where this one has another word."""

_encode = msgspec.json.Encoder().encode


def answer(body: Any, *, delay: int = 0, headers: Headers = ()) -> Reply:  # noqa: ANN401 - any JSON value
    """Return the reply that tells a JSON value."""
    return Reply(status=200, headers=(JSON, *marks(delay), *headers), body=_encode(body), delay=delay)


def refused(problem: Problem, *, delay: int = 0) -> Reply:
    """Return the reply that states a problem."""
    kind = problem.type if problem.status in {429, *range(500, 600)} else problems.INVALID_REQUEST
    code = _WORDS.get(problem.code, problem.code)
    told = msgspec.structs.replace(problem, type=kind, code=code)
    return refusal(told, headers=marks(delay), delay=delay)


def video_shape(view: View, *, nulls: bool) -> dict[str, Any]:
    """Return a video as the API writes it; without `nulls`, what does not apply is left out."""
    generation = view.generation
    origin = generation.origin
    failure = generation.failure if view.status is Status.FAILED else None
    shape = {
        "id": generation.id,
        "object": "video",
        "model": generation.model,
        # The content of a video ends, the video does not.
        "status": Status.COMPLETED if view.status is Status.EXPIRED else view.status,
        "progress": view.progress,
        "created_at": generation.created_at // 1000,
        "completed_at": _seconds(view.completed_at),
        "expires_at": _seconds(view.expires_at),
        "prompt": generation.prompt,
        "size": pixels(generation),
        "seconds": str(generation.duration),
        "remixed_from_video_id": origin.source if origin is not None and origin.kind == "remix" else None,
        "error": None if failure is None else {"code": failure.code, "message": failure.message},
    }
    return shape if nulls else {name: value for name, value in shape.items() if value is not None}


def page_shape(page: Page, *, nulls: bool) -> dict[str, Any]:
    """Return a page of a list as the API writes it."""
    views = page.views
    return {
        "object": "list",
        "data": [video_shape(view, nulls=nulls) for view in views],
        "first_id": views[0].generation.id if views else None,
        "last_id": views[-1].generation.id if views else None,
        "has_more": page.has_more,
    }


def character_shape(character: Character | CharacterCreated) -> dict[str, Any]:
    """Return a character as the API writes it, which is the same when it is made and when it is looked at."""
    if isinstance(character, CharacterCreated):
        character = Character(character.character_id, character.name, character.at)
    return {"id": character.id, "name": character.name, "created_at": character.created_at // 1000}


def model_shape(name: str) -> dict[str, Any]:
    """Return a model as the API writes it."""
    return {"id": name, "object": "model", "created": CREATED[name], "owned_by": "openai"}


def _seconds(instant: int | None) -> int | None:
    return None if instant is None else instant // 1000
