"""Mocks of the Videos API that make videos from others wrongly.

Owns their list.
"""

from functools import partial
from typing import Any

import msgspec

from sora_mock.app import Mock
from sora_mock.dialects.base import Call
from sora_mock.dialects.openai.paths import VIDEOS, name_in
from sora_mock.engine.state import Account, Generation
from sora_mock.wire import Reply, Request
from tests.mutants.calls import said
from tests.mutants.craft import Answer, Perform, bent, reperform
from tests.mutants.edits import adding, dropping, rewriting, saying, setting, status, told
from tests.mutants.mutant import App, Mutant
from tests.mutants.ways import as_owner_of, changing, forgiving, no, refusing, restating, telling
from tests.mutants_openai.bending import asked_for, asking, on, plain, way

REMIX, EDIT, EXTEND = "remixVideo", "editVideo", "extendVideo"


def _by_itself(request: Request) -> Request:
    """Put a creation that starts from no video in the place of a request."""
    return msgspec.structs.replace(plain(request), path=VIDEOS)


def _id_alone(body: dict[str, Any]) -> dict[str, Any]:
    return body | {"video": {"id": body["video"]}} if isinstance(body.get("video"), str) else body


def _source(body: dict[str, Any], account: Account) -> Generation | None:
    named = body.get("video")
    return account.generations.get(named.get("id")) if isinstance(named, dict) else None


def _overwriting(operation: str) -> App:
    """Make mocks that give the source of a new video the prompt and the length of that."""

    async def overwriting(call: Call, perform: Perform) -> Reply:
        reply = await perform(call)
        generations, body = call.visit.account.generations, said(call.request)
        source = generations.get(name_in(call.request)) or _source(body, call.visit.account)
        if reply.status == 200 and source is not None:
            seconds = int(told(reply)["seconds"])
            changed = msgspec.structs.replace(source, prompt=body["prompt"], duration=seconds)
            generations[source.id] = changed
        return reply

    return bent(lambda mock: reperform(mock, operation, overwriting))


async def _taking_its_place(call: Call, perform: Perform) -> Reply:
    reply = await perform(call)
    if reply.status == 200:
        del call.visit.account.generations[name_in(call.request)]
    return reply


async def _with_its_prompt(call: Call, perform: Perform) -> Reply:
    reply = await perform(call)
    if reply.status != 200:
        return reply
    generations = call.visit.account.generations
    origin = generations[told(reply)["id"]].origin
    source = None if origin is None or not isinstance(origin.source, str) else generations[origin.source]
    return reply if source is None else setting("prompt", source.prompt)(reply)


async def _in_place(request: Request, answer: Answer) -> Reply:
    reply = await answer(request)
    source = said(request).get("video")
    if not on(EDIT)(request, reply) or not isinstance(source, dict):
        return reply
    return setting("id", source["id"])(reply)


def _as_owner(mock: Mock, call: Call) -> Call:
    named = said(call.request).get("video")
    return as_owner_of(named["id"], mock, call) if isinstance(named, dict) and "id" in named else call


def _as_the_first(_: Mock, call: Call) -> None:
    """Forget that the source of an extension was extended itself."""
    source = _source(said(call.request), call.visit.account)
    if source is not None and source.origin is not None:
        origin = msgspec.structs.replace(source.origin, steps=0)
        call.visit.account.generations[source.id] = msgspec.structs.replace(source, origin=origin)


def _was_extended(body: dict[str, Any], call: Call) -> bool:
    source = _source(body, call.visit.account)
    return source is not None and source.origin is not None and source.origin.kind == "extension"


def _is_upload(_: dict[str, Any], call: Call) -> bool:
    return b'filename="' in call.request.body


def _is_long(body: dict[str, Any], _: Call) -> bool:
    return body.get("seconds") in {"16", "20"}


