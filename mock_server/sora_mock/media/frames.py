"""Frames: what a clip shows at each moment, as pictures.

Owns the composition of backdrop, writing and moving cast. What stands still is drawn once a shot; what moves is put on
a copy of it. Must not know of encoders, files and metadata.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Final, TypeAlias

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

Pose: TypeAlias = Callable[[str, int, int], Image.Image]
"""What gives the figure of a character, of a height, at a beat."""

_POSES_KEPT: Final = 64  # from shot to shot: a handful of characters, in some 50 MB at most


def draw_frames(clip: Clip, *, backdrop: Image.Image | None = None) -> Iterator[Image.Image]:
    """Yield every frame of a clip in order, `RATE` for each second, as RGB pictures in the clip's size.

    All happens in front of `backdrop`, which has the clip's size, or of a landscape of the clip's own.
    """
    shots = shots_of(clip)
    if backdrop is None:
        backdrop = draw_backdrop(clip.task_id, clip.seed, clip.size)
    glass = Glass(clip.size)
    dial = Dial(glass, total=clip.duration, starts=[shot.start for shot in shots])
    pose = cache(draw_pose)
    for shot in shots:
        if pose.cache_info().currsize > _POSES_KEPT:
            pose.cache_clear()
        places, unseen = places_of(shot.characters, clip.size)
        _write(glass, clip, shot, places, unseen)
        dial.draw_face()
        still = glass.lay_over(backdrop)
        for number in range(shot.start * RATE, (shot.start + shot.duration) * RATE):
            frame = still.copy()
            put_on(frame, places, number, pose)
            dial.draw_hands(frame, number / RATE)
            yield frame


def put_on(frame: Image.Image, places: Iterable[Place], number: int, pose: Pose) -> None:
    """Put figures onto the frame of this number, each at its place and as it stands then."""
    for place in places:
        figure = pose(place.character_id, place.height, number % BEATS)
        frame.paste(figure, (place.x - figure.width // 2, place.y - figure.height), figure)


def draw_pose(character_id: str, height: int, beat: int) -> Image.Image:
    """Return the figure of a character, so many pixels high, at a beat."""
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
