"""The guide dialect: `/v1/sora`, as the guide writes it.

Owns the paths, the bodies and the headers of the guide's contract. It decides nothing of its own.
"""

from typing import Any

import msgspec

from sora_mock.dialects.base import Call, Operation, Place, not_served
from sora_mock.dialects.fields import items, json_object, text, whole
from sora_mock.engine import problems
from sora_mock.engine.commands import (
    CreateCharacter,
    CreateGeneration,
    DownloadGeneration,
    RetrieveGeneration,
)
from sora_mock.engine.creation import CHARACTER_MODEL
from sora_mock.engine.decision import Decision
from sora_mock.engine.events import CharacterCreated, Source, TaskSource, UploadSource, UrlSource
from sora_mock.engine.lifecycle import Status, View
from sora_mock.engine.problems import Problem, Refused
from sora_mock.engine.state import Scene
from sora_mock.understudy import Understudy
from sora_mock.visit import Visit
from sora_mock.wire import Headers, Reply, Request

BASE = "/v1/sora"

_encode = msgspec.json.Encoder().encode
_JSON = ("content-type", "application/json")
CHARACTER_FIELDS = ("model", "url", "timestamps", "from_task")
GENERATION_FIELDS = ("model", "prompt", "scenes", "duration", "resolution")


class GuideDialect:
    """Answers every request below `BASE`."""

    name = "guide"
    base = BASE
    prefixes: tuple[str, ...] = (BASE,)

    def __init__(self, understudy: Understudy) -> None:
        self._understudy = understudy
        self._characters = Place(
            {"POST": Operation("createCharacter", self._create_character, _quota_headers)},
            {
                "GET": "character.unlisted",
                "HEAD": "character.unlisted",
                "PUT": "character.immutable",
                "PATCH": "character.immutable",
                "DELETE": "character.undeletable",
            },
        )
        self._below_characters = Place({}, {"": "character.immutable", "GET": "character.unlisted"})
        self._generations = Place({"POST": Operation("createGeneration", self._create_generation)})
        retrieve = Operation("retrieveGeneration", self._retrieve_generation)
        self._generation = Place({"GET": retrieve, "HEAD": retrieve})
        download = Operation("downloadGeneration", self._download_generation)
        self._content = Place({"GET": download, "HEAD": download})
        self._nothing = Place({})

    def find(self, request: Request) -> Operation:
        """Return the operation that a request asks for; raise Refused when its path or method has none."""
        place = self._place(request.path)
        return place.operations.get(request.method) or not_served(place, request)

    def refuse(self, problem: Problem) -> Reply:
        """Return the reply that states a problem."""
        return refusal(problem)

    def _place(self, path: str) -> Place:
        if not path.startswith(BASE + "/"):
            return self._nothing
        match path.removeprefix(BASE).split("/"):
            case ["", "characters"]:
                return self._characters
            case ["", "generations"]:
                return self._generations
            case ["", "characters", *_]:
                return self._below_characters
            case ["", "generations", str(task_id)] if task_id:
                return self._generation
            case ["", "generations", str(task_id), "content"] if task_id:
                return self._content
            case _:
                return self._nothing

    # -- operations ----------------------------------------------------------------------------------------------

    async def _create_character(self, call: Call) -> Reply:
        body = json_object(call.request, known=_known(call, CHARACTER_FIELDS))
        url = text(body, "url")
        command = CreateCharacter(
            model=text(body, "model"),
            url=url,
            timestamps=text(body, "timestamps"),
            from_task=text(body, "from_task"),
            video=None if url is None else self._understudy.video_behind(url),
        )
        return self._reply(call, call.visit.perform(command))

    async def _create_generation(self, call: Call) -> Reply:
        body = json_object(call.request, known=_known(call, GENERATION_FIELDS))
        command = CreateGeneration(
            model=text(body, "model"),
            prompt=text(body, "prompt"),
            scenes=_scenes(body),
            duration=whole(body, "duration"),
            resolution=text(body, "resolution"),
            fate=call.fate,
        )
        return self._reply(call, call.visit.perform(command))

    async def _retrieve_generation(self, call: Call) -> Reply:
        return self._reply(call, call.visit.perform(RetrieveGeneration(_task_id(call))))

    async def _download_generation(self, call: Call) -> Reply:
        decision = call.visit.perform(DownloadGeneration(_task_id(call)))
        if isinstance(decision.outcome, View):
            return Reply(status=200, file=await self._understudy.clip(call.visit.account, decision.outcome.generation))
        return self._reply(call, decision)

    # -- shapes --------------------------------------------------------------------------------------------------

    def _reply(self, call: Call, decision: Decision) -> Reply:
        outcome = decision.outcome
        match outcome:
            case Problem():
                return refusal(outcome, delay=decision.delay)
            case CharacterCreated():
                body = _character_shape(outcome)
            case View():
                link = self._understudy.link(call.visit.caller.account, outcome)
                body = generation_shape(outcome, None if link is None else call.request.origin + link)
            case _:
                raise AssertionError("every operation of the contract has something to tell")
        return Reply(status=200, headers=(_JSON,), body=_encode(body), delay=decision.delay)


