"""Calls of the character API: what is sent for each operation, as values.

Owns methods, paths and bodies, with exactly the fields of the contract and no nulls. It sends nothing, and knows no
key.
"""

from collections.abc import Sequence

from sora_conformance.reference.call import Call, post, segment, text
from sora_conformance.reference.errors import LocalValidationError
from sora_conformance.reference.spans import Span, timestamps_of

CHARACTER_MODEL = "sora-2-character"
GENERATION_MODEL = "sora-2"


def creation_from_url(url: str, timestamps: Span) -> Call:
    """Return the creation of a character from a span of a video. Raises LocalValidationError."""
    return post(
        "/characters",
        {"model": CHARACTER_MODEL, "url": text("url", url), "timestamps": timestamps_of(timestamps)},
    )


def creation_from_task(task_id: str) -> Call:
    """Return the creation of a character from a completed task. Raises LocalValidationError."""
    return post("/characters", {"model": CHARACTER_MODEL, "from_task": text("task_id", task_id)})


def generation(character_ids: str | Sequence[str], scenario: str, *, duration: int, resolution: str) -> Call:
    """Return the generation of a video of `duration` whole seconds. Raises LocalValidationError."""
    if isinstance(duration, bool) or not isinstance(duration, int) or duration < 1:
        raise LocalValidationError(f"duration: expected a whole number of seconds, at least 1, found {duration!r}")
    body = {
        "model": GENERATION_MODEL,
        "prompt": prompt_of(character_ids, scenario),
        "duration": duration,
        "resolution": text("resolution", resolution),
    }
    return post("/generations", body)


def retrieval(task_id: str) -> Call:
    """Return the look at a task. Raises LocalValidationError."""
    return Call("GET", f"/generations/{segment('task_id', task_id)}")


def prompt_of(character_ids: str | Sequence[str], scenario: str) -> str:
    """Return a prompt: a mention of each character with its id as it was received, then the scenario as it is."""
    ids = (character_ids,) if isinstance(character_ids, str) else tuple(character_ids)
    for each in ids:
        if any(mark.isspace() for mark in text("character_ids", each)):
            raise LocalValidationError(f"character_ids: expected ids without spaces, found {each!r}")
    return " ".join([*(f"@{each}" for each in ids), text("scenario", scenario)])
