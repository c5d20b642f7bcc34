"""The values of the reference client: what a caller gets.

Owns their fields. They are frozen, hold no key, and know nothing of HTTP.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from sora_conformance.reference.errors import SoraError

FINISHED = frozenset({"completed", "failed", "expired"})
"""The states in which a task no longer changes, or only withers."""


class Character(msgspec.Struct, frozen=True, kw_only=True):
    """A character: permanent, immutable, and nowhere listed. Keep the `character_id`.

    `created_at` is in Unix seconds. `metadata` is what the server tells of its source and analysis. What the server
    left out is None or empty.
    """

    character_id: str
    created_at: float | None = None
    model: str | None = None
    metadata: Mapping[str, Any] = {}
    request_id: str | None = None

    @property
    def mention(self) -> str:
        """Return what names the character in a prompt."""
        return f"@{self.character_id}"


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """A generation as it was when it was asked for. `progress` is in per cent; `fields` is the whole reply.

    `video_url` is a signed link to the video, once there is one: treat it like the video itself.
    """

    task_id: str
    status: str | None = None
    progress: float | None = None
    created_at: float | None = None
    video_url: str | None = None
    error: Mapping[str, Any] | None = None
    fields: Mapping[str, Any] = {}
    request_id: str | None = None

    @property
    def completed(self) -> bool:
        """Tell whether there is a video."""
        return self.status == "completed"

    @property
    def finished(self) -> bool:
        """Tell whether it is over, well or not."""
        return self.status in FINISHED


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """One scenario of a batch: the `task` that was accepted, or the `error` that it met."""

    scenario: str
    task: Task | None = None
    error: SoraError | None = None


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """A batch: the completed `test` render, and one result for each scenario, in their order."""

    test: Task
    results: tuple[Result, ...]

    @property
    def task_ids(self) -> tuple[str, ...]:
        """Return the ids of all accepted tasks."""
        return tuple(result.task.task_id for result in self.results if result.task is not None)
