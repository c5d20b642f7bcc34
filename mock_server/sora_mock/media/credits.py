"""Credits: what a finished video file says of the clip it shows.

Owns the tags that are written into the file and their reading back. `comment` holds the whole clip as a JSON object;
the other tags are for human readers. Must not know of containers and codecs.
"""

import json
import re
from collections.abc import Mapping
from typing import Final, Literal

import msgspec

from sora_mock.media.clip import Clip

MAKER: Final = "sora-mock"

_LONGEST: Final = 250  # characters of the description; the whole prompt is in the comment
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f]")


class _Comment(msgspec.Struct, frozen=True):
    made_by: Literal["sora-mock"]
    clip: Clip


def tags_of(clip: Clip) -> dict[str, str]:
    """Return the tags of a clip's file, by the names that the MP4 muxer knows.

    Tags are UTF-8; a lone surrogate, which has no place there, becomes the replacement character.
    """
    tags = {
        "title": _CONTROL.sub(" ", clip.task_id),
        "artist": MAKER,
        "description": _CONTROL.sub(" ", prompt_of(clip)[:_LONGEST]),
        "comment": json.dumps({"made_by": MAKER, "clip": msgspec.to_builtins(clip)}, ensure_ascii=False),
    }
    return {name: _SURROGATE.sub("\ufffd", text) for name, text in tags.items()}


def clip_of(tags: Mapping[str, str]) -> Clip | None:
    """Return the clip that the tags of a file tell of, or None if they are not of our making."""
    try:
        return msgspec.json.decode(tags.get("comment", ""), type=_Comment).clip
    except (ValueError, RecursionError):
        return None


def prompt_of(clip: Clip) -> str:
    """Return the prompt of a clip; of a storyboard those of its scenes, one a line."""
    return "\n".join(scene.prompt for scene in clip.scenes) if clip.scenes else clip.prompt
