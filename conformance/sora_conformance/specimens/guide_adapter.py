"""The adapter of the guide's client: `python -m sora_conformance.specimens.guide_adapter`.

Owns which of its exceptions is which kind of the protocol: as much as a caller could tell, which is the class and the
text. Its calls are made in threads and cannot be cancelled.
"""

import json
import re
import threading
from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any

import httpx2

from sora_conformance.specimens.adapter import UnsupportedError, in_thread, serve
from sora_conformance.specimens.guide_client import GuideClient

_STATUS = re.compile(r"API error: (\d{3}) - ")
_KINDS = {400: "invalid_request", 401: "auth", 403: "auth", 404: "not_found"}
_lock = threading.Lock()


def explain(error: Exception) -> dict[str, Any]:
    """Return how the protocol tells an exception of the client."""
    message = str(error)
    status = _STATUS.match(message)
    if status is not None:
        code = int(status[1])
        kind = _KINDS.get(code, "server" if code >= 500 else "invalid_request")
        return {"kind": kind, "message": message, "status": code}
    if isinstance(error, httpx2.TimeoutException) or "timed out" in message:
        return {"kind": "timeout", "message": message}
    if isinstance(error, httpx2.HTTPError):
        return {"kind": "transport", "message": message}
    return {"kind": "protocol" if isinstance(error, json.JSONDecodeError) else "other", "message": message}


def begin(message: dict[str, Any]) -> Awaitable[dict[str, Any]]:
    """Return what performs a call."""
    asked = message["base_url"], message["api_key"], message.get("timeout_s")
    args = message["args"]
    match message["op"]:
        case "create_from_url":
            url, timestamps = args["url"], args["timestamps"]
            return _character(asked, lambda client: client.create_from_url(url, timestamps).character_id)
        case "create_from_task":
            task_id = args["task_id"]
            return _character(asked, lambda client: client.create_from_task(task_id).character_id)
        case "generate":
            wishes = {name: args[name] for name in ("duration", "resolution") if args.get(name) is not None}
            return _generate(asked, _mentioned(args["character_ids"]), args["scenario"], wishes)
        case _:
            raise UnsupportedError


Asked = tuple[str, str | None, float | None]


async def _character(asked: Asked, make: Callable[[GuideClient], str]) -> dict[str, Any]:
    return {"character_id": await in_thread(lambda: make(_client(*asked)))}


async def _generate(asked: Asked, character: str, scenario: str, wishes: dict[str, Any]) -> dict[str, Any]:
    task = await in_thread(lambda: _client(*asked).generate_with_character(character, scenario, **wishes))
    return {"task_id": task.get("task_id", task.get("id"))}


def _mentioned(character_ids: list[str]) -> str:
    """Return all characters as the one that the guide's method takes: it puts the first `@` before it itself."""
    return " @".join(character_ids)


def _client(*asked: Any) -> GuideClient:  # noqa: ANN401 - see _made
    with _lock:
        return _made(*asked)


@cache
def _made(base_url: str, api_key: str | None, timeout_s: float | None) -> GuideClient:
    if timeout_s is None:
        return GuideClient(api_key, base_url)
    return GuideClient(api_key, base_url, character_timeout=timeout_s, generation_timeout=timeout_s)


def main() -> None:
    """Serve the guide's client."""
    serve(
        {"name": "the guide's client", "language": "python"},
        ("create_from_url", "create_from_task", "generate"),
        ("concurrent", "custom_timeout"),
        begin=begin,
        explain=explain,
    )


if __name__ == "__main__":
    main()
