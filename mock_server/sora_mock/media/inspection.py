"""Inspection: what a video file is, and which clip it shows if it is ours.

Owns the value `Inspection` and the reading of any video file. Loads PyAV only when a file is looked into. Must not
know of rendering, nor how an inspection is printed.
"""

from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

import msgspec

from sora_mock.media.credits import clip_of, origin_of, prompt_of

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream

# Named one by one: FFmpeg also takes pictures, texts and playlists for videos, and follows the links of the last.
_CONTAINERS: Final = "mov,mp4,matroska,webm,avi,mpegts,mpeg,flv,asf,ogg,mxf,ivf,h264,hevc,m4v,mpegvideo,obu,gif"


class InspectionError(Exception):
    """A file cannot be inspected; the message is one sentence that says why."""


class Inspection(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a video file.

    `frames` is how many its video has, `frame_rate` how many of them are shown a second. What follows
    `made_by_sora_mock` is None or empty in a file that is not ours; `origin` too in one that was made of no other. The
    prompts of a storyboard stand one a line.
    """

    duration_seconds: float
    width: int
    height: int
    codec: str
    frames: int
    frame_rate: float
    size_bytes: int
    made_by_sora_mock: bool
    task_id: str | None
    prompt: str | None
    characters: tuple[str, ...]
    seed: int | None
    origin: str | None = None


def inspect(path: Path | str) -> Inspection:
    """Look into a video file of any origin; raise InspectionError if it is not there, not whole or not a video."""
    from av import FFmpegError

    path = Path(path)
    try:
        if path.exists() and not path.is_file():
            raise InspectionError(f"{path} is not a file.")
        if path.stat().st_size == 0:
            raise InspectionError(f"{path} is empty.")
        with path.open("rb") as file:
            return _look_into(file, path)
    except FileNotFoundError as error:
        raise InspectionError(f"{path} does not exist.") from error
    except FFmpegError as error:
        raise InspectionError(f"{path} is not a video file, or a damaged one.") from error
    except (OSError, ValueError) as error:
        raise InspectionError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}.") from error


def _look_into(file: BinaryIO, path: Path) -> Inspection:
    import av

    # Given as an open file, a name can never be taken for an address.
    options = {"format_whitelist": _CONTAINERS}
    with av.open(file, "r", options=options, metadata_errors="replace") as container:
        stream = _picture_stream(container, path)
        duration = _duration(container, stream)
        clip, origin = clip_of(container.metadata), origin_of(container.metadata)
        return Inspection(
            duration_seconds=duration,
            width=stream.codec_context.width,
            height=stream.codec_context.height,
            codec=stream.codec_context.codec.canonical_name,
            frames=_count_frames(container, stream, path),
            frame_rate=float(stream.average_rate or 0),
            size_bytes=path.stat().st_size,
            made_by_sora_mock=clip is not None,
            task_id=clip.task_id if clip else None,
            prompt=prompt_of(clip) if clip else None,
            characters=clip.characters if clip else (),
            seed=clip.seed if clip else None,
            origin=f"{origin.how} of {origin.source}" if origin else None,
        )


def _picture_stream(container: "InputContainer", path: Path) -> "VideoStream":
    from av.stream import Disposition

    for stream in container.streams.video:
        # The cover of a song is a video too, of one frame.
        if not stream.disposition & Disposition.attached_pic and stream.codec_context is not None:
            return stream
    raise InspectionError(f"{path} has no video in it.")


def _duration(container: "InputContainer", stream: "VideoStream") -> float:
    """Return the length in seconds; some kinds of file tell that of the whole only."""
    if stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    return (container.duration or 0) / 1_000_000


def _count_frames(container: "InputContainer", stream: "VideoStream", path: Path) -> int:
    """Return how many frames there are, which not every kind of file says and one cut short says wrongly."""
    frames, end, corrupt = 0, 0, False
    for packet in container.demux(stream):
        if packet.size:
            frames += not packet.is_discard
            end = max(end, (packet.pts or 0) + (packet.duration or 0))
            corrupt = corrupt or packet.is_corrupt
    promised = (stream.start_time or 0) + (stream.duration or 0)
    if frames == 0 or corrupt or end < promised - _slack(stream):
        raise InspectionError(f"{path} is cut short: some of its frames are missing.")
    return frames


def _slack(stream: "VideoStream") -> int:
    """Return how much earlier than promised a whole video may end, in units of the stream: one frame."""
    return round(1 / stream.average_rate / stream.time_base) if stream.average_rate and stream.time_base else 0
