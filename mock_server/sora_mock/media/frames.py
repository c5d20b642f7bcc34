"""Frames: what a clip shows at each moment, as pictures.

Owns the composition of backdrop, writing and moving cast. What stands still is drawn once a shot; what moves is put on
a copy of it. Must not know of encoders, files and metadata.
"""

from collections.abc import Iterator
from functools import cache
from typing import Final

from PIL import Image

from sora_mock.media.backdrop import draw_backdrop
from sora_mock.media.cast import Place, places_of
from sora_mock.media.clip import Clip
from sora_mock.media.dial import Dial
from sora_mock.media.figure import BEATS, figure_of
from sora_mock.media.glass import LINE, MARGIN, Glass
from sora_mock.media.puppet import draw_figure
from sora_mock.media.scene import Shot, shots_of

RATE: Final = 4
"""Frames a second."""

_POSES_KEPT: Final = 64  # from shot to shot: a handful of characters, in some 50 MB at most


def draw_frames(clip: Clip) -> Iterator[Image.Image]:
    """Yield every frame of a clip in order, `RATE` for each second, as RGB pictures in the clip's size."""
    shots = shots_of(clip)
    backdrop = draw_backdrop(clip.task_id, clip.seed, clip.size)
    glass = Glass(clip.size)
    dial = Dial(glass, total=clip.duration, starts=[shot.start for shot in shots])
    pose = cache(_draw_pose)
    for shot in shots:
        if pose.cache_info().currsize > _POSES_KEPT:
            pose.cache_clear()
        places, unseen = places_of(shot.characters, clip.size)
        _write(glass, clip, shot, places, unseen)
        dial.draw_face()
        still = glass.lay_over(backdrop)
        for number in range(shot.start * RATE, (shot.start + shot.duration) * RATE):
            frame = still.copy()
            for place in places:
                figure = pose(place.character_id, place.height, number % BEATS)
                frame.paste(figure, (place.x - figure.width // 2, place.y - figure.height), figure)
            dial.draw_hands(frame, number / RATE)
            yield frame


def _draw_pose(character_id: str, height: int, beat: int) -> Image.Image:
    return draw_figure(figure_of(character_id), height, beat)


def _write(glass: Glass, clip: Clip, shot: Shot, places: list[Place], unseen: int) -> None:
    """Write onto the glass all that a shot has to say."""
    glass.wipe()
    line, gap = glass.pixels(LINE), glass.pixels(0.014)
    end = glass.tag(glass.small.squeeze(clip.task_id, glass.width * 0.4), glass.pixels(MARGIN), line)
    if shot.heading:
        end = glass.tag(shot.heading, end + gap, line)
    if unseen:
        glass.tag(f"{unseen} more not shown", end + gap, line)
    glass.prompt(shot.prompt)
    for place in places:
        glass.footing(place)
