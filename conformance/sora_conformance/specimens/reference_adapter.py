"""The adapter of the reference client: `python -m sora_conformance.specimens.reference_adapter`.

Owns which of its errors is which kind of the protocol. All calls with the same address, key and limit go through one
client, as they would in a program; its log goes to standard error.
"""

import logging
import os
import ssl
import sys
from collections.abc import Awaitable
from functools import cache
from typing import Any

from sora_conformance.reference import (
    AsyncClient,
    CircuitOpenError,
    InvalidRequestError,
    LocalValidationError,
    NotFoundError,
    ProtocolError,
    RateLimitedError,
    RenderFailedError,
    ServerError,
    SoraError,
    TimedOutError,
    TransportError,
    UnauthorizedError,
)
from sora_conformance.specimens.adapter import UnsupportedError, serve

POLL_S = 0.2
"""The seconds between two looks at a task."""

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
    args = message["args"]
    match message["op"]:
        case "create_from_url":
            return _create_from_url(asked, args["url"], args["timestamps"])
        case "create_from_task":
            return _create_from_task(asked, args["task_id"])
        case "generate":
            wishes = {name: args[name] for name in ("duration", "resolution") if args.get(name) is not None}
            return _generate(asked, args["character_ids"], args["scenario"], wishes)
        case "wait":
            return _wait(asked, args["task_id"])
        case _:
            raise UnsupportedError


Asked = tuple[str, str | None, float | None]


async def _create_from_url(asked: Asked, url: str, timestamps: Any) -> dict[str, Any]:  # noqa: ANN401 - as it was asked
    span = tuple(timestamps) if isinstance(timestamps, list) else timestamps
    return {"character_id": (await _client(*asked).create_from_url(url, span)).character_id}


async def _create_from_task(asked: Asked, task_id: str) -> dict[str, Any]:
    return {"character_id": (await _client(*asked).create_from_task(task_id)).character_id}


async def _generate(asked: Asked, ids: list[str], scenario: str, wishes: dict[str, Any]) -> dict[str, Any]:
    return {"task_id": (await _client(*asked).generate(ids, scenario, **wishes)).task_id}


async def _wait(asked: Asked, task_id: str) -> dict[str, Any]:
    return {"task_id": (await _client(*asked).wait(task_id, every_s=POLL_S)).task_id}


@cache
def _client(base_url: str, api_key: str | None, timeout_s: float | None) -> AsyncClient:
    # None of them is closed before the process ends: a call may be under way on it.
    if timeout_s is None:
        return AsyncClient(api_key, base_url, tls=_trusted())
    return AsyncClient(api_key, base_url, tls=_trusted(), timeout_s=timeout_s)


@cache
def _trusted() -> ssl.SSLContext:
    # The judge names its own authority as other programs are told it, too.
    return ssl.create_default_context(cafile=os.environ.get("SSL_CERT_FILE") or None)


def main() -> None:
    """Serve the reference client."""
    logging.basicConfig(stream=sys.stderr, level=logging.DEBUG)
    serve(
        {"name": "sora reference client", "language": "python"},
        ("create_from_url", "create_from_task", "generate", "wait"),
        ("async", "concurrent", "cancel", "custom_ca", "custom_timeout", "log_capture"),
        begin=begin,
        explain=explain,
    )


if __name__ == "__main__":
    main()
