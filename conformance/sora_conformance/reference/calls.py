"""Calls: what is sent for each operation, as values.

Owns methods, paths and bodies, with exactly the fields of the contract and no nulls, and the checks that spare a call
which could never work. It sends nothing, and knows no key.
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urlsplit

import msgspec

from sora_conformance.reference.errors import LocalValidationError
from sora_conformance.reference.spans import Span, timestamps_of

BASE_URL = "https://api.openai.com/v1/sora"
"""The base address of the guide."""

CHARACTER_MODEL = "sora-2-character"
GENERATION_MODEL = "sora-2"


class Call(msgspec.Struct, frozen=True):
    """One request: method, path below the base address, and body. A `safe` one can be repeated at no risk."""

    method: str
    path: str
    body: bytes | None = None

    @property
    def safe(self) -> bool:
        """Tell whether sending it twice does no more than sending it once."""
        return self.method == "GET"


def creation_from_url(url: str, timestamps: Span) -> Call:
    """Return the creation of a character from a span of a video. Raises LocalValidationError."""
    return _post(
        "/characters",
        {"model": CHARACTER_MODEL, "url": _text("url", url), "timestamps": timestamps_of(timestamps)},
    )


def creation_from_task(task_id: str) -> Call:
    """Return the creation of a character from a completed task. Raises LocalValidationError."""
    return _post("/characters", {"model": CHARACTER_MODEL, "from_task": _text("task_id", task_id)})


def generation(character_ids: str | Sequence[str], scenario: str, *, duration: int, resolution: str) -> Call:
    """Return the generation of a video of `duration` whole seconds. Raises LocalValidationError."""
    if isinstance(duration, bool) or not isinstance(duration, int) or duration < 1:
        raise LocalValidationError(f"duration: expected a whole number of seconds, at least 1, found {duration!r}")
    body = {
        "model": GENERATION_MODEL,
        "prompt": prompt_of(character_ids, scenario),
        "duration": duration,
        "resolution": _text("resolution", resolution),
    }
    return _post("/generations", body)


def retrieval(task_id: str) -> Call:
    """Return the look at a task. Raises LocalValidationError."""
    if _text("task_id", task_id) in {".", ".."}:
        raise LocalValidationError(f"task_id: expected an id, found {task_id!r}")
    return Call("GET", f"/generations/{quote(task_id, safe='')}")


def prompt_of(character_ids: str | Sequence[str], scenario: str) -> str:
    """Return a prompt: a mention of each character with its id as it was received, then the scenario as it is."""
    ids = (character_ids,) if isinstance(character_ids, str) else tuple(character_ids)
    for each in ids:
        if any(mark.isspace() for mark in _text("character_ids", each)):
            raise LocalValidationError(f"character_ids: expected ids without spaces, found {each!r}")
    return " ".join([*(f"@{each}" for each in ids), _text("scenario", scenario)])


def base_address(base_url: str) -> str:
    """Return a base address without a slash at its end. Raises LocalValidationError for what is none."""
    bare = base_url.rstrip("/") if isinstance(base_url, str) else ""
    try:
        parts = urlsplit(bare)
        sound = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        sound = False
    # The address itself is not repeated: a login in it would be shown.
    if not sound:
        raise LocalValidationError("base_url: expected an http or https address with a host, found another")
    if "@" in parts.netloc or "?" in bare or "#" in bare:
        raise LocalValidationError("base_url: expected no login, query or fragment, found one")
    return bare


def _post(path: str, body: dict[str, Any]) -> Call:
    return Call("POST", path, msgspec.json.encode(body))


def _text(name: str, value: str) -> str:
    if not isinstance(value, str) or not value.strip():
        found = repr(value) if isinstance(value, str) else type(value).__name__
        raise LocalValidationError(f"{name}: expected a text that is not empty, found {found}")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise LocalValidationError(f"{name}: expected text that UTF-8 can hold, found a lone surrogate") from None
    return value
