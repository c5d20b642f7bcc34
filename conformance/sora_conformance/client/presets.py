"""Presets: the usual replies of the contract, as status, headers and JSON.

Owns the facts of a request that a reply may depend on, and the shape of what succeeds and what is refused. It is pure:
instants and ids are given to it.
"""

import re
from collections.abc import Callable
from typing import Any

import msgspec

from sora_conformance.contract import ErrorKind, load

_MENTION = re.compile(r"@(char_\w+)")


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What a reply may depend on.

    `path` is the request's, `json` its body (None if it is not JSON), `key` the one that was sent. `token`, `elsewhere`
    and `video` are of the case: its token, an address on another host, one on the video's host. `unique` is a word for
    this request alone, `now` the instant in seconds since 1970.
    """

    method: str
    path: str
    json: Any
    key: str
    token: str
    elsewhere: str
    video: str
    unique: str
    now: float


def preset(name: str, facts: Facts) -> tuple[int, dict[str, str], Any]:
    """Return status, headers and body of a preset. Raises ValueError if there is none of that name."""
    found = preset_named(name)
    if not isinstance(found, ErrorKind):
        return 200, {}, found(facts)
    headers: dict[str, str] = {}
    if name == "rate_limit_exceeded":
        headers["retry-after"] = "1"
    if found.status == 401:
        headers["www-authenticate"] = 'Bearer realm="sora"'
    words = found.words or name.replace("_", " ").capitalize()
    message = f"{words}: so it is staged."
    return found.status, headers, {"error": {"message": message, "type": found.type, "param": None, "code": name}}


def preset_named(name: str) -> Callable[[Facts], dict[str, Any]] | ErrorKind:
    """Return what makes a preset, or the error of that code. Raises ValueError if there is neither."""
    if name in _PRESETS:
        return _PRESETS[name]
    for error in load("guide").errors:
        if error.code == name:
            return error
    raise ValueError(f"reply: expected one of {', '.join(_PRESETS)} or an error's code, found {name!r}")


def usual(facts: Facts) -> str:
    """Return the name of the preset that a request succeeds with."""
    if facts.method in {"GET", "HEAD"}:
        return "completed"
    return "task" if "/generations" in facts.path else "character"


def _character(facts: Facts) -> dict[str, Any]:
    asked = _asked(facts)
    if "from_task" in asked:
        source = {"type": "task", "task_id": asked["from_task"]}
    else:
        source = {"type": "url", "url": asked.get("url"), "timestamps": asked.get("timestamps")}
    return {
        "character_id": f"char_{facts.unique}",
        "object": "character",
        "model": "sora-2-character",
        "created_at": int(facts.now),
        "metadata": {
            "source": source,
            "analysis": {"frames_sampled": 24, "duration": 3.0, "quality": "optimal", "notes": []},
        },
    }


def _task(facts: Facts) -> dict[str, Any]:
    asked, task_id = _asked(facts), f"task_{facts.unique}"
    prompt = asked.get("prompt")
    return {
        "id": task_id,
        "task_id": task_id,
        "object": "generation",
        "model": "sora-2",
        "status": "queued",
        "progress": 0,
        "created_at": int(facts.now),
        "completed_at": None,
        "expires_at": None,
        "prompt": prompt,
        "scenes": asked.get("scenes"),
        "duration": asked.get("duration", 10),
        "resolution": asked.get("resolution", "1080p"),
        "characters": _MENTION.findall(prompt) if isinstance(prompt, str) else [],
        "video_url": None,
        "error": None,
    }


def _completed(facts: Facts) -> dict[str, Any]:
    _, _, last = facts.path.rpartition("/generations/")
    task_id = last.partition("/")[0] or f"task_{facts.unique}"
    return _task(facts) | {
        "id": task_id,
        "task_id": task_id,
        "status": "completed",
        "progress": 100,
        "created_at": int(facts.now) - 60,
        "completed_at": int(facts.now),
        "expires_at": int(facts.now) + 86400,
        "prompt": "A staged clip",
        "video_url": f"{facts.video}/{task_id}.mp4",
    }


_PRESETS: dict[str, Callable[[Facts], dict[str, Any]]] = {
    "character": _character,
    "task": _task,
    "completed": _completed,
}


def _asked(facts: Facts) -> dict[str, Any]:
    return facts.json if isinstance(facts.json, dict) else {}
