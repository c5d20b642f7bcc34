"""The dialect itself: what is done at each of its paths.

Owns the operations of the Videos API. It reads and writes; what comes of a request is the engine's.
"""

from collections.abc import Awaitable, Callable, Collection
from functools import partial

import msgspec

from sora_mock.aside import aside
from sora_mock.dialects.base import Call, Operation, Place, not_served
from sora_mock.dialects.forms import FilePart, Form, form_of
from sora_mock.dialects.openai import paths, reading
from sora_mock.dialects.openai.files import clip_in, image_in
from sora_mock.dialects.openai.headers import marks, poll_headers, quota_headers
from sora_mock.dialects.openai.offer import MODELS, STANDARD, terms_of
from sora_mock.dialects.openai.paths import Places, name_in
from sora_mock.dialects.openai.shapes import (
    answer,
    character_shape,
    model_shape,
    page_shape,
    refused,
    video_shape,
)
from sora_mock.engine import video_problems
from sora_mock.engine.commands import (
    Command,
    CreateNamedCharacter,
    CreateVideo,
    DeleteVideo,
    DeriveVideo,
    DownloadVideo,
    RetrieveCharacter,
    RetrieveVideo,
)
from sora_mock.engine.decision import Character, Decision, Page
from sora_mock.engine.events import CharacterCreated, GenerationDeleted
from sora_mock.engine.lifecycle import View
from sora_mock.engine.problems import Problem, Refused
from sora_mock.engine.state import UploadedVideo
from sora_mock.engine.terms import counter_of
from sora_mock.understudy import Understudy
from sora_mock.visit import Visit
from sora_mock.wire import Reply, Request


