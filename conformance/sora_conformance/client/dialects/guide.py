"""The guide's dialect, as clients are judged in it.

Owns its usual calls and replies, and what is looked for in its requests. It is pure: instants and ids are given to it.
"""

import re
from collections.abc import Iterator
from typing import Any

from sora_conformance.client.arrivals import Arrival, Place
from sora_conformance.client.dialects.base import Dialect, Facts
from sora_conformance.client.looks import (
    Look,
    at_server,
    clean,
    everywhere,
    exclusive,
    has,
    one_source,
    posted,
    prefix,
    span_text,
)
from sora_conformance.client.protocol import Operation

CHARACTERS = "/v1/sora/characters"
GENERATIONS = "/v1/sora/generations"

TASK, CHARACTER = "task_abc123xyz789", "char_abc123"
"""What the usual calls name; nobody has to have made them."""

_PATHS = re.compile(rf"{CHARACTERS}|{GENERATIONS}(/[^/]+(/content)?)?")
_FIELDS = {
    CHARACTERS: {"model", "url", "timestamps", "from_task"},
    GENERATIONS: {"model", "prompt", "scenes", "duration", "resolution"},
}
_MODELS = {CHARACTERS: "sora-2-character", GENERATIONS: "sora-2"}
_MENTION = re.compile(r"@(char_\w+)")


# -- replies ----------------------------------------------------------------------------------------------------------


def _usual(facts: Facts) -> str:
    if facts.method in {"GET", "HEAD"}:
        return "completed"
    return "task" if "/generations" in facts.path else "character"


def _character(facts: Facts) -> dict[str, Any]:
    asked = facts.asked
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
    asked, task_id = facts.asked, f"task_{facts.unique}"
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


# -- looks ------------------------------------------------------------------------------------------------------------


def _no_listing(arrival: Arrival) -> Iterator[str]:
    if arrival.method != "POST":
        yield f"expected only POST, found {arrival.method}"


def _with_timestamps(arrival: Arrival) -> Iterator[str]:
    if arrival.fields.get("timestamps") is None:
        yield "expected timestamps beside the url, found none"


def _model(arrival: Arrival) -> Iterator[str]:
    expected = _MODELS[arrival.path]
    if arrival.fields.get("model") != expected:
        yield f"expected the model {expected!r}, found {arrival.fields.get('model')!r}"


def _json(arrival: Arrival) -> Iterator[str]:
    media, _, rest = (arrival.header("content-type") or "").partition(";")
    charset = rest.strip().lower().removeprefix("charset=").strip('"')
    if media.strip().lower() != "application/json" or charset not in {"", "utf-8", "utf8"}:
        yield f"expected it to be declared as application/json, found {arrival.header('content-type')!r}"
    try:
        arrival.body.decode()
    except UnicodeDecodeError:
        yield "expected UTF-8, found other bytes"
    if not isinstance(arrival.json, dict):
        yield f"expected a JSON object, found {arrival.body[:60]!r}"


def _to_characters(arrival: Arrival) -> bool:
    return arrival.place is Place.STAGE and arrival.path.startswith(CHARACTERS)


def _post(arrival: Arrival) -> bool:
    return arrival.place is Place.STAGE and arrival.method == "POST" and arrival.path in _FIELDS


_object, _creation = posted(_FIELDS), posted([CHARACTERS])

GUIDE = Dialect(
    name="guide",
    paths=_PATHS,
    presets={"character": _character, "task": _task, "completed": _completed},
    usual=_usual,
    args={
        Operation.CREATE_FROM_URL: {"url": "{video}", "timestamps": "1,4"},
        Operation.CREATE_FROM_TASK: {"task_id": TASK},
        Operation.GENERATE: {
            "character_ids": [CHARACTER],
            "scenario": "walks through the rain",
            "duration": 10,
            "resolution": "1080p",
        },
        Operation.WAIT: {"task_id": TASK},
    },
    looks=(
        Look("client.base-url.prefix", at_server, prefix(_PATHS)),
        Look("client.base-url.exclusive", everywhere, exclusive),
        Look("client.request.no-listing", _to_characters, _no_listing),
        Look("client.body.one-source", _creation, one_source),
        Look("client.body.timestamps-with-url", has(_creation, "url"), _with_timestamps),
        Look("client.body.timestamps-text", has(_creation, "url", "timestamps"), span_text),
        Look("client.body.model", _object, _model),
        Look("client.body.clean", _object, clean(_FIELDS.__getitem__)),
        Look("client.body.json", _post, _json),
    ),
    feeder="client.request.once",
)
"""The dialect of the guide."""
