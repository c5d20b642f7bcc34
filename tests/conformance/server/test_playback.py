"""Whether bytes are a video, and what it is like."""

import io

import av
import pytest

from sora_conformance.server.playback import Unplayable, play


def video(container="mp4", codec="h264", frames=8, height=48):
    file = io.BytesIO()
    with av.open(file, "w", format=container) as out:
        stream = out.add_stream(codec, rate=4)
        stream.width, stream.height, stream.pix_fmt = 64, height, "yuv420p"
        for _ in range(frames):
            out.mux(stream.encode(av.VideoFrame(64, height, "yuv420p")))
        out.mux(stream.encode())
    return file.getvalue()


def test_a_video_is_played_from_end_to_end():
    played = play(video())
    assert (played.length, played.height, played.frames) == (2.0, 48, 8)


@pytest.mark.parametrize("broken", [b"", b"This is no video.\n" * 99, video()[:300]], ids=["empty", "text", "half"])
def test_what_is_no_video_is_told(broken):
    with pytest.raises(Unplayable, match=r"opened as MP4|not a single picture|no pictures"):
        play(broken)


def test_another_container_is_no_mp4():
    with pytest.raises(Unplayable):
        play(video("avi", "mpeg4"))
