"""The looks of the watch at the Videos API: what its rules ask of every reply.

Owns which rule a part of a reply belongs to. What the part has to be stands in the API description.
"""

import json
import re
from collections.abc import Callable, Iterator
from functools import cache, lru_cache, partial
from typing import Any

from sora_conformance.contract import load
from sora_conformance.contract.references import resolve
from sora_conformance.exchanges import Exchange
from sora_conformance.operations import VIDEO_ROUTES
from sora_conformance.server.looks import (
    Looks,
    declared,
    error_looks,
    has_instant,
    has_request_id,
    instants,
    is_any,
    is_json,
    secrets,
)
from sora_conformance.server.looks_refusals import Refusals
from sora_conformance.server.matching import shown
from sora_conformance.server.schema_validators import NO_FIELD, Wrong, validator, wrongs
from sora_conformance.target import Target

DIALECT = "openai"
NULLABLE = ("completed_at", "expires_at", "prompt", "remixed_from_video_id", "error")
"""The fields of a video that may be null, and stand there even so."""

VIDEO_CALLS = frozenset({"createVideo", "retrieveVideo", "remixVideo", "editVideo", "extendVideo", "listVideos"})
# A list also shows what was made before the run and in other dialects, with ids and lives of its own.
_OWN = VIDEO_CALLS - {"listVideos"}
_MAKING = frozenset({"createVideo", "remixVideo", "editVideo", "extendVideo"})
_REFUSALS = Refusals(DIALECT)
_ECHOED = ("prompt", "model", "seconds", "size")

_BY_FIELD = {
    "status": "video.object.status",
    "progress": "video.object.progress",
    "seconds": "video.object.seconds",
    "error": "video.object.error",
    "remixed_from_video_id": "video.object.origin",
    "completed_at": "protocol.instants",
    "expires_at": "protocol.instants",
    "created_at": "protocol.instants",
}
_BY_OPERATION = {
    "deleteVideo": "video.delete.reply",
    "createVideoCharacter": "video.character.shape",
    "retrieveVideoCharacter": "video.character.shape",
    "listModels": "model.list.shape",
    "retrieveModel": "model.object",
    "listVideos": "video.list.shape",
}
_IN_A_PAGE = re.compile(r"/data/[0-9]+(?=/|$)")


def breaches(exchange: Exchange) -> tuple[tuple[str, str], ...]:
    """Return all that is wrong with a success by its schema: the rule that is broken, and what was found."""
    return _breaches(exchange.operation or "", exchange.status or 0, exchange.body)


@lru_cache(maxsize=4096)
def _breaches(operation: str, status: int, body: bytes) -> tuple[tuple[str, str], ...]:
    against = _validator(operation, status)
    if against is None:
        return ()
    try:
        found = wrongs(against, json.loads(body))
    except (ValueError, RecursionError):
        return ((_BY_OPERATION.get(operation, "video.object.keys"), "expected a JSON body, found none"),)
    return tuple((_rule(operation, wrong), wrong.finding) for wrong in found)


def _rule(operation: str, wrong: Wrong) -> str:
    """Return the finest rule that asks for what is wrong."""
    in_page = _IN_A_PAGE.match(wrong.pointer)
    place = _IN_A_PAGE.sub("", wrong.pointer)
    if operation == "listModels" and in_page:
        return "model.object"
    if operation not in VIDEO_CALLS or (operation == "listVideos" and not in_page):
        return _BY_OPERATION.get(operation, "error.shape")
    field = place.split("/")[1] if place else ""
    if field == "id":
        return "video.object.id-form" if wrong.keyword == "pattern" else "video.object.id"
    if wrong.keyword == NO_FIELD and place.count("/") == 1:
        return "video.object.nulls" if field in NULLABLE else "video.object.keys"
    return _BY_FIELD.get(field, "video.object.keys")


@cache
def _validator(operation: str, status: int) -> Any:  # noqa: ANN401 - a class of an untyped library
    if operation not in VIDEO_ROUTES or status != 200:
        return None
    document = load(DIALECT).openapi
    method, path = VIDEO_ROUTES[operation]
    node = resolve(document, document["paths"][path][method.lower()]["responses"]["200"])
    schema = node.get("content", {}).get("application/json", {}).get("schema")
    return None if schema is None else validator(schema, DIALECT)


