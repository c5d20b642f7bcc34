"""The values of the reference client: what a caller gets.

Owns their fields. They are frozen, hold no key, and know nothing of HTTP.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from sora_conformance.reference.errors import SoraError

FINISHED = frozenset({"completed", "failed", "expired"})
"""The states in which what is in the making no longer changes, or only withers."""


class Character(msgspec.Struct, frozen=True, kw_only=True):
    """A character of the character API: permanent, immutable, and nowhere listed. Keep the `character_id`.

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


class Render(msgspec.Struct, frozen=True, kw_only=True):
    """Something in the making, as it was when it was asked for.

    `progress` is in per cent, `created_at` in Unix seconds; `fields` is the whole reply.
    """

    status: str | None = None
    progress: float | None = None
    created_at: float | None = None
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


class Task(Render, frozen=True, kw_only=True):
    """A generation of the character API.

    `video_url` is a signed link to the video, once there is one: treat it like the video itself.
    """

    task_id: str
    video_url: str | None = None


class Video(Render, frozen=True, kw_only=True):
    """A video of the Videos API. `expires_at` is when its content goes, in Unix seconds, once it is known."""

    video_id: str
    expires_at: float | None = None


class VideoPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of videos; `has_more` tells whether others follow, after the last of it."""

    videos: tuple[Video, ...]
    has_more: bool = False
    request_id: str | None = None

    @property
    def video_ids(self) -> tuple[str, ...]:
        """Return the ids of all videos of the page."""
        return tuple(video.video_id for video in self.videos)


class VideoCharacter(msgspec.Struct, frozen=True, kw_only=True):
    """A character of the Videos API: it appears where its `name` stands in a prompt and its id beside it.

    It is nowhere listed. Keep the `character_id`. `created_at` is in Unix seconds.
    """

    character_id: str
    name: str | None = None
    created_at: float | None = None
    request_id: str | None = None


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
