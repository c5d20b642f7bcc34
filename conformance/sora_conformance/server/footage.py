"""Footage: the small files that a run uploads, made when first asked for.

Owns what each file is like. It must not know where it is sent; nothing is fetched, and nothing is kept on disk.
"""

import base64
import io
from collections.abc import Callable
from functools import cache, partial
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    import av

RATE = 4
"""Pictures a second: enough to be a video."""

_QUICK = {"h264": {"preset": "ultrafast"}, "vp8": {"deadline": "realtime", "cpu-used": "8"}}
"""What makes each encoder hurry."""

_GROUND, _FIGURE = (24, 28, 40), (236, 200, 160)

TYPES = {
    "mp4": "video/mp4",
    "webm": "video/webm",
    "png": "image/png",
    "jpg": "image/jpeg",
    "webp": "image/webp",
    "gif": "image/gif",
    "txt": "text/plain",
}
"""What each kind of file is declared as."""


@cache
def clip(width: int, height: int, seconds: float, container: str = "mp4", codec: str = "h264") -> bytes:
    """Return a video in which a light figure walks over a dark ground; it is made once a process."""
    import av  # here, because most runs upload nothing
    from PIL import Image, ImageDraw

    file, frames = io.BytesIO(), round(seconds * RATE)
    with av.open(file, "w", format=container) as target:
        stream = cast("av.VideoStream", target.add_stream(codec, rate=RATE, options=_QUICK[codec]))
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for number in range(frames):
            picture = Image.new("RGB", (width, height), _GROUND)
            left = int(width * 0.9 * number / frames)
            ImageDraw.Draw(picture).rectangle((left, height // 4, left + width // 16, height * 3 // 4), fill=_FIGURE)
            frame: av.VideoFrame = av.VideoFrame.from_image(picture)  # type: ignore[no-untyped-call]
            target.mux(stream.encode(frame))
        target.mux(stream.encode())
    return file.getvalue()


@cache
def picture(width: int, height: int, form: str) -> bytes:
    """Return a picture of one colour, as `form` names it: JPEG, PNG, WEBP or GIF."""
    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", (width, height), _FIGURE).save(file, form)
    return file.getvalue()


def _truncated() -> bytes:
    return clip(1280, 720, 3)[:900]


_MAKERS: dict[str, Callable[[], bytes]] = {
    "clip.mp4": partial(clip, 1280, 720, 3),
    "clip-2s.mp4": partial(clip, 1280, 720, 2),
    "clip-4s.mp4": partial(clip, 1280, 720, 4),
    "clip-tall.mp4": partial(clip, 720, 1280, 3),
    "clip-1080.mp4": partial(clip, 1920, 1080, 2),
    "clip-short.mp4": partial(clip, 1280, 720, 1),
    "clip-long.mp4": partial(clip, 1280, 720, 6),
    "clip-small.mp4": partial(clip, 640, 360, 3),
    "clip-narrow.mp4": partial(clip, 540, 960, 3),
    "clip-large.mp4": partial(clip, 2560, 1440, 2),
    "clip-4to3.mp4": partial(clip, 960, 720, 3),
    "clip-8to3.mp4": partial(clip, 1920, 720, 2),
    "clip-3to1.mp4": partial(clip, 2160, 720, 2),
    "clip-1to3.mp4": partial(clip, 720, 2160, 2),
    "clip-webm.webm": partial(clip, 1280, 720, 2, "webm", "vp8"),
    "truncated.mp4": _truncated,
    "words.mp4": lambda: b"These are words, and no video.\n" * 8,
    "empty.mp4": lambda: b"",
    "words.txt": lambda: b"Rain on a tin roof",
    "picture.png": partial(picture, 720, 1280, "PNG"),
    "picture.jpg": partial(picture, 720, 1280, "JPEG"),
    "picture.webp": partial(picture, 720, 1280, "WEBP"),
    "picture.gif": partial(picture, 720, 1280, "GIF"),
    "picture-wide.png": partial(picture, 1280, 720, "PNG"),
    "words.png": lambda: b"\x89PNG\r\n\x1a\n" + b"and then words",
}

FOOTAGE = tuple(_MAKERS)
"""The names of the files that there are."""


LONGEST_PROMPT = 32_000
LONGEST_DATA_URL = 20_971_520


def _data_url() -> str:
    return "data:image/png;base64," + base64.b64encode(picture(720, 1280, "PNG")).decode()


LONG_TEXTS: dict[str, Callable[[], str]] = {
    "longest_prompt": lambda: "r" * LONGEST_PROMPT,
    "longest_prompt_in_bytes": lambda: "ü" * LONGEST_PROMPT,
    "too_long_prompt": lambda: "r" * (LONGEST_PROMPT + 1),
    "picture_data_url": _data_url,
    "too_long_data_url": lambda: "data:image/png;base64,".ljust(LONGEST_DATA_URL + 4, "A"),
}
"""Texts that are too long to stand in a table, by name."""


def footage(name: str) -> bytes:
    """Return the bytes of a file; raise KeyError for a name that is none of `FOOTAGE`."""
    return _MAKERS[name]()


def media_type(name: str) -> str:
    """Return what a file is declared as, by the end of its name."""
    return TYPES[name.rpartition(".")[2]]
