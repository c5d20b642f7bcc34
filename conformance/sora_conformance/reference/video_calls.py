"""Calls of the Videos API: what is sent for each operation, as values.

Owns methods, paths and bodies, with exactly the fields of the contract and no nulls. It sends nothing, reads no file,
and knows no key.
"""

import re
from collections.abc import Sequence
from urllib.parse import urlencode

from sora_conformance.reference.call import Call, post, segment, text
from sora_conformance.reference.errors import LocalValidationError
from sora_conformance.reference.forms import multipart
from sora_conformance.reference.uploads import Upload

MOST_CHARACTERS = 2
LONGEST_PROMPT, LONGEST_NAME, LONGEST_PAGE = 32_000, 80, 100
MOST = 256 * 1024 * 1024
"""How many bytes of a video are read unless the caller says otherwise."""
VARIANTS = ("video", "thumbnail", "spritesheet")

_SECONDS = re.compile(r"[1-9][0-9]*")
_SIZE = re.compile(r"[1-9][0-9]*x[1-9][0-9]*")


def creation(prompt: str, *, seconds: str, size: str, model: str, character_ids: str | Sequence[str] = ()) -> Call:
    """Return the creation of a video of so many `seconds`, with these characters in it. Raises LocalValidationError."""
    body = {
        "model": text("model", model),
        "prompt": _prompt(prompt),
        "seconds": _seconds(seconds),
        "size": _matching("size", _SIZE, "1280x720", size),
    }
    ids = (character_ids,) if isinstance(character_ids, str) else tuple(character_ids)
    if len(ids) > MOST_CHARACTERS:
        raise LocalValidationError(f"character_ids: expected at most {MOST_CHARACTERS}, found {len(ids)}")
    return post(
        "/videos", body | ({"characters": [{"id": text("character_ids", each)} for each in ids]} if ids else {})
    )


def character_creation(name: str, video: Upload) -> Call:
    """Return the creation of a character from a clip, as a form. Raises LocalValidationError."""
    body, content_type = multipart({"name": text("name", name, most=LONGEST_NAME)}, "video", video)
    return Call("POST", "/videos/characters", body, content_type)


def remix(video_id: str, prompt: str) -> Call:
    """Return the remix of a completed video. Raises LocalValidationError."""
    return post(f"{_path(video_id)}/remix", {"prompt": _prompt(prompt)})


def edit(video_id: str, prompt: str) -> Call:
    """Return the edit of a completed video. Raises LocalValidationError."""
    return post("/videos/edits", {"prompt": _prompt(prompt), "video": {"id": text("video_id", video_id)}})


def extension(video_id: str, prompt: str, *, seconds: str) -> Call:
    """Return the extension of a completed video by so many `seconds`. Raises LocalValidationError."""
    body = {"prompt": _prompt(prompt), "seconds": _seconds(seconds), "video": {"id": text("video_id", video_id)}}
    return post("/videos/extensions", body)


def retrieval(video_id: str) -> Call:
    """Return the look at a video. Raises LocalValidationError."""
    return Call("GET", _path(video_id))


def listing(*, limit: int | None, after: str | None) -> Call:
    """Return the look at a page of videos, those `after` a video. Raises LocalValidationError."""
    wishes: dict[str, str] = {}
    if limit is not None:
        if isinstance(limit, bool) or not isinstance(limit, int) or not 0 <= limit <= LONGEST_PAGE:
            raise LocalValidationError(f"limit: expected a whole number from 0 to {LONGEST_PAGE}, found {limit!r}")
        wishes["limit"] = str(limit)
    if after is not None:
        wishes["after"] = text("after", after)
    return Call("GET", f"/videos?{urlencode(wishes)}" if wishes else "/videos")


def content(video_id: str, variant: str, *, most: int) -> Call:
    """Return the download of a video, or of a picture of it. Raises LocalValidationError."""
    if variant not in VARIANTS:
        raise LocalValidationError(f"variant: expected {', '.join(VARIANTS)}, found {variant!r}")
    if isinstance(most, bool) or not isinstance(most, int) or most < 1:
        raise LocalValidationError(f"most: expected a whole number of bytes, at least 1, found {most!r}")
    query = "" if variant == "video" else f"?variant={variant}"
    return Call("GET", f"{_path(video_id)}/content{query}", accept="*/*", most=most)


def deletion(video_id: str) -> Call:
    """Return the deletion of a video. Raises LocalValidationError."""
    return Call("DELETE", _path(video_id))


def _path(video_id: str) -> str:
    return f"/videos/{segment('video_id', video_id)}"


def _prompt(prompt: str) -> str:
    return text("prompt", prompt, most=LONGEST_PROMPT)


def _seconds(seconds: str) -> str:
    return _matching("seconds", _SECONDS, "8", seconds)


def _matching(name: str, form: re.Pattern[str], example: str, value: str) -> str:
    if not isinstance(value, str) or not form.fullmatch(value):
        raise LocalValidationError(f'{name}: expected a text such as "{example}", found {value!r}')
    return value
