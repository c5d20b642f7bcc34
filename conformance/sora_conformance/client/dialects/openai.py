"""The Videos API, as clients are judged in it.

Owns its usual calls and replies, and what is looked for in its requests. It is pure: instants and ids are given to it.
"""

import re
from collections.abc import Iterator
from typing import Any

from sora_conformance.client.arrivals import Arrival, Place
from sora_conformance.client.bodies import File, boundary_of, goes_on
from sora_conformance.client.dialects.base import Dialect, Facts
from sora_conformance.client.looks import Look, at_server, clean, everywhere, exclusive, has, posted, prefix
from sora_conformance.client.protocol import Operation

BASE = "/v1"
VIDEOS, CHARACTERS = f"{BASE}/videos", f"{BASE}/videos/characters"
EDITS, EXTENSIONS = f"{VIDEOS}/edits", f"{VIDEOS}/extensions"

VIDEO = "video_abc123"
"""What the usual calls name; nobody has to have made it."""

_PATHS = re.compile(rf"{VIDEOS}(/[^/]+(/content|/remix)?)?|{CHARACTERS}/[^/]+|{BASE}/models(/[^/]+)?")
_REMIX = re.compile(rf"{VIDEOS}/[^/]+/remix")
_FIELDS = {
    VIDEOS: {"model", "prompt", "seconds", "size", "input_reference", "characters"},
    EDITS: {"prompt", "video", "model"},
    EXTENSIONS: {"prompt", "seconds", "video", "model"},
    CHARACTERS: {"name", "video"},
}
_REMIX_FIELDS = {"prompt"}

STAGED_CLIP = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(2000)
"""What stands for the bytes of a video: nobody who only keeps them looks into them."""


# -- replies ----------------------------------------------------------------------------------------------------------


def _usual(facts: Facts) -> str:
    below = facts.path.removeprefix(BASE)
    match facts.method:
        case "DELETE":
            return "deleted"
        case "POST":
            return "character" if below == "/videos/characters" else "video"
        case _ if below == "/videos":
            return "list"
        case _ if below.endswith("/content"):
            return "content"
        case _ if below.startswith("/videos/characters/"):
            return "character"
        case _ if below == "/models":
            return "models"
        case _:
            return "completed"


def _character(facts: Facts) -> dict[str, Any]:
    return {
        "id": f"char_{facts.unique}",
        "name": facts.asked.get("name"),
        "created_at": int(facts.now),
    }


def _video(facts: Facts) -> dict[str, Any]:
    asked = facts.asked
    return {
        "id": f"video_{facts.unique}",
        "object": "video",
        "model": asked.get("model", "sora-2"),
        "status": "queued",
        "progress": 0,
        "created_at": int(facts.now),
        "completed_at": None,
        "expires_at": None,
        "prompt": asked.get("prompt"),
        "size": asked.get("size", "720x1280"),
        "seconds": asked.get("seconds", "4"),
        "remixed_from_video_id": _named_in(facts.path) if _REMIX.fullmatch(facts.path) else None,
        "error": None,
    }


def _completed(facts: Facts) -> dict[str, Any]:
    return _video(facts) | {
        "id": _named_in(facts.path) or f"video_{facts.unique}",
        "status": "completed",
        "progress": 100,
        "created_at": int(facts.now) - 60,
        "completed_at": int(facts.now),
        "expires_at": int(facts.now) + 86400,
        "prompt": "A staged clip",
    }


def _list(facts: Facts) -> dict[str, Any]:
    videos = [_completed(facts) | {"id": f"video_{facts.unique}{number}"} for number in range(2)]
    return {
        "object": "list",
        "data": videos,
        "first_id": videos[0]["id"],
        "last_id": videos[-1]["id"],
        "has_more": False,
    }


def _deleted(facts: Facts) -> dict[str, Any]:
    return {"id": _named_in(facts.path), "object": "video.deleted", "deleted": True}


def _models(facts: Facts) -> dict[str, Any]:
    models = [
        {"id": name, "object": "model", "created": int(facts.now), "owned_by": "openai"}
        for name in ("sora-2", "sora-2-pro")
    ]
    return {"object": "list", "data": models}


def _content(_: Facts) -> bytes:
    return STAGED_CLIP


def _named_in(path: str) -> str:
    """Return the id in an address, an empty text if there is none."""
    return path.removeprefix(f"{VIDEOS}/").partition("/")[0] if path.startswith(f"{VIDEOS}/") else ""


# -- looks ------------------------------------------------------------------------------------------------------------


def _fields(path: str) -> set[str]:
    return _FIELDS.get(path, _REMIX_FIELDS)


def _seconds(arrival: Arrival) -> Iterator[str]:
    if not isinstance(arrival.fields["seconds"], str):
        yield f"expected seconds as a text such as '8', found {repr(arrival.fields['seconds'])[:60]}"


def _upload(arrival: Arrival) -> Iterator[str]:
    kind = arrival.header("content-type") or ""
    if boundary_of(kind) is None:
        yield f"expected a multipart form, found {repr(arrival.header('content-type'))[:60]}"
        return
    name, video = arrival.fields.get("name"), arrival.fields.get("video")
    # What is not in the beginning of a form may come later.
    more = goes_on(kind, arrival.body)
    if not (name is None and more) and (not isinstance(name, str) or not name):
        yield f"expected the name as a text, found {repr(name)[:60]}"
    if video is None and more:
        return
    if not isinstance(video, File) or video.size == 0:
        yield f"expected the video as a file, found {'no bytes' if isinstance(video, File) else repr(video)[:60]}"
    elif video.name is None:
        yield "expected the file to have a name, found none"


def _creates_character(arrival: Arrival) -> bool:
    return arrival.place is Place.STAGE and arrival.method == "POST" and arrival.path == CHARACTERS


def _object(arrival: Arrival) -> bool:
    mine = arrival.place is Place.STAGE and arrival.method == "POST" and isinstance(arrival.fields, dict)
    return mine and (arrival.path in _FIELDS or _REMIX.fullmatch(arrival.path) is not None)


OPENAI = Dialect(
    name="openai",
    paths=_PATHS,
    presets={
        "character": _character,
        "video": _video,
        "completed": _completed,
        "list": _list,
        "deleted": _deleted,
        "content": _content,
        "models": _models,
    },
    usual=_usual,
    args={
        Operation.CREATE_VIDEO: {"prompt": "A paper boat on a calm lake", "seconds": "8", "size": "1280x720"},
        Operation.CREATE_CHARACTER: {"name": "Otto", "video": "{clip}"},
        Operation.REMIX: {"video_id": VIDEO, "prompt": "The same boat in the rain"},
        Operation.EDIT: {"video_id": VIDEO, "prompt": "The same boat in red"},
        Operation.EXTEND: {"video_id": VIDEO, "prompt": "The boat sails away", "seconds": "4"},
        Operation.LIST: {},
        **{
            each: {"video_id": VIDEO}
            for each in (Operation.RETRIEVE, Operation.WAIT, Operation.DOWNLOAD, Operation.DELETE)
        },
    },
    looks=(
        Look("client.base-url.prefix", at_server, prefix(_PATHS)),
        Look("client.base-url.exclusive", everywhere, exclusive),
        Look("client.body.clean", _object, clean(_fields)),
        Look("client.body.seconds", has(posted([VIDEOS, EXTENSIONS]), "seconds"), _seconds),
        Look("client.body.upload", _creates_character, _upload),
    ),
    feeder="client.request.once",
)
"""The dialect of the Videos API."""
