"""Derived files: pictures and videos made of a video that is there already.

Owns what is made of its frames. The same source gives the same bytes. Must not know where files are kept.
"""

import hashlib
from collections.abc import Callable, Iterator
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Final

import msgspec
from PIL import Image, ImageDraw

from sora_mock.engine.usernames import mentioned_in
from sora_mock.media.backdrop import draw_backdrop
from sora_mock.media.cast import places_of
from sora_mock.media.clip import Clip
from sora_mock.media.colour import Colour, from_hls
from sora_mock.media.credits import clip_behind
from sora_mock.media.figure import figure_of
from sora_mock.media.footage import pictures, size_of
from sora_mock.media.frames import RATE, draw_frames, draw_pose, put_on
from sora_mock.media.glass import MARGIN, PANE, TEXT, Glass
from sora_mock.media.pictures import still
from sora_mock.media.pieces import Begun, Edited, Extended, Picture, Upload
from sora_mock.media.puppet import draw_figure
from sora_mock.media.render import RenderStoppedError, encode

Stopped = Callable[[], bool]

_GRID: Final = 5
_CELL: Final = 320  # pixels of the longer side of a picture in a sheet
_SIDE: Final = 512
_QUALITY: Final = 82
_TINT: Final = 0.24
_FRAME: Final = 0.016
_CAPTION: Final = 0.8  # the middle of the caption, as a share of the height
_FADE: Final = RATE  # frames until all that happens in front of a picture is there


def thumbnail(source: Path, out: Path, *, stopped: Stopped = lambda: False) -> None:
    """Write a picture of the video's middle, in the size of the video, as WebP."""
    shown = _told(source, stopped=stopped)
    count = sum(1 for _ in shown)
    picture = _at(_told(source, stopped=stopped), count // 2)
    picture.save(out, "WEBP", quality=_QUALITY, method=4)


def spritesheet(source: Path, out: Path, media_type: str, *, stopped: Stopped = lambda: False) -> None:
    """Write 25 pictures, evenly spread over the video, in five rows, as `image/jpeg` or `image/webp`."""
    width, height = size_of(source)
    scale = min(1.0, _CELL / max(width, height))
    cell = (max(2, round(width * scale)), max(2, round(height * scale)))
    small = [picture.resize(cell) for picture in _told(source, stopped=stopped)]
    sheet = Image.new("RGB", (cell[0] * _GRID, cell[1] * _GRID))
    for place in range(_GRID * _GRID):
        row, column = divmod(place, _GRID)
        sheet.paste(small[place * len(small) // (_GRID * _GRID)], (column * cell[0], row * cell[1]))
    sheet.save(out, "JPEG" if media_type == "image/jpeg" else "WEBP", quality=_QUALITY)


def begun(source: Path, out: Path, piece: Begun, *, stopped: Stopped = lambda: False) -> None:
    """Write the picture, and within a second what the clip tells in front of it."""
    picture = still(source, piece.clip.size)

    def faded() -> Iterator[Image.Image]:
        for number, frame in enumerate(draw_frames(piece.clip, backdrop=picture)):
            yield Image.blend(picture, frame, number / _FADE) if number < _FADE else frame

    encode(faded(), piece.clip.size, piece, out, stopped=stopped)


def landscape(piece: Picture, out: Path) -> None:
    """Write what stands in for a picture whose file is gone, as PNG."""
    draw_backdrop(piece.digest, 0, (piece.width, piece.height)).save(out, "PNG")


def edited(source: Path, out: Path, piece: Edited, *, stopped: Stopped = lambda: False) -> None:
    """Write the source again, tinted, framed, with whoever is new in it, and with the new prompt as its caption."""
    size = size_of(source)
    tint, layer = _tint(piece), _caption(piece, size)
    places, _ = places_of(_newcomers(piece), size)
    pose = cache(draw_pose)

    def changed() -> Iterator[Image.Image]:
        cover = Image.new("RGB", size, tint)
        for number, picture in enumerate(pictures(source, size)):
            frame = Image.blend(picture, cover, _TINT)
            put_on(frame, places, number, pose)
            yield layer.lay_over(frame)

    encode(changed(), size, piece, out, stopped=stopped)


def extended(source: Path, out: Path, piece: Extended, *, stopped: Stopped = lambda: False) -> None:
    """Write the source, fitted into the clip's size, and then the seconds that are added."""
    clip = piece.clip
    added = msgspec.structs.replace(clip, duration=piece.added, scenes=())
    encode(chain(pictures(source, clip.size), draw_frames(added)), clip.size, piece, out, stopped=stopped)


def portrait(character_id: str, out: Path) -> None:
    """Write a square picture of a character, in a landscape of its own, as WebP."""
    picture = draw_backdrop(character_id, 0, (_SIDE, _SIDE))
    figure = draw_figure(figure_of(character_id), round(_SIDE * 0.86), 0)
    picture.paste(figure, ((_SIDE - figure.width) // 2, round(_SIDE * 0.96) - figure.height), figure)
    picture.save(out, "WEBP", quality=_QUALITY, method=4)


def _told(source: Path, *, stopped: Stopped) -> Iterator[Image.Image]:
    """Yield what a video shows once for every tick of our own clips."""
    for picture in pictures(source, size_of(source), rate=RATE):
        if stopped():
            raise RenderStoppedError("The making of a picture was stopped")
        yield picture


def _at(shown: Iterator[Image.Image], number: int) -> Image.Image:
    for index, picture in enumerate(shown):
        if index == number:
            return picture
    raise ValueError("A video without pictures has no thumbnail")


def _newcomers(piece: Edited) -> tuple[str, ...]:
    """Return the characters that the prompt brings in; those of the source are in its pictures already."""
    before = () if isinstance(piece.source, Upload) else clip_behind(piece.source).characters
    return tuple(name for name in mentioned_in(piece.clip.prompt, piece.clip.characters) if name not in before)


def _tint(piece: Edited) -> Colour:
    digest = hashlib.sha256(f"{piece.clip.task_id}\0{piece.clip.prompt}".encode("utf-8", "surrogatepass")).digest()
    return from_hls(digest[0] * 360 / 256, 0.5, 0.85)


def _caption(piece: Edited, size: tuple[int, int]) -> Glass:
    """Return a layer with a frame around the picture and what was asked for at its foot."""
    glass = Glass(size)
    wide = glass.pixels(_FRAME)
    glass.draw.rectangle((0, 0, size[0] - 1, size[1] - 1), outline=(*_tint(piece), 255), width=wide)
    edge, middle = glass.pixels(MARGIN) + wide, glass.height * _CAPTION
    word = "Edited: " if piece.how == "edit" else "Remixed: "
    lines, _ = glass.small.wrap(word + _prompt(piece.clip), size[0] - 4 * edge, 3)
    step = glass.small.size * 1.32
    tall = step * (len(lines) + 1)
    draw: ImageDraw.ImageDraw = glass.draw
    box = (edge, middle - tall / 2, size[0] - edge, middle + tall / 2)
    draw.rounded_rectangle(box, glass.pixels(0.022), fill=PANE)
    for index, line in enumerate(lines):
        glass.small.write(draw, 2 * edge, middle + (index - (len(lines) - 1) / 2) * step, line, TEXT)
    return glass


def _prompt(clip: Clip) -> str:
    return clip.prompt or "–"