class OpenAIDialect:
    """Answers the requests below `/v1/videos` and `/v1/models`."""

    name = "openai"
    base = paths.BASE
    prefixes: tuple[str, ...] = (f"{paths.BASE}/",)

    def __init__(self, understudy: Understudy) -> None:
        self._understudy = understudy
        listed = _read("listVideos", self._list)
        retrieved = _read("retrieveVideo", self._retrieve)
        unlisted = dict.fromkeys(("GET", "HEAD"), "video.character.unlisted")
        unchangeable = dict.fromkeys(("PUT", "PATCH", "DELETE"), "video.character.unchangeable")
        self._places = Places(
            videos=Place({"POST": Operation("createVideo", self._create, quota_headers), **listed}),
            video=Place({**retrieved, "DELETE": Operation("deleteVideo", self._delete)}),
            content=Place(_read("downloadVideo", self._download)),
            remix=Place({"POST": Operation("remixVideo", self._make_remix, quota_headers)}),
            edits=Place({"POST": Operation("editVideo", self._make_edit, quota_headers)}),
            extensions=Place({"POST": Operation("extendVideo", self._make_extension, quota_headers)}),
            characters=Place({"POST": Operation("createVideoCharacter", self._create_character)}, unlisted),
            character=Place(_read("retrieveVideoCharacter", self._retrieve_character), unchangeable),
            models=Place(_read("listModels", self._list_models)),
            model=Place(_read("retrieveModel", self._retrieve_model)),
        )

    def find(self, request: Request) -> Operation:
        """Return the operation that a request asks for; raise Refused when its path or method has none."""
        place = self._places.at(request.path)
        return place.operations.get(request.method) or not_served(place, request)

    def refuse(self, problem: Problem) -> Reply:
        """Return the reply that states a problem."""
        return refused(problem)

    # -- videos --------------------------------------------------------------------------------------------------

    async def _create(self, call: Call) -> Reply:
        form = await _form(call, paths.VIDEO_FIELDS)
        model = reading.text(form, "model")
        _count_for(call.visit, model)
        command = CreateVideo(
            terms=terms_of(call.visit.policy),
            model=model,
            prompt=reading.text(form, "prompt"),
            seconds=reading.text(form, "seconds", rule="video.seconds.type"),
            size=reading.text(form, "size"),
            characters=reading.characters(form),
            fate=call.fate,
        )
        image = await image_in(reading.reference(form))
        if image is not None:
            command = msgspec.structs.replace(command, reference=image.facts)
        decision = call.visit.perform(command)
        if image is not None and isinstance(decision.outcome, View):
            await self._understudy.keep_picture(image.content, decision.outcome.generation)
        return self._reply(call, decision)

    async def _list(self, call: Call) -> Reply:
        return self._told(call, reading.page(call.request.query))

    async def _retrieve(self, call: Call) -> Reply:
        return self._told(call, RetrieveVideo(name_in(call.request)), waits=True)

    async def _delete(self, call: Call) -> Reply:
        return self._told(call, DeleteVideo(name_in(call.request)))

    async def _download(self, call: Call) -> Reply:
        variant = reading.variant(call.request.query)
        decision = call.visit.perform(DownloadVideo(name_in(call.request)))
        if not isinstance(decision.outcome, View):
            return self._reply(call, decision)
        visit = call.visit
        file, kind = await self._understudy.content(
            visit.account, decision.outcome.generation, variant, sheet=visit.policy.spritesheet_type
        )
        return Reply(status=200, headers=marks(0), file=file, media_type=kind, range_rule="video.content.range")

    # -- videos of videos ----------------------------------------------------------------------------------------

    async def _make_remix(self, call: Call) -> Reply:
        form = await _form(call, paths.REMIX_FIELDS)
        return await self._derived(
            call, form, DeriveVideo(terms=terms_of(call.visit.policy), kind="remix"), name_in(call.request)
        )

    async def _make_edit(self, call: Call) -> Reply:
        form = await _form(call, paths.EDIT_FIELDS)
        command = DeriveVideo(terms=terms_of(call.visit.policy), kind="edit", model=reading.text(form, "model"))
        return await self._derived(call, form, command, reading.source(form))

    async def _make_extension(self, call: Call) -> Reply:
        form = await _form(call, paths.EXTENSION_FIELDS)
        for name in ("characters", "input_reference"):
            if name in form.values:
                rule = "video.extension.references"
                raise Refused(video_problems.value_invalid(name, "no such field in an extension", "one", rule))
        command = DeriveVideo(
            terms=terms_of(call.visit.policy),
            kind="extension",
            seconds=reading.text(form, "seconds", rule="video.seconds.type"),
            model=reading.text(form, "model"),
        )
        return await self._derived(call, form, command, reading.source(form))

    async def _derived(self, call: Call, form: Form, command: DeriveVideo, source: str | FilePart | None) -> Reply:
        known = call.visit.account.generations.get(source) if isinstance(source, str) else None
        _count_for(call.visit, command.model if known is None else known.model)
        clip = await clip_in(source) if isinstance(source, FilePart) else source
        command = msgspec.structs.replace(command, prompt=reading.text(form, "prompt"), source=clip, fate=call.fate)
        decision = call.visit.perform(command)
        if isinstance(source, FilePart) and isinstance(decision.outcome, View):
            origin = decision.outcome.generation.origin
            if origin is not None and isinstance(origin.source, UploadedVideo):
                await self._understudy.keep(source.content, origin.source)
        return self._reply(call, decision)

    # -- characters and models -----------------------------------------------------------------------------------

    async def _create_character(self, call: Call) -> Reply:
        reading.check_multipart(call.request)
        form = await _form(call, paths.CHARACTER_FIELDS)
        part = reading.clip(form)
        command = CreateNamedCharacter(
            name=reading.text(form, "name"), clip=None if part is None else await clip_in(part)
        )
        return self._told(call, command)

    async def _retrieve_character(self, call: Call) -> Reply:
        return self._told(call, RetrieveCharacter(name_in(call.request)))

    async def _list_models(self, call: Call) -> Reply:
        del call
        return answer({"object": "list", "data": [model_shape(name) for name in MODELS]})

    async def _retrieve_model(self, call: Call) -> Reply:
        name = name_in(call.request)
        if name not in MODELS:
            raise Refused(video_problems.model_not_found(name))
        return answer(model_shape(name))

    # -- replies -------------------------------------------------------------------------------------------------

    def _told(self, call: Call, command: Command, *, waits: bool = False) -> Reply:
        return self._reply(call, call.visit.perform(command), waits=waits)

    def _reply(self, call: Call, decision: Decision, *, waits: bool = False) -> Reply:
        outcome, delay = decision.outcome, decision.delay
        nulls = call.visit.policy.null_fields == "show"
        match outcome:
            case Problem():
                return refused(outcome, delay=delay)
            case View():
                headers = poll_headers(outcome, call.visit) if waits else ()
                return answer(video_shape(outcome, nulls=nulls), delay=delay, headers=headers)
            case Page():
                return answer(page_shape(outcome, nulls=nulls), delay=delay)
            case GenerationDeleted():
                return answer({"id": outcome.task_id, "deleted": True, "object": "video.deleted"}, delay=delay)
            case Character() | CharacterCreated():
                return answer(character_shape(outcome), delay=delay)
            case None:
                raise AssertionError("every operation of the contract has something to tell")


def _read(name: str, perform: Callable[[Call], Awaitable[Reply]]) -> dict[str, Operation]:
    operation = Operation(name, perform)
    return {"GET": operation, "HEAD": operation}


async def _form(call: Call, fields: Collection[str]) -> Form:
    known = fields if call.visit.policy.unknown_fields == "refuse" else None
    read = partial(form_of, call.request, known=known)
    return read() if call.request.spool is None else await aside(read)


def _count_for(visit: Visit, model: str | None) -> None:
    visit.counter = counter_of(terms_of(visit.policy), model or STANDARD)
