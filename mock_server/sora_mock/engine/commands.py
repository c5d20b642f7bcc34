"""Commands: what a caller asks of the engine, already freed of its wire shape.

Owns the questions; every answer is in `decide`. A field is None when the caller did not send it.
"""

import msgspec

from sora_mock.engine.source import SourceVideo
from sora_mock.engine.state import Scene


class CreateCharacter(msgspec.Struct, frozen=True, kw_only=True):
    """Make a character of a span of a video, or of an own task.

    `video` is what the caller's side already knows of the video behind `url`; None lets the url speak for itself.
    """

    model: str | None = None
    url: str | None = None
    timestamps: str | None = None
    from_task: str | None = None
    video: SourceVideo | None = None


class CreateGeneration(msgspec.Struct, frozen=True, kw_only=True):
    """Generate a clip from a prompt or from the scenes of a storyboard."""

    model: str | None = None
    prompt: str | None = None
    scenes: tuple[Scene, ...] | None = None
    duration: int | None = None
    resolution: str | None = None


class RetrieveGeneration(msgspec.Struct, frozen=True):
    """Look at an own task."""

    task_id: str


class DownloadGeneration(msgspec.Struct, frozen=True):
    """Fetch the clip of an own completed task."""

    task_id: str


Command = CreateCharacter | CreateGeneration | RetrieveGeneration | DownloadGeneration