MUTANTS: tuple[Mutant, ...] = (
    # -- the source ----------------------------------------------------------------------------------------------
    Mutant(
        "prompt-of-the-source",
        "video.source.prompt",
        "a remix, an edit or an extension takes a prompt that is missing from somewhere",
        forgiving("video.source.prompt", adding(prompt="The same again")),
    ),
    Mutant(
        "remix-of-nothing",
        "video.source.prompt",
        "a remix without any field is made all the same",
        forgiving(
            "video.source.prompt", saying({"prompt": "The same again"}), when=lambda one: asked_for(one) == REMIX
        ),
    ),
    Mutant(
        "source-by-name",
        "video.source.required",
        "a text stands for the video of that id",
        asking(EDIT, EXTEND, edit=rewriting(_id_alone)),
    ),
    Mutant(
        "source-made-up",
        "video.source.required",
        "what names no video is made without one",
        forgiving("video.source.required", _by_itself),
    ),
    Mutant(
        "source-unknown-400",
        "video.source.unknown",
        "an unknown source is a bad request",
        restating("video.source.unknown", 400),
    ),
    Mutant(
        "source-passed-over",
        "video.source.unfinished",
        "what is made from an unfinished video is made without it",
        forgiving("video.source.unfinished", _by_itself),
    ),
    Mutant("remixed-in-place", "video.source.kept", "a remix gives its source its prompt", _overwriting(REMIX)),
    Mutant(
        "source-gone",
        "video.source.kept",
        "a remix takes the place of its source",
        bent(lambda mock: reperform(mock, REMIX, _taking_its_place)),
    ),
    Mutant("source-edited", "video.source.kept", "an edit gives its source its prompt", _overwriting(EDIT)),
    Mutant("source-extended", "video.source.kept", "an extension makes its source longer", _overwriting(EXTEND)),
    Mutant(
        "foreign-remixed",
        "video.retrieve.foreign",
        "another account's video can be remixed",
        changing(REMIX, lambda mock, call: as_owner_of(name_in(call.request), mock, call)),
    ),
    Mutant(
        "foreign-edited", "video.retrieve.foreign", "another account's video can be edited", changing(EDIT, _as_owner)
    ),
    Mutant(
        "foreign-extended",
        "video.retrieve.foreign",
        "another account's video can be extended",
        changing(EXTEND, _as_owner),
    ),
    Mutant(
        "extension-of-usual-size",
        "video.source.inherited",
        "an extension has the usual size",
        telling(on(EXTEND), setting("size", "720x1280")),
    ),
    Mutant(
        "prompt-inherited",
        "video.object.echo",
        "what is made from a video repeats the prompt of that",
        bent(*(partial(reperform, name=name, way=_with_its_prompt) for name in (REMIX, EDIT, EXTEND))),
    ),
    Mutant(
        "usual-size",
        "video.source.inherited",
        "a remix or an edit has the usual size",
        telling(on(REMIX, EDIT), setting("size", "720x1280")),
    ),
    # -- edits ---------------------------------------------------------------------------------------------------
    Mutant(
        "edit-of-a-job",
        "video.edit.created",
        "an edit is answered with the id of a job, and not of the video",
        telling(on(EDIT), setting("id", lambda name: f"{name}_job")),
    ),
    Mutant("edited-in-place", "video.edit.created", "an edit has the id of its source", way(_in_place)),
    Mutant(
        "upload-not-edited",
        "video.edit.upload",
        "only videos that were made here are edited",
        refusing(EDIT, _is_upload, no("video")),
    ),
    Mutant(
        "upload-not-extended",
        "video.edit.upload",
        "only videos that were made here are extended",
        refusing(EXTEND, _is_upload, no("video")),
    ),
    Mutant(
        "edited-by-the-usual",
        "video.edit.model",
        "every edit is made by the usual model",
        telling(on(EDIT), setting("model", "sora-2")),
    ),
    # -- extensions ----------------------------------------------------------------------------------------------
    Mutant(
        "extension-of-a-job",
        "video.extension.created",
        "an extension is answered with the id of a job, and not of the video",
        telling(on(EXTEND), setting("id", lambda name: f"{name}_job")),
    ),
    Mutant(
        "extension-202", "video.extension.created", "an extension is answered 202", telling(on(EXTEND), status(202))
    ),
    Mutant(
        "extension-to-12",
        "video.extension.seconds-accepted",
        "more than 12 s are not added",
        refusing(EXTEND, _is_long, no("seconds")),
    ),
    Mutant(
        "extension-by-eights",
        "video.extension.seconds-accepted",
        "what is added is a multiple of 8 s",
        refusing(EXTEND, lambda body, _: body.get("seconds") in {"4", "12", "20"}, no("seconds")),
    ),
    Mutant(
        "extension-by-twelve",
        "video.extension.seconds-accepted",
        "what is added is always 12 s",
        refusing(EXTEND, lambda body, _: body.get("seconds") != "12", no("seconds")),
    ),
    Mutant(
        "extension-rounded",
        "video.extension.seconds-value",
        "odd lengths are taken for 4 s",
        forgiving("video.extension.seconds-value", adding(seconds="4")),
    ),
    Mutant(
        "extended-for-ever",
        "video.extension.steps",
        "a video can be extended as often as one likes",
        changing(EXTEND, _as_the_first),
    ),
    Mutant(
        "extended-once",
        "video.extension.steps",
        "an extension cannot be extended",
        refusing(EXTEND, _was_extended, no("video")),
    ),
    Mutant(
        "longer-than-two-minutes",
        "video.extension.longest",
        "an extension may be as long as one likes",
        forgiving("video.extension.longest", _by_itself),
    ),
    Mutant(
        "references-passed-over",
        "video.extension.references",
        "characters and pictures of an extension are passed over",
        forgiving("video.extension.references", dropping("characters", "input_reference")),
    ),
)
"""Each breaks the rule that it names."""
