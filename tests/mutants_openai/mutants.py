"""Broken mocks of the Videos API, each by the rule that it breaks.

Owns the list. The ways of bending a mock are told in `bending`.
"""

import json
from typing import Any

import msgspec

from sora_mock.wire import Reply, Request
from tests.mutants.craft import Answer
from tests.mutants.edits import (
    always,
    answering,
    header,
    omitting,
    refusals,
    setting,
    status,
    telling_json,
)
from tests.mutants.mutant import Mutant
from tests.mutants.ways import forgiving, restating, telling
from tests.mutants_openai.bending import (
    CHARACTER,
    CREATE,
    DELETE,
    DOWNLOAD,
    LIST,
    RETRIEVE,
    VIDEOS,
    asking,
    each_video,
    on,
    open_to_all,
    plain,
    plain_character,
    undeleted,
    way,
    without_query,
)


def _code_as_number(body: dict[str, Any]) -> None:
    body["error"]["code"] = 400


def _flat(body: dict[str, Any]) -> dict[str, Any]:
    return {"code": body["error"]["code"], "message": body["error"]["message"]}


def _without_nulls(video: dict[str, Any]) -> None:
    for name in [name for name, value in video.items() if value is None]:
        del video[name]


def _swapped(body: dict[str, Any]) -> None:
    body["first_id"], body["last_id"] = body["last_id"], body["first_id"]


async def _with_key(request: Request, answer: Answer) -> Reply:
    return header("x-caller", request.headers.get("authorization", ""))(await answer(request))


def _with_seconds(request: Request) -> Request:
    body = json.loads(request.body) | {"seconds": "4"}
    return msgspec.structs.replace(request, body=json.dumps(body).encode())


def _with_a_model(request: Request) -> Request:
    """Say in so many words that a creation names no model."""
    if request.headers.get("content-type") != "application/json" or b'"model"' in request.body:
        return request
    return msgspec.structs.replace(request, body=request.body.replace(b"{", b'{"model":"",', 1))


def _as_bytes(reply: Reply) -> Reply:
    return msgspec.structs.replace(reply, media_type="application/octet-stream")


def _called_done(video: dict[str, Any]) -> None:
    if video["status"] == "completed":
        video["status"] = "done"


