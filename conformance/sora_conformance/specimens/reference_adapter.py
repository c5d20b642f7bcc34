"""The adapter of the reference client: `python -m sora_conformance.specimens.reference_adapter`.

Owns which operation is which call, of either API, and which error is which kind of the protocol. All calls to one API
with the same address, key and limit go through one client, as they would in a program; its log goes to standard error.
"""

import logging
import os
import ssl
import sys
from collections.abc import Awaitable, Callable
from functools import cache
from operator import methodcaller
from typing import Any

from sora_conformance.reference import (
    AsyncClient,
    AsyncVideosClient,
    Character,
    CircuitOpenError,
    InvalidRequestError,
    LocalValidationError,
    NotFoundError,
    ProtocolError,
    RateLimitedError,
    RenderFailedError,
    ServerError,
    SoraError,
    Task,
    TimedOutError,
    TransportError,
    UnauthorizedError,
    Video,
    VideoCharacter,
    VideoPage,
)
from sora_conformance.specimens.adapter import UnsupportedError, serve

POLL_S = 0.2
"""The seconds between two looks at what is in the making."""

CHARACTER_OPERATIONS = frozenset({"create_from_url", "create_from_task", "generate", "wait"})
VIDEO_OPERATIONS = frozenset(
    {
        "create_video",
        "create_character",
        "remix",
        "edit",
        "extend",
        "retrieve",
        "wait",
        "list",
        "download",
        "delete",
    }
)

KINDS: tuple[tuple[type[SoraError], str], ...] = (
    (LocalValidationError, "local_validation"),
    (RateLimitedError, "rate_limited"),
    (InvalidRequestError, "invalid_request"),
    (UnauthorizedError, "auth"),
    (NotFoundError, "not_found"),
    (ServerError, "server"),
    (RenderFailedError, "server"),
    (CircuitOpenError, "server"),
    (TimedOutError, "timeout"),
    (TransportError, "transport"),
    (ProtocolError, "protocol"),
)


def explain(error: Exception) -> dict[str, Any]:
    """Return how the protocol tells an error of the client."""
    told: dict[str, Any] = {"kind": next((kind for cls, kind in KINDS if isinstance(error, cls)), "other")}
    told["message"] = str(error)
    if isinstance(error, SoraError):
        told |= {"status": error.status, "retry_after": error.retry_after}
    return told


def begin(message: dict[str, Any]) -> Awaitable[dict[str, Any]]:
    """Return what performs a call."""
    asked = message["base_url"], message["api_key"], message.get("timeout_s")
    op, args = message["op"], message["args"]
    if op in CHARACTER_OPERATIONS and "video_id" not in args:
        return _perform(AsyncClient, asked, _character_call(op, args))
    if op in VIDEO_OPERATIONS:
        return _perform(AsyncVideosClient, asked, _video_call(op, args))
    raise UnsupportedError


Client = AsyncClient | AsyncVideosClient
Asked = tuple[str, str | None, float | None]
Ask = Callable[[Any], Awaitable[Any]]
"""Makes one call with a client, of arguments that have been read already."""


def _character_call(op: str, args: dict[str, Any]) -> Ask:
    match op:
        case "create_from_url":
            span = args["timestamps"]
            return methodcaller(op, args["url"], tuple(span) if isinstance(span, list) else span)
        case "create_from_task":
            return methodcaller(op, args["task_id"])
        case "generate":
            wishes = {name: args[name] for name in ("duration", "resolution") if args.get(name) is not None}
            return methodcaller(op, args["character_ids"], args["scenario"], **wishes)
        case _:
            return methodcaller("wait", args["task_id"], every_s=POLL_S)


def _video_call(op: str, args: dict[str, Any]) -> Ask:
    match op:
        case "create_video":
            cast = args.get("character_ids") or ()
            return methodcaller(
                "create", args["prompt"], seconds=args["seconds"], size=args["size"], character_ids=cast
            )
        case "create_character":
            return methodcaller(op, args["name"], args["video"])
        case "remix" | "edit":
            return methodcaller(op, args["video_id"], args["prompt"])
        case "extend":
            return methodcaller(op, args["video_id"], args["prompt"], seconds=args["seconds"])
        case "wait":
            return methodcaller(op, args["video_id"], every_s=POLL_S)
        case "list":
            return methodcaller(op)
        case _:
            return methodcaller(op, args["video_id"])


async def _perform(kind: Callable[..., Client], asked: Asked, ask: Ask) -> dict[str, Any]:
    return value_of(await ask(_client(kind, *asked)))


def value_of(found: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever an operation gives
    """Return how the protocol tells what an operation gives."""
    match found:
        case Character() | VideoCharacter():
            return {"character_id": found.character_id}
        case Task():
            return {"task_id": found.task_id}
        case Video():
            return {"video_id": found.video_id}
        case VideoPage():
            return {"video_ids": list(found.video_ids)}
        case bytes():
            return {"bytes": len(found)}
        case _:
            return {"video_id": found}


@cache
def _client(kind: Callable[..., Client], base_url: str, api_key: str | None, timeout_s: float | None) -> Client:
    # None of them is closed before the process ends: a call may be under way on it.
    limit = {} if timeout_s is None else {"timeout_s": timeout_s}
    return kind(api_key, base_url, tls=_trusted(), **limit)


@cache
def _trusted() -> ssl.SSLContext:
    # The judge names its own authority as other programs are told it, too.
    return ssl.create_default_context(cafile=os.environ.get("SSL_CERT_FILE") or None)


def main() -> None:
    """Serve the reference client."""
    logging.basicConfig(stream=sys.stderr, level=logging.DEBUG)
    serve(
        {"name": "sora reference client", "language": "python"},
        sorted(CHARACTER_OPERATIONS | VIDEO_OPERATIONS),
        ("async", "concurrent", "cancel", "custom_ca", "custom_timeout", "log_capture"),
        begin=begin,
        explain=explain,
    )


if __name__ == "__main__":
    main()
