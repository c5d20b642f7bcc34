"""Broken relays that do what they are asked, and tell it otherwise than they have to.

Owns the list. The ways of bending a mock are told in `bending`.
"""

from typing import Any

import msgspec

from sora_mock.wire import Reply
from tests.mutants.craft import fresh_mock, settled
from tests.mutants.edits import adding, answering, by, every, header, omitting, setting, status, telling_json
from tests.mutants.mutant import Mutant
from tests.mutants.protocol import Greeting, Spoken
from tests.mutants.ways import restating, rewording, telling
from tests.mutants_relay.bending import asking, at_relay, created, listing, picture, refused, span, with_status


def _flat(body: dict[str, Any]) -> dict[str, Any]:
    return {"code": body["error"]["code"], "message": body["error"]["message"], "data": None}


def _of_status(body: dict[str, Any]) -> None:
    body["error"]["code"] = 400


def _with_traces(body: dict[str, Any]) -> None:
    body |= {"id": "ch_0123456789", "username": "cameo.0123456789"}


def _wrapped(body: dict[str, Any]) -> dict[str, Any]:
    return {"code": 0, "msg": "ok", "data": body}


def _pending(reply: Reply) -> Reply:
    return every(status(202), setting("username", None))(reply)


def _cut(reply: Reply) -> Reply:
    return msgspec.structs.replace(reply, file=None, body=b"RIFF\x10\x27\x00\x00WEBPVP8 ", media_type="image/webp")


def _page(reply: Reply) -> Reply:
    return msgspec.structs.replace(reply, file=None, body=b"<h1>Sora</h1>", headers=(("content-type", "text/html"),))


def _gone(reply: Reply) -> Reply:
    return msgspec.structs.replace(reply, status=404, file=None, body=b"")


def _locked(request: Any, reply: Reply) -> bool:
    return picture(request, reply) and "authorization" not in request.headers


CREATIONS = (
    Mutant(
        "no-fractions",
        "character.url.created",
        "spans are whole seconds",
        asking(lambda body: "." in str(body.get("timestamps")), adding(timestamps="?")),
    ),
    Mutant(
        "three-is-too-much",
        "character.url.created",
        "a span of three seconds is refused",
        asking(lambda body: body.get("timestamps") == "1,4", span(lambda _: "1,5")),
    ),
    Mutant(
        "tasks-not-found",
        "character.from-task.created",
        "no task serves as a source",
        asking(lambda body: "from_task" in body, adding(from_task="video_0")),
    ),
    Mutant("created-202", "character.status", "a creation is answered before it is done", telling(created, _pending)),
    Mutant("created-201", "character.status", "a creation is answered 201", telling(created, status(201))),
    Mutant(
        "nameless", "character.reply.fields", "there is no display name", telling(created, omitting("display_name"))
    ),
    Mutant(
        "picture-null",
        "character.reply.fields",
        "the picture is not there yet",
        telling(created, setting("profile_picture_url", None)),
    ),
    Mutant("wrapped", "character.reply.fields", "a reply is wrapped", telling(created, telling_json(_wrapped))),
    Mutant(
        "other-ids",
        "character.reply.id-form",
        "ids are numbers",
        telling(created, setting("id", lambda name: name[3:])),
    ),
    Mutant(
        "own-profiles",
        "character.reply.permalink",
        "profiles are the relay's own",
        telling(created, setting("permalink", lambda link: link.replace("sora.chatgpt.com", "relay.example"))),
    ),
    Mutant(
        "profiles-by-id",
        "character.reply.permalink",
        "profiles end in something else",
        telling(created, setting("permalink", "https://sora.chatgpt.com/profile/someone")),
    ),
    Mutant(
        "one-username",
        "character.reply.username",
        "everybody is called alike",
        telling(created, setting("username", "cameo")),
    ),
    Mutant("one-id", "character.id.distinct", "everybody has one id", telling(created, setting("id", "ch_0"))),
    Mutant("picture-gone", "character.reply.picture", "the picture is not there", telling(picture, _gone)),
    Mutant("picture-locked", "character.reply.picture", "the picture takes a key", telling(_locked, _gone)),
    Mutant("picture-page", "character.reply.picture", "the picture is a page", telling(picture, _page)),
    Mutant("picture-cut", "character.reply.picture", "the picture is cut off", telling(picture, _cut)),
    Mutant("model-required", "character.model.optional", "a model is needed", settled(relay_model="require")),
    Mutant("model-refused", "character.model.optional", "a model is refused", settled(relay_model="refuse")),
    Mutant("characters-listed", "character.unlisted", "characters are listed", listing()),
)

REPLIES = (
    Mutant("unlimited", "limit.characters", "characters are not limited", settled(creations_per_minute=1000)),
    Mutant(
        "no-wait-told",
        "limit.retry-after",
        "a 429 says no wait",
        telling(with_status(429), header("retry-after", None)),
    ),
    Mutant("error-page", "error.json", "errors are pages", telling(refused, answering(b"<p>Sorry</p>", "text/html"))),
    Mutant("error-flat", "error.shape", "errors have no `error`", telling(refused, telling_json(_flat))),
    Mutant("error-numbered", "error.shape", "codes are numbers", telling(refused, telling_json(_of_status))),
    Mutant("error-422", "error.status", "what is wrong is answered 422", telling(with_status(400), status(422))),
    Mutant(
        "error-type",
        "error.type",
        "every error is of one family",
        telling(refused, setting("error.type", "upstream_error")),
    ),
    Mutant(
        "error-code", "error.code", "every error has one word", telling(refused, setting("error.code", "bad_request"))
    ),
    Mutant("no-param", "error.param", "no field is named", telling(refused, setting("error.param", None))),
    Mutant(
        "json-blamed",
        "error.param",
        "a field is blamed for a body that is none",
        rewording("request.json", param="body"),
    ),
    Mutant(
        "made-after-all",
        "error.no-effect",
        "a refusal tells of a character",
        telling(by("character.timestamps.long"), telling_json(_with_traces)),
    ),
    Mutant("methods-404", "protocol.method", "another method is not found", telling(with_status(405), status(404))),
    Mutant("no-allow", "protocol.method", "a 405 names no method", telling(with_status(405), header("allow", None))),
    Mutant("paths-400", "protocol.path", "an unknown path is a bad request", restating("protocol.path", 400)),
    Mutant("greeting", "protocol.http", "what is no HTTP is answered 200", lambda: Spoken(fresh_mock(), Greeting)),
    Mutant(
        "json-as-text",
        "protocol.content-type",
        "JSON is declared as text",
        telling(at_relay, header("content-type", "text/plain")),
    ),
    Mutant(
        "no-request-id", "protocol.request-id", "replies have no id", telling(at_relay, header("x-request-id", None))
    ),
    Mutant(
        "one-request-id",
        "protocol.request-id",
        "replies share an id",
        telling(at_relay, header("x-request-id", "req_1")),
    ),
)

REPLY_MUTANTS = (*CREATIONS, *REPLIES)