def refusal(problem: Problem, *, headers: Headers = (), delay: int = 0) -> Reply:
    """Return the reply that states a problem in the guide dialect's error shape."""
    error = {"message": problem.message, "type": problem.type, "param": problem.param, "code": problem.code}
    extra: list[tuple[str, str]] = [_JSON, *headers]
    if problem.status == 401:
        extra.append(("www-authenticate", "Bearer"))
    if problem.allow is not None:
        extra.append(("allow", problem.allow))
    if problem.retry_after is not None:
        extra.append(("retry-after", str(problem.retry_after)))
    return Reply(
        status=problem.status, headers=tuple(extra), body=_encode({"error": error}), delay=delay, rule=problem.rule
    )


def _known(call: Call, fields: tuple[str, ...]) -> tuple[str, ...] | None:
    return fields if call.visit.policy.unknown_fields == "refuse" else None


def _task_id(call: Call) -> str:
    return call.request.path.removeprefix(f"{BASE}/generations/").removesuffix("/content")


def _scenes(body: dict[str, Any]) -> tuple[Scene, ...] | None:
    scenes = items(body, "scenes")
    if scenes is None:
        return None
    return tuple(_scene(scene, f"scenes[{number}]") for number, scene in enumerate(scenes))


def _scene(scene: dict[str, Any], place: str) -> Scene:
    prompt = text(scene, "prompt", param=f"{place}.prompt")
    duration = whole(scene, "duration", param=f"{place}.duration")
    if prompt is None:
        raise Refused(problems.field_missing(f"{place}.prompt", "generation.scenes.form"))
    if duration is None:
        raise Refused(problems.field_missing(f"{place}.duration", "generation.scenes.form"))
    return Scene(prompt, duration)


def _character_shape(created: CharacterCreated) -> dict[str, Any]:
    source = created.source
    analysis = created.analysis
    return {
        "character_id": created.character_id,
        "object": "character",
        "model": CHARACTER_MODEL,
        "created_at": created.at // 1000,
        "metadata": {
            "source": _source_shape(source),
            "analysis": {
                "frames_sampled": analysis.frames_sampled,
                "duration": analysis.duration,
                "quality": analysis.quality,
                "notes": analysis.notes,
            },
        },
    }


def _source_shape(source: Source) -> dict[str, Any]:
    match source:
        case UrlSource():
            return {"type": "url", "url": source.url, "timestamps": source.timestamps}
        case TaskSource():
            return {"type": "task", "task_id": source.task_id}
        case UploadSource():
            return {"type": "upload"}


def generation_shape(view: View, video_url: str | None) -> dict[str, Any]:
    """Return a task as the contract writes it; `video_url` is the address of its clip, if there is one."""
    generation = view.generation
    failure = generation.failure if view.status is Status.FAILED else None
    return {
        "id": generation.id,
        "task_id": generation.id,
        "object": "generation",
        "model": generation.model,
        "status": view.status,
        "progress": view.progress,
        "created_at": generation.created_at // 1000,
        "completed_at": _seconds(view.completed_at),
        "expires_at": _seconds(view.expires_at),
        "prompt": generation.prompt,
        "scenes": [{"prompt": scene.prompt, "duration": scene.duration} for scene in generation.scenes] or None,
        "duration": generation.duration,
        "resolution": generation.resolution,
        "characters": generation.characters,
        "video_url": video_url,
        "error": None if failure is None else {"code": failure.code, "message": failure.message},
    }


def _seconds(instant: int | None) -> int | None:
    return None if instant is None else instant // 1000


def _quota_headers(visit: Visit) -> Headers:
    quota = visit.quota
    return (
        ("x-ratelimit-limit-requests", str(quota.limit)),
        ("x-ratelimit-remaining-requests", str(quota.remaining)),
        ("x-ratelimit-reset-requests", f"{quota.reset / 1000:g}s"),
    )
