"""Playback: whether some bytes are a video that can be played, and what it is like.

Owns the opening of videos, which loads PyAV on first use. It must not know where the bytes come from.
"""

import io

import msgspec

CONTAINER = "mp4"


class Played(msgspec.Struct, frozen=True, kw_only=True):
    """A video that was played from end to end: its `length` in seconds, and how many lines it has."""

    length: float
    height: int
    frames: int


class Unplayable(Exception):  # noqa: N818 - what the video is
    """The bytes cannot be played; the words say why."""


def play(video: bytes) -> Played:
    """Decode all frames of a video; raise Unplayable if it is no MP4 or cannot be decoded."""
    import av

    try:
        with av.open(io.BytesIO(video), "r", format=CONTAINER) as container:
            if not container.streams.video:
                raise Unplayable("it has no pictures")
            stream = container.streams.video[0]
            frames = len([frame.pts for frame in container.decode(stream)])
            length = float(stream.duration * stream.time_base) if stream.duration and stream.time_base else 0.0
            length = length or (container.duration or 0) / av.time_base
            height = stream.height
    except (av.FFmpegError, ValueError, OSError) as error:
        raise Unplayable(f"it cannot be opened as MP4 ({type(error).__name__}: {error})") from None
    if not frames:
        raise Unplayable("it has not a single picture")
    return Played(length=length, height=height, frames=frames)
