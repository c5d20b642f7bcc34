"""Uploads: files that somebody sent, looked into before they are believed.

Owns what a source video or a reference picture must be to be usable at all, within bounds of memory and time. Loads
PyAV and Pillow only when a file is looked into. Must not know of requests and rules.
"""

import time
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

import msgspec

from sora_mock.media.boxes import claimed_samples, is_boxed, is_quicktime
from sora_mock.media.clip import LARGEST
from sora_mock.media.credits import clip_of

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream

MOST_FRAMES: Final = 20_000
SECONDS: Final = 20.0
"""How long a video may take to be looked into."""

_MOST_SAMPLES: Final = 1_000_000  # of all streams: each costs the demuxer 24 bytes or more
_SLACK: Final = 0.5  # seconds that a video may end before it says, or a tenth of it
_AT_END: Final = 0.1


class UploadError(Exception):
    """A file cannot be used; the message says what was expected and what was found."""


class Uploaded(msgspec.Struct, frozen=True, kw_only=True):
    """What a video file really is.

    `seconds` is how long its frames last, whatever the file says; `width` and `height` are those of the upright
    picture. `container` is mp4, mov or webm, `codec` the name of the codec. `characters` are those of a clip that the
    mock itself has made.
    """

    seconds: float
    width: int
    height: int
    container: str
    codec: str
    frames: int
    characters: tuple[str, ...] = ()


def look_into_upload(content: Path | bytes) -> Uploaded:
    """Return what a video file is; raise UploadError when it is no MP4, MOV or WebM that can be played to its end.

    It takes up to 20 seconds, so it is best done in a thread.
    """
    from av import FFmpegError

    try:
        with _opened(content) as file:
            return _look_into(file, file.seek(0, 2))
    except (FFmpegError, OSError, ValueError, OverflowError, MemoryError) as error:
        raise UploadError("expected an MP4, MOV or WebM video, found a file that is none or is damaged") from error


def _opened(content: Path | bytes) -> BinaryIO:
    return BytesIO(content) if isinstance(content, bytes) else content.open("rb")


def _look_into(file: BinaryIO, size: int) -> Uploaded:
    from sora_mock.media.footage import opened

    if size == 0:
        raise UploadError("expected a video, found an empty file")
    kind = _container(file, size)
    with opened(file) as (container, stream):
        if stream is None:
            raise UploadError("expected a video, found a file without any picture")
        _check_size(stream.codec_context.width, stream.codec_context.height)
        frames, seconds = _measure(container, stream)
        width, height = _play(container, stream)
        clip = clip_of(container.metadata)
        return Uploaded(
            seconds=seconds,
            width=width,
            height=height,
            container=kind,
            codec=stream.codec_context.codec.canonical_name,
            frames=frames,
            characters=clip.characters if clip else (),
        )


def _container(file: BinaryIO, size: int) -> str:
    if is_boxed(file):
        if claimed_samples(file, size) > _MOST_SAMPLES:
            raise UploadError(f"expected at most {_MOST_SAMPLES} samples, found a file that claims more")
        return "mov" if is_quicktime(file) else "mp4"
    file.seek(0)
    head = file.read(64)
    if head.startswith(b"\x1a\x45\xdf\xa3") and b"webm" in head:
        return "webm"
    raise UploadError("expected an MP4, MOV or WebM video, found another kind of file")


def _check_size(width: int, height: int) -> None:
    if not (0 < width <= LARGEST and 0 < height <= LARGEST):
        raise UploadError(f"expected a picture of at most {LARGEST} pixels a side, found {width}x{height}")


def _measure(container: "InputContainer", stream: "VideoStream") -> tuple[int, float]:
    """Return how many frames there are and how many seconds they last, and compare that with what the file says."""
    frames, start, end = 0, None, 0
    for packet in container.demux(stream):
        if not packet.size:
            continue
        frames += not packet.is_discard
        if frames > MOST_FRAMES:
            raise UploadError(f"expected at most {MOST_FRAMES} frames, found more")
        if packet.is_corrupt:
            raise UploadError("expected a whole video, found one that is cut short")
        at = packet.dts if packet.pts is None else packet.pts
        if at is not None:
            start = at if start is None else min(start, at)
            end = max(end, at + (packet.duration or 0))
    if not frames or start is None or stream.time_base is None:
        raise UploadError("expected a video, found one without frames")
    seconds = float((end - start) * stream.time_base)
    # WebM tells the length of the whole only, which sound may make longer.
    told = float(stream.duration * stream.time_base) if stream.duration is not None else seconds
    if frames < stream.frames or seconds < told - max(_SLACK, told * _AT_END):
        raise UploadError(f"expected {told:g} seconds as the file says, found {seconds:g}: it is cut short")
    if seconds <= 0:
        raise UploadError("expected a video that lasts, found one of no length")
    return frames, seconds


def _play(container: "InputContainer", stream: "VideoStream") -> tuple[int, int]:
    """Decode the first and the last frame, the one over whatever lies in between; return the size of the picture."""
    limit = time.monotonic() + SECONDS
    container.seek(stream.start_time or 0, stream=stream)
    frame = next(iter(container.decode(stream)), None)
    if frame is None:
        raise UploadError("expected frames that can be decoded, found none")
    _check_size(frame.width, frame.height)
    size = (frame.height, frame.width) if frame.rotation % 180 else (frame.width, frame.height)
    container.seek((stream.start_time or 0) + (stream.duration or 0), stream=stream, backward=True)
    last = 0
    for frame in container.decode(stream):
        last += 1
        if frame.is_corrupt:
            raise UploadError("expected a whole video, found a damaged frame at its end")
        if time.monotonic() > limit:
            raise UploadError(f"expected a video that decodes in {SECONDS:g} seconds, found one that takes longer")
    if not last:
        raise UploadError("expected a whole video, found one whose end cannot be decoded")
    return size