def _success(exchange: Exchange, operations: frozenset[str]) -> bool:
    return exchange.status == 200 and exchange.operation in operations and exchange.sent.method != "HEAD"


def _described(exchange: Exchange, _: Target, *, rule: str) -> Iterator[str]:
    yield from dict.fromkeys(finding for broken, finding in breaches(exchange) if broken == rule)


def _videos(exchange: Exchange) -> list[dict[str, Any]]:
    """Return the videos that a success shows."""
    found = exchange.object or {}
    listed = found.get("data") if exchange.operation == "listVideos" else [found]
    return [video for video in listed if isinstance(video, dict)] if isinstance(listed, list) else []


def _completed_at(exchange: Exchange, _: Target) -> Iterator[str]:
    for video in _videos(exchange):
        is_set, done = video.get("completed_at") is not None, video.get("status") == "completed"
        if is_set is not done:
            found, at = shown(video.get("status")), shown(video.get("completed_at"))
            yield f"expected completed_at with the status completed only, found {found} and {at}"


def _error(exchange: Exchange, target: Target) -> Iterator[str]:
    yield from _described(exchange, target, rule="video.object.error")
    for video in _videos(exchange):
        if (video.get("error") is not None) is not (video.get("status") == "failed"):
            status, error = shown(video.get("status")), shown(video.get("error"))
            yield f"expected an error with the status failed only, found {error} and {status}"


def _progress(exchange: Exchange, _: Target) -> Iterator[str]:
    for video in _videos(exchange):
        if video.get("status") == "completed" and video.get("progress") != 100:
            yield f"expected progress 100 of a completed video, found {shown(video.get('progress'))}"


def _queued(exchange: Exchange, _: Target) -> Iterator[str]:
    found = exchange.object or {}
    if found.get("status") != "queued" or found.get("progress") != 0:
        yield f"expected queued with progress 0, found {shown(found.get('status'))} with {shown(found.get('progress'))}"


def _expires(exchange: Exchange, _: Target) -> Iterator[str]:
    for video in _videos(exchange):
        done, until = video.get("completed_at"), video.get("expires_at")
        if isinstance(done, int) and (not isinstance(until, int) or abs(until - done - 3600) > 1):
            yield f"expected expires_at an hour after {done}, found {shown(until)}"


def _poll_after(exchange: Exchange, _: Target) -> Iterator[str]:
    value = exchange.header("openai-poll-after-ms") or ""
    if not re.fullmatch(r"[0-9]{1,9}", value):
        yield f"expected openai-poll-after-ms to be a whole number, found {shown(value)}"


def _has_poll_after(exchange: Exchange) -> bool:
    return exchange.operation == "retrieveVideo" and exchange.header("openai-poll-after-ms") is not None


def _quota(exchange: Exchange, _: Target) -> Iterator[str]:
    # Here, because the quota's module is of no use to most looks.
    from sora_conformance.server.quota import flaws

    yield from flaws(exchange)


def _openai_headers(exchange: Exchange, _: Target) -> Iterator[str]:
    if not exchange.header("openai-version"):
        yield "expected a header openai-version, found none"
    if not re.fullmatch(r"[0-9]{1,12}", exchange.header("openai-processing-ms") or ""):
        found = shown(exchange.header("openai-processing-ms"))
        yield f"expected openai-processing-ms in whole milliseconds, found {found}"


def _echo(exchange: Exchange, _: Target) -> Iterator[str]:
    asked, told = _asked(exchange), exchange.object or {}
    for name in _ECHOED if exchange.operation == "createVideo" else ("prompt",):
        if isinstance(asked.get(name), str) and str(told.get(name)) != asked[name]:
            yield f"expected the {name} {shown(asked[name])} again, found {shown(told.get(name))}"


def _asked(exchange: Exchange) -> dict[str, Any]:
    """Return the JSON object that was sent, an empty one where it was none."""
    try:
        asked = json.loads(exchange.sent.body)
    except (ValueError, RecursionError):
        return {}
    return asked if isinstance(asked, dict) else {}


