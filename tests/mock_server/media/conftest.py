"""What the tests of this folder share: a small clip to start from, and videos of others."""

from fractions import Fraction

import av
import msgspec
import pytest
from PIL import Image

from sora_mock.media import Clip


@pytest.fixture
def clip_with():
    """Return a function that gives a small clip with some fields changed."""
    small = Clip(task_id="task_0", prompt="A walk", duration=1, resolution="480p")
    return lambda **changes: msgspec.structs.replace(small, **changes)


@pytest.fixture
def video_of(tmp_path):
    """Return a function that makes a video of one colour a frame that is not ours, and gives the file."""

    def make(colours=((200, 0, 0),) * 5, *, name="foreign.mp4", codec="mpeg4", size=(64, 48), rate=5, options=None):
        with av.open(tmp_path / name, "w", options=options or {}) as container:
            stream = container.add_stream(codec, rate=rate)
            stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
            for number, colour in enumerate(colours):
                frame = av.VideoFrame.from_image(Image.new("RGB", size, colour))
                frame.pts, frame.time_base = number, Fraction(1, rate)
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
        return tmp_path / name

    return make
