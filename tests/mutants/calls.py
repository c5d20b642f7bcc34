"""Calls: what a request asks for, read without judging it, and bodies that ask for nothing out of the ordinary.

Owns the reading of requests. What is changed in them is told in `edits`.
"""

import re
from typing import Any

import msgspec

from sora_mock.dialects.guide import BASE
from sora_mock.wire import Request

CREATE, GENERATE, RETRIEVE, DOWNLOAD = "createCharacter", "createGeneration", "retrieveGeneration", "downloadGeneration"
VIDEO = "https://videos.sora-mock.test/mended.mp4"
BY_URL = {"model": "sora-2-character", "url": VIDEO, "timestamps": "1,3"}
BY_PROMPT = {"model": "sora-2", "prompt": "a mended prompt", "duration": 1, "resolution": "480p"}
MENTION = re.compile("@(char_[0-9A-Za-z_]+)")


def operation(request: Request) -> str | None:
    """Return the operation that a request's method and path ask for."""
    match request.method, request.path.removeprefix(BASE).split("/"):
        case "POST", ["", "characters"]:
            return CREATE
        case "POST", ["", "generations"]:
            return GENERATE
        case "GET" | "HEAD", ["", "generations", _]:
            return RETRIEVE
        case "GET" | "HEAD", ["", "generations", _, "content"]:
            return DOWNLOAD
    return None


def said(request: Request) -> dict[str, Any]:
    """Return the JSON object in a request's body, an empty one when there is none."""
    try:
        body = msgspec.json.decode(request.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def texts(body: dict[str, Any]) -> list[str]:
    """Return the prompts of a generation's body, the scenes' included."""
    scenes = body.get("scenes")
    holders = [body, *(scenes if isinstance(scenes, list) else ())]
    return [text for holder in holders if isinstance(holder, dict) and isinstance(text := holder.get("prompt"), str)]


def mentions(body: dict[str, Any]) -> list[str]:
    """Return the character ids that a generation's body mentions, in their order, repetitions included."""
    return [name for text in texts(body) for name in MENTION.findall(text)]
