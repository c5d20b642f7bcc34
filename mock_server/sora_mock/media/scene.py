"""The script of a clip: which scene is on, who is in it, and what the clock says.

Owns the split of a clip into shots. Must not know how anything is drawn.
"""

import msgspec

from sora_mock.engine.mentions import mentioned
from sora_mock.media.clip import Clip


class Shot(msgspec.Struct, frozen=True):
    """A stretch of a clip that shows one prompt and its characters.

    `start` and `duration` are in seconds. `heading` tells which scene of a storyboard it is, and is empty in a clip
    without one.
    """

    start: int
    duration: int
    prompt: str
    characters: tuple[str, ...]
    heading: str = ""


def shots_of(clip: Clip) -> tuple[Shot, ...]:
    """Return the shots of a clip in order: one a scene, or just one.

    A scene shows those of the clip's characters that its own prompt mentions.
    """
    if not clip.scenes:
        return (Shot(0, clip.duration, clip.prompt, clip.characters),)
    shots, start = [], 0
    for number, scene in enumerate(clip.scenes, 1):
        present = set(mentioned([scene.prompt]))
        cast = tuple(name for name in clip.characters if name in present)
        shots.append(Shot(start, scene.duration, scene.prompt, cast, f"Scene {number} of {len(clip.scenes)}"))
        start += scene.duration
    return tuple(shots)


def clock(second: int, total: int) -> str:
    """Return the time as it is shown: `00:03 / 00:10`."""
    return " / ".join(f"{moment // 60:02}:{moment % 60:02}" for moment in (second, total))