def _has_a_prompt(exchange: Exchange) -> bool:
    return _is_made(exchange) and isinstance(_asked(exchange).get("prompt"), str)


def _id_form(exchange: Exchange, _: Target) -> Iterator[str]:
    for video in _videos(exchange):
        if not str(video.get("id")).startswith("video_"):
            yield f"expected an id that begins with video_, found {shown(video.get('id'))}"


def _challenge(exchange: Exchange, _: Target) -> Iterator[str]:
    if "bearer" not in (exchange.header("www-authenticate") or "").lower():
        yield f"expected WWW-Authenticate to name Bearer, found {shown(exchange.header('www-authenticate'))}"


def _choices(exchange: Exchange, _: Target) -> Iterator[str]:
    words = _CHOICES.get(exchange.param or "", ())
    message = str((exchange.error or {}).get("message"))
    missing = [word for word in words if word not in message]
    if missing:
        yield f"expected the message to name the supported values, {', '.join(words)}, found {shown(message)}"


_CHOICES = {"size": ("720x1280", "1280x720"), "order": ("asc", "desc"), "variant": ("thumbnail", "spritesheet")}


def _offers_a_choice(exchange: Exchange) -> bool:
    return _REFUSALS.is_expected(exchange) and exchange.refusal == "invalid_value" and exchange.param in _CHOICES


def _schema_look(rule: str, operations: frozenset[str]) -> tuple[str, Callable[[Exchange], bool], Any]:
    return rule, partial(_success, operations=operations), partial(_described, rule=rule)


def _shows_videos(exchange: Exchange) -> bool:
    return _success(exchange, VIDEO_CALLS) and bool(_videos(exchange))


def _shows_own(exchange: Exchange) -> bool:
    return _success(exchange, _OWN)


def _is_made(exchange: Exchange) -> bool:
    return _success(exchange, _MAKING)


VIDEO_LOOKS: Looks = (
    *error_looks(_REFUSALS),
    ("error.choices", _offers_a_choice, _choices),
    ("error.caller-fault", _REFUSALS.is_mistake, _REFUSALS.caller_fault),
    ("auth.challenge", lambda exchange: exchange.status == 401, _challenge),
    ("auth.key.secret", is_any, secrets),
    ("protocol.content-type", is_json, declared),
    ("protocol.request-id", is_any, has_request_id),
    ("protocol.instants", has_instant, instants),
    _schema_look("protocol.instants", VIDEO_CALLS),
    ("protocol.openai-headers", lambda exchange: exchange.operation is not None, _openai_headers),
    _schema_look("video.object.keys", VIDEO_CALLS),
    _schema_look("video.object.nulls", VIDEO_CALLS),
    _schema_look("video.object.id", VIDEO_CALLS),
    ("video.object.id-form", _shows_own, _id_form),
    _schema_look("video.object.status", VIDEO_CALLS),
    _schema_look("video.object.progress", VIDEO_CALLS),
    _schema_look("video.object.seconds", VIDEO_CALLS),
    _schema_look("video.object.origin", VIDEO_CALLS),
    ("video.object.echo", _has_a_prompt, _echo),
    ("video.object.error", _shows_videos, _error),
    ("video.object.completed-at", _shows_videos, _completed_at),
    ("video.lifecycle.queued", _is_made, _queued),
    ("video.lifecycle.progress", _shows_videos, _progress),
    ("video.lifecycle.expiry", _shows_own, _expires),
    ("video.retrieve.poll-after", _has_poll_after, _poll_after),
    _schema_look("video.list.shape", frozenset({"listVideos"})),
    _schema_look("video.delete.reply", frozenset({"deleteVideo"})),
    _schema_look("video.character.shape", frozenset({"createVideoCharacter", "retrieveVideoCharacter"})),
    _schema_look("model.list.shape", frozenset({"listModels"})),
    _schema_look("model.object", frozenset({"listModels", "retrieveModel"})),
    ("limit.videos.headers", _is_made, _quota),
)
"""The looks of the Videos API."""
