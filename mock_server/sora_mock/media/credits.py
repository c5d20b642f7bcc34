"""Credits: what a finished video file says of the clip it shows.

Owns the tags that are written into the file and their reading back. `comment` holds the whole clip as a JSON object,
and what it was made of; the other tags are for human readers. Must not know of containers and codecs.
"""

import json
import re
from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

import msgspec

from sora_mock.media.clip import Clip
from sora_mock.media.pieces import Begun, Edited, Extended, Upload, Video

MAKER: Final = "sora-mock"

_LONGEST: Final = 250  # characters of the description; the whole prompt is in the comment
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f]")


Made: TypeAlias = Clip | Begun | Edited | Extended
"""A video that we have made."""


class Origin(msgspec.Struct, frozen=True):
    """What a video was made of, and how: the id of the task that made its source, or `upload`."""

    how: Literal["edit", "remix", "extension"]
    source: str


class _Comment(msgspec.Struct, frozen=True, omit_defaults=True):
    made_by: Literal["sora-mock"]
    clip: Clip
    origin: Origin | None = None


def clip_behind(video: Made) -> Clip:
    """Return the clip that a video's task, prompt and characters are told by."""
    return video if isinstance(video, Clip) else video.clip


def tags_of(video: Made) -> dict[str, str]:
    """Return the tags of a video's file, by the names that the MP4 muxer knows.

    Tags are UTF-8; a lone surrogate, which has no place there, becomes the replacement character.
    """
    clip = clip_behind(video)
    comment = _Comment(MAKER, clip, _origin(video))
    tags = {
        "title": _CONTROL.sub(" ", clip.task_id),
        "artist": MAKER,
        "description": _CONTROL.sub(" ", prompt_of(clip)[:_LONGEST]),
        "comment": json.dumps(msgspec.to_builtins(comment), ensure_ascii=False),
    }
    return {name: _SURROGATE.sub("\ufffd", text) for name, text in tags.items()}


def clip_of(tags: Mapping[str, str]) -> Clip | None:
    """Return the clip that the tags of a file tell of, or None if they are not of our making."""
    comment = _comment(tags)
    return None if comment is None else comment.clip


def origin_of(tags: Mapping[str, str]) -> Origin | None:
    """Return what the video of these tags was made of, or None if it was made of nothing, or not by us."""
    comment = _comment(tags)
    return None if comment is None else comment.origin


def _comment(tags: Mapping[str, str]) -> _Comment | None:
    try:
        return msgspec.json.decode(tags.get("comment", ""), type=_Comment)
    except (ValueError, RecursionError):
        return None


def _origin(video: Video) -> Origin | None:
    match video:
        case Edited():
            return Origin(video.how, _task_of(video.source))
        case Extended():
            return Origin("extension", _task_of(video.source))
        case _:
            return None


def _task_of(video: Video) -> str:
    return "upload" if isinstance(video, Upload) else clip_behind(video).task_id


def prompt_of(clip: Clip) -> str:
    """Return the prompt of a clip; of a storyboard those of its scenes, one a line."""
    return "\n".join(scene.prompt for scene in clip.scenes) if clip.scenes else clip.prompt
