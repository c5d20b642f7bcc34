"""Rendering: a clip made into an MP4 file.

Owns the encoder's settings and the container. The same clip gives the same bytes: one thread, fixed settings, no time
of day. Must not know what the frames show, nor where finished files are kept.
"""

from collections.abc import Callable, Iterable
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc, VideoReformatter
from av.video.stream import VideoStream
from PIL import Image

from sora_mock.media.clip import Clip
from sora_mock.media.credits import Made, clip_behind, tags_of
from sora_mock.media.frames import RATE, draw_frames

_ENCODER: Final = {
    "preset": "veryfast",
    "crf": "26",
    "threads": "1",
    # Macroblock trees in plain C: x264's code for AVX-512 lets memory that nobody has written to sway them at 480p, and
    # the codes for other processors round otherwise.
    "x264-params": "cpu-independent=1",
    "bf": "0",  # no reordering: presentation starts at 0 and no edit list is needed
    "g": str(5 * RATE),  # a player can start every 5 seconds
}
_MUXER: Final = {"movflags": "+faststart", "fflags": "+bitexact"}


class RenderStoppedError(Exception):
    """The render was told to stop before its end."""


def render(clip: Clip, path: Path, *, stopped: Callable[[], bool] = lambda: False) -> None:
    """Write a clip to `path` as H.264 in an MP4 file that can be played while it is still arriving.

    `stopped` is asked before each frame; when it says yes, RenderStoppedError is raised. Whatever is raised, an
    incomplete file may be left behind.
    """
    encode(draw_frames(clip), clip.size, clip, path, stopped=stopped)


def encode(
    pictures: Iterable[Image.Image],
    size: tuple[int, int],
    video: Made,
    path: Path,
    *,
    stopped: Callable[[], bool] = lambda: False,
) -> None:
    """Write pictures of a size, `RATE` a second, to `path`, with the tags of the video that they are; like `render`."""
    with av.open(path.absolute(), "w", format="mp4", options=_MUXER) as container:
        container.metadata.update(tags_of(video))
        stream = _add_stream(container.add_stream("libx264", rate=RATE, options=_ENCODER), size)
        reformatter = VideoReformatter()
        for number, picture in enumerate(pictures):
            if stopped():
                raise RenderStoppedError(f"The render of {clip_behind(video).task_id} was stopped")
            drawn: av.VideoFrame = av.VideoFrame.from_image(picture)  # type: ignore[no-untyped-call]
            frame = reformatter.reformat(drawn, format="yuv420p", dst_colorspace=Colorspace.ITU709, threads=1)
            frame.pts, frame.duration, frame.time_base = number, 1, Fraction(1, RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _add_stream(stream: VideoStream, size: tuple[int, int]) -> VideoStream:
    """Set a new stream to a size in pixels and to the colours of HD television."""
    stream.width, stream.height = size
    stream.pix_fmt = "yuv420p"
    context = stream.codec_context
    context.thread_count = 1
    context.colorspace = Colorspace.ITU709
    context.color_primaries = ColorPrimaries.BT709
    context.color_trc = ColorTrc.BT709
    context.color_range = ColorRange.MPEG
    return stream