MUTANTS: tuple[Mutant, ...] = (
    Mutant("created-201", "video.created", "a creation is answered 201", telling(on(CREATE), status(201))),
    Mutant(
        "nulls-left-out",
        "video.object.nulls",
        "null fields are left out",
        telling(on(*VIDEOS), each_video(_without_nulls)),
    ),
    Mutant(
        "seconds-a-number",
        "video.object.seconds",
        "seconds are told as a number",
        telling(on(*VIDEOS, LIST), each_video(lambda video: video.update(seconds=int(video["seconds"])))),
    ),
    Mutant(
        "no-object", "video.object.keys", "a video does not say what it is", telling(on(*VIDEOS), omitting("object"))
    ),
    Mutant(
        "status-done",
        "video.object.status",
        "a completed video is called done",
        telling(on(RETRIEVE), each_video(_called_done)),
    ),
    Mutant(
        "progress-fraction",
        "video.object.progress",
        "progress is a share of one",
        telling(on(*VIDEOS), setting("progress", 0.5)),
    ),
    Mutant(
        "no-echo",
        "video.object.echo",
        "the prompt comes back in capitals",
        telling(on(CREATE), setting("prompt", str.upper)),
    ),
    Mutant(
        "instants-in-ms",
        "protocol.instants",
        "instants are milliseconds",
        telling(on(*VIDEOS), setting("created_at", lambda at: at * 1000)),
    ),
    Mutant(
        "deleted-video",
        "video.delete.reply",
        "a deletion calls what is left a video",
        telling(on(DELETE), setting("object", "video")),
    ),
    Mutant("deletion-feigned", "video.delete.gone", "a deleted video is still there", undeleted()),
    Mutant(
        "after-ignored",
        "video.list.after",
        "every page begins with the newest",
        asking(LIST, edit=without_query("after")),
    ),
    Mutant(
        "order-ignored", "video.list.order", "every page is newest first", asking(LIST, edit=without_query("order"))
    ),
    Mutant(
        "limit-ignored",
        "video.list.limit",
        "a page has as many as there are",
        asking(LIST, edit=without_query("limit")),
    ),
    Mutant(
        "never-more",
        "video.list.has-more",
        "no page says that more follow",
        telling(on(LIST), setting("has_more", False)),
    ),
    Mutant(
        "page-reversed", "video.list.ends", "the ids of the ends are swapped", telling(on(LIST), telling_json(_swapped))
    ),
    Mutant(
        "list-without-ids", "video.list.shape", "a page does not name its ends", telling(on(LIST), omitting("first_id"))
    ),
    Mutant("code-a-number", "error.shape", "error codes are numbers", telling(refusals, telling_json(_code_as_number))),
    Mutant("error-flat", "error.shape", "errors have no `error`", telling(refusals, telling_json(_flat))),
    Mutant("error-html", "error.json", "errors are pages", telling(refusals, answering(b"<p>Sorry</p>", "text/html"))),
    Mutant("foreign-shown", "video.retrieve.foreign", "every account sees every video", open_to_all()),
    Mutant(
        "unknown-400",
        "video.retrieve.unknown",
        "an unknown video is a bad request",
        restating("video.retrieve.unknown", 400),
    ),
    Mutant(
        "unready-served", "video.content.unready", "unready content is 409", restating("video.content.unready", 409)
    ),
    Mutant(
        "content-as-bytes", "video.content.served", "the video is declared as bytes", telling(on(DOWNLOAD), _as_bytes)
    ),
    Mutant(
        "variant-ignored",
        "video.content.thumbnail",
        "every variant is the video",
        asking(DOWNLOAD, edit=without_query("variant")),
    ),
    Mutant(
        "variant-forgiven",
        "video.content.variant-value",
        "an unknown variant is the video",
        forgiving("video.content.variant-value", without_query("variant")),
    ),
    Mutant(
        "seconds-forgiven", "video.seconds.value", "odd lengths are accepted", forgiving("video.seconds.value", plain)
    ),
    Mutant("size-forgiven", "video.size.value", "odd sizes are accepted", forgiving("video.size.value", plain)),
    Mutant("number-forgiven", "video.seconds.type", "seconds may be a number", forgiving("video.seconds.type", plain)),
    Mutant(
        "prompt-forgiven", "video.prompt.required", "a prompt is made up", forgiving("video.prompt.required", plain)
    ),
    Mutant(
        "picture-forgiven",
        "video.input-reference.dimensions",
        "a picture is cut to fit",
        forgiving("video.input-reference.dimensions", plain),
    ),
    Mutant(
        "characters-many",
        "video.characters.most",
        "three characters are accepted",
        forgiving("video.characters.most", plain),
    ),
    Mutant(
        "name-long",
        "video.character.name.length",
        "names may be longer than 80",
        forgiving("video.character.name.length", plain_character),
    ),
    Mutant(
        "clip-any",
        "video.character.clip.format",
        "any file is taken for a clip",
        forgiving("video.character.clip.format", plain_character),
    ),
    Mutant(
        "character-nameless",
        "video.character.shape",
        "a character has no name",
        telling(on(CHARACTER), omitting("name")),
    ),
    Mutant(
        "remix-orphan",
        "video.remix.created",
        "a remix does not name its source",
        telling(on("remixVideo"), setting("remixed_from_video_id", None)),
    ),
    Mutant(
        "extension-own-length",
        "video.extension.total",
        "an extension states its own seconds",
        telling(on("extendVideo"), setting("seconds", "4")),
    ),
    Mutant(
        "seconds-optional",
        "video.extension.seconds-required",
        "an extension has a usual length",
        forgiving("video.extension.seconds-required", _with_seconds),
    ),
    Mutant("no-request-id", "protocol.request-id", "replies have no id", telling(always, header("x-request-id", None))),
    Mutant(
        "json-as-text",
        "protocol.content-type",
        "JSON is declared as text",
        telling(always, header("content-type", "text/plain")),
    ),
    Mutant("key-told", "auth.key.secret", "replies repeat the key", way(_with_key)),
    Mutant(
        "model-unknown-400",
        "model.retrieve.unknown",
        "an unknown model is a bad request",
        restating("model.retrieve.unknown", 400),
    ),
    Mutant(
        "model-required",
        "video.model.default",
        "a creation has to name its model",
        asking(CREATE, edit=_with_a_model),
    ),
)
"""Each breaks the rule that it names."""
