"""Footage: what a video file shows, opened within bounds and read picture by picture.

Owns the opening of files that anybody may have sent, and their reading at the pace of our own clips. Must not know
what is made of the pictures.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final, TypeAlias

import av
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream
from PIL import Image, ImageOps

from sora_mock.media.clip import LARGEST, even
from sora_mock.media.frames import RATE

Source: TypeAlias = Path | BinaryIO

CONTAINERS: Final = "mov,mp4,matroska,webm"
LONGEST: Final = 600
"""The most seconds that are read of a file."""

_MAX_PIXELS: Final = str(LARGEST * LARGEST)
_OPTIONS: Final = {"format_whitelist": CONTAINERS, "max_pixels": _MAX_PIXELS, "max_streams": "20"}


@contextmanager
def opened(file: BinaryIO) -> Iterator[tuple[InputContainer, VideoStream | None]]:
    """Open a video file, and tell which of its streams is the picture; raise FFmpegError when it is none."""
    file.seek(0)
    # Given as an open file, a name can never be taken for an address.
    with av.open(file, "r", options=_OPTIONS, metadata_errors="replace") as container:
        for stream in container.streams.video:
            if not stream.disposition & Disposition.attached_pic and stream.codec_context is not None:
                stream.codec_context.options = {"max_pixels": _MAX_PIXELS}
                stream.codec_context.thread_count = 1
                yield container, stream
                return
        yield container, None


def picture_of(frame: av.VideoFrame) -> Image.Image:
    """Return a frame as it is to be seen: upright."""
    picture: Image.Image = frame.to_image()  # type: ignore[no-untyped-call]
    return picture.rotate(frame.rotation, expand=True) if frame.rotation % 360 else picture


def size_of(path: Path) -> tuple[int, int]:
    """Return the size in pixels that a file's pictures have, in even numbers."""
    with path.open("rb") as file:
        first = next(_frames(file), None)
    if first is None:
        raise ValueError("A video without pictures has no size")
    width, height = picture_of(first).size
    return even(width), even(height)


def pictures(path: Path, size: tuple[int, int], *, rate: float = RATE) -> Iterator[Image.Image]:
    """Yield what a file shows at every moment, `rate` a second, as RGB pictures fitted into a size."""
    with path.open("rb") as file:
        shown: av.VideoFrame | None = None
        begun, tick, end = 0.0, 0, 0.0
        for frame in _frames(file):
            at = frame.time or 0.0
            if shown is None:
                begun = at
            else:
                # What is shown last before a tick is what is shown at it.
                ticks = range(tick, min(_ticks(at - begun, rate), LONGEST * round(rate)))
                if ticks:
                    picture = _fitted(picture_of(shown), size)
                    for _ in ticks:
                        yield picture.copy()
                    tick = ticks.stop
            shown, end = frame, at + _lasting(frame)
        if shown is not None:
            picture = _fitted(picture_of(shown), size)
            for _ in range(tick, max(tick + (tick == 0), min(_ticks(end - begun, rate), LONGEST * round(rate)))):
                yield picture.copy()


def _frames(file: BinaryIO) -> Iterator[av.VideoFrame]:
    with opened(file) as (container, stream):
        if stream is not None:
            yield from container.decode(stream)


def _ticks(seconds: float, rate: float) -> int:
    """Return how many ticks there are before a moment; a hair's breadth of rounding does not make one more."""
    return max(0, -int(-(seconds * rate - 1e-6) // 1))


def _lasting(frame: av.VideoFrame) -> float:
    return float(frame.duration * frame.time_base) if frame.duration and frame.time_base else 1 / RATE


def _fitted(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    return picture if picture.size == size else ImageOps.pad(picture, size)
