"""Tasks: what the JSON of a task has to be like, at one look and in a row of looks.

Owns the form of a task and its life, as pure questions answered with findings. It sends nothing, and knows nothing of
how often a task was looked at or why.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from sora_conformance.server.matching import ABSENT, OPERATORS, shown
from sora_conformance.server.stage import VIDEO_MODEL

Task = Mapping[str, Any]

RANKS = {"queued": 0, "in_progress": 1, "completed": 2, "failed": 2, "expired": 3}
"""The words for how far a task has come, and how far that is."""

ENDED = frozenset({"completed", "failed", "expired"})
AFTER_COMPLETION = frozenset({"completed", "expired"})
USUAL_SECONDS = 180
"""How long the contract lets a task take."""

FORM: dict[str, tuple[str, ...]] = {
    "id": ("string",),
    "task_id": ("string",),
    "object": ("string",),
    "model": ("string",),
    "status": ("string",),
    "progress": ("integer",),
    "created_at": ("integer",),
    "completed_at": ("integer", "null"),
    "expires_at": ("integer", "null"),
    "prompt": ("string", "null"),
    "scenes": ("array", "null"),
    "duration": ("integer",),
    "resolution": ("string",),
    "characters": ("array",),
    "video_url": ("string", "null"),
    "error": ("object", "null"),
}
"""Every field of a task with the JSON types that it may have."""

_LINK = re.compile(r"https?://[^/\s]+/\S*")
_ID = re.compile(r"task_[0-9A-Za-z_]+")


def shape(task: Task) -> list[str]:
    """Expect every field of the contract, and null in those that do not apply, or not yet.

    Whether there is a link is a rule of its own.
    """
    findings = [
        f"expected {name} to be {' or '.join(types)}, found {shown(task.get(name, ABSENT))}"
        for name, types in FORM.items()
        if name not in task or not any(_is(task[name], kind) for kind in types)
    ]
    return findings or list(_contradictions(task))


def _contradictions(task: Task) -> Iterator[str]:
    """Yield what does not fit together in a task that has all fields in the right types."""
    for name, word in (("object", "generation"), ("model", VIDEO_MODEL)):
        if task[name] != word:
            yield f"expected {name} {word!r}, found {shown(task[name])}"
    if (task["prompt"] is None) is (task["scenes"] is None):
        yield "expected either prompt or scenes to be null, and not both"
    status, error = task["status"], task["error"]
    if status not in RANKS:
        return
    for name in ("completed_at", "expires_at"):
        if (task[name] is not None) is not (status in AFTER_COMPLETION):
            wanted = "an instant" if status in AFTER_COMPLETION else "null"
            yield f"expected {name} to be {wanted} in a task that is {status}, found {shown(task[name])}"
    if (error is not None) is not (status == "failed"):
        wanted = "an object" if status == "failed" else "null"
        yield f"expected error to be {wanted} in a task that is {status}, found {shown(error)}"
    for name in ("code", "message") if status == "failed" and error is not None else ():
        if not isinstance(error.get(name), str) or not error[name]:
            yield f"expected error.{name} to be words, found {shown(error.get(name, ABSENT))}"


def names(task: Task) -> list[str]:
    """Expect `id` and `task_id` to be the same id of the contract's form."""
    one, other = task.get("id", ABSENT), task.get("task_id", ABSENT)
    if one != other:
        return [f"expected id and task_id to be the same, found {shown(one)} and {shown(other)}"]
    if not isinstance(one, str) or _ID.fullmatch(one) is None:
        return [f"expected an id that is task_ and letters, digits or underscores, found {shown(one)}"]
    return []


def link(task: Task) -> list[str]:
    """Expect a link while the task is completed, and none before and after."""
    status, found = _word(task), task.get("video_url")
    if status == "completed":
        if isinstance(found, str) and _LINK.fullmatch(found):
            return []
        return [f"expected video_url to be an address while the task is completed, found {shown(found)}"]
    if status is not None and found is not None:
        return [f"expected no video_url while the task is {status}, found {shown(found)}"]
    return []


def words(looks: Iterable[Task]) -> list[str]:
    """Expect the contract's words for how far a task has come, and no others."""
    strange = dict.fromkeys(shown(task.get("status", ABSENT)) for task in looks if _word(task) is None)
    return [f"expected a status that is one of {', '.join(RANKS)}, found {word}" for word in strange]


def order(looks: Iterable[Task]) -> list[str]:
    """Expect a task to move forward only; what has failed stays so, and what expires was completed."""
    known = [word for task in looks if (word := _word(task)) is not None]
    return [
        f"expected a task that was {before} not to be {after} later"
        for before, after in dict.fromkeys(pairwise(known))
        if before != after and (RANKS[after] <= RANKS[before] or before == "failed")
    ]


def progress(looks: Sequence[Task]) -> list[str]:
    """Expect progress from 0 to 100 that never falls, and is 100 once the task is completed."""
    values = [task.get("progress", ABSENT) for task in looks]
    odd = [value for value in values if not _is(value, "number") or not 0 <= value <= 100]
    if odd:
        return [f"expected progress from 0 to 100, found {shown(odd[0])}"]
    short = [value for task, value in zip(looks, values, strict=True) if _word(task) in AFTER_COMPLETION]
    return [
        *(f"expected progress not to fall, found {after} after {before}" for before, after in _falls(values)),
        *(f"expected progress 100 in a completed task, found {value}" for value in sorted(set(short) - {100})),
    ]


def begins(task: Task) -> list[str]:
    """Expect a task that was just accepted to be queued, with progress 0."""
    found = task.get("status", ABSENT), task.get("progress", ABSENT)
    return [] if found == ("queued", 0) else [f"expected queued with progress 0, found {shown(found)}"]


def seconds_taken(task: Task) -> int | None:
    """Return how long a completed task says that it took, None if it does not say."""
    start, end = task.get("created_at"), task.get("completed_at")
    return end - start if isinstance(start, int) and isinstance(end, int) else None


def _word(task: Task) -> str | None:
    word = task.get("status")
    return word if isinstance(word, str) and word in RANKS else None


def _falls(values: Sequence[float]) -> list[tuple[float, float]]:
    return [(before, after) for before, after in pairwise(values) if after < before]


def _is(value: Any, kind: str) -> bool:  # noqa: ANN401 - any JSON value
    """Tell whether a value is of a JSON type; to JSON, 2.0 is an integer."""
    if kind == "integer" and isinstance(value, float):
        return value.is_integer()
    return OPERATORS["$type"](value, kind)
