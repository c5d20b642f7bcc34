from fractions import Fraction

import av
import pytest
from av.stream import Disposition
from PIL import Image

from sora_mock.media import Inspection, InspectionError, Scene, inspect
from sora_mock.media.render import render


@pytest.fixture
def rendered(tmp_path):
    """Return a function that renders a clip and gives the file."""

    def make(clip):
        render(clip, tmp_path / "clip.mp4")
        return tmp_path / "clip.mp4"

    return make


@pytest.fixture
def foreign(tmp_path):
    """Return a function that makes a video of 1 second that is not ours."""

    def make(name="foreign.mp4", codec="mpeg4", tags=None):
        with av.open(tmp_path / name, "w") as container:
            container.metadata.update(tags or {})
            stream = container.add_stream(codec, rate=5)
            stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
            for number in range(5):
                frame = av.VideoFrame.from_image(Image.new("RGB", (64, 48), (40 * number, 0, 0)))
                frame.pts, frame.time_base = number, Fraction(1, 5)
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
        return tmp_path / name

    return make


def test_our_own_file_tells_everything(rendered, clip_with):
    path = rendered(clip_with(duration=2, characters=("char_a", "char_b"), seed=-(2**40)))
    assert inspect(path) == Inspection(
        duration_seconds=2.0,
        width=854,
        height=480,
        codec="h264",
        frames=8,
        frame_rate=4.0,
        size_bytes=path.stat().st_size,
        made_by_sora_mock=True,
        task_id="task_0",
        prompt="A walk",
        characters=("char_a", "char_b"),
        seed=-(2**40),
    )


@pytest.mark.parametrize(
    "prompt",
    ["Straße, Ελλάδα, 東京, 🐈‍⬛", 'quotes " and \\ backslashes', "nul \x00 and \x1b controls\r\n", "語" * 32_000, ""],
    ids=["scripts", "quotes", "controls", "32000-characters", "empty"],
)
def test_prompts_come_back_as_they_were(rendered, clip_with, prompt):
    assert inspect(rendered(clip_with(prompt=prompt))).prompt == prompt


def test_a_lone_surrogate_comes_back_replaced(rendered, clip_with):
    assert inspect(rendered(clip_with(prompt="a\ud800b"))).prompt == "a\ufffdb"


def test_a_storyboard_tells_its_prompts_line_by_line(rendered, clip_with):
    scenes = (Scene("first", 1), Scene("second", 1))
    assert inspect(rendered(clip_with(prompt="", duration=2, scenes=scenes))).prompt == "first\nsecond"


@pytest.mark.parametrize(
    ("name", "codec"), [("a.mp4", "mpeg4"), ("a.mov", "libx264"), ("a.avi", "mpeg4"), ("a.mkv", "ffv1")]
)
def test_a_foreign_video_tells_of_itself(foreign, name, codec):
    path = foreign(name, codec)
    found = inspect(path)
    assert (found.frames, found.width, found.height, found.frame_rate) == (5, 64, 48, 5.0)
    assert found.duration_seconds == pytest.approx(1.0)
    assert (found.made_by_sora_mock, found.task_id, found.prompt, found.characters, found.seed) == (
        False,
        None,
        None,
        (),
        None,
    )


@pytest.mark.parametrize(
    "comment",
    ["holiday", "[]", '{"made_by": "somebody"}', '{"made_by": "sora-mock"}', "[" * 100_000, '{"made_by":"\\ud800"}'],
    ids=["text", "list", "other-maker", "no-clip", "deep", "surrogate"],
)
def test_a_foreign_comment_is_not_taken_for_ours(foreign, comment):
    assert not inspect(foreign(tags={"comment": comment})).made_by_sora_mock


def test_a_path_may_be_text(foreign):
    assert inspect(str(foreign())).codec == "mpeg4"


def message_of(path):
    with pytest.raises(InspectionError) as caught:
        inspect(path)
    return str(caught.value)


def test_a_missing_file(tmp_path):
    assert message_of(tmp_path / "none.mp4") == f"{tmp_path}/none.mp4 does not exist."


def test_a_directory(tmp_path):
    assert message_of(tmp_path) == f"{tmp_path} is not a file."


def test_an_impossible_name():
    assert "cannot be read" in message_of("a\x00b")


def test_a_file_that_may_not_be_read(foreign, monkeypatch):
    path = foreign()

    def refuse(*args, **kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(path), "open", refuse)
    assert message_of(path) == f"{path} cannot be read: Permission denied."


@pytest.mark.parametrize("name", ["note.txt", "clip.mp4"])
@pytest.mark.parametrize("data", [b"hello\n" * 100, bytes(range(256)) * 64], ids=["text", "garbage"])
def test_what_is_no_video(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    assert "is not a video file" in message_of(tmp_path / name)


def test_an_empty_file(tmp_path):
    (tmp_path / "clip.mp4").touch()
    assert message_of(tmp_path / "clip.mp4") == f"{tmp_path}/clip.mp4 is empty."


def test_a_picture_is_no_video(tmp_path):
    Image.new("RGB", (64, 48)).save(tmp_path / "picture.png")
    assert "is not a video file" in message_of(tmp_path / "picture.png")


def test_a_playlist_is_no_video_and_not_followed(tmp_path, foreign):
    (tmp_path / "list.m3u8").write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{foreign()}\n#EXT-X-ENDLIST\n")
    assert "is not a video file" in message_of(tmp_path / "list.m3u8")


def test_sound_alone_is_no_video(tmp_path):
    path = tmp_path / "sound.mp4"
    with av.open(path, "w") as container:
        stream = container.add_stream("aac", rate=8000)
        frame = av.AudioFrame(format="fltp", layout="mono", samples=1024)
        frame.planes[0].update(bytes(4096))
        frame.sample_rate, frame.pts = 8000, 0
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    assert message_of(path) == f"{path} has no video in it."


def test_the_cover_of_a_song_is_no_video(tmp_path):
    path = tmp_path / "song.mp4"
    with av.open(path, "w") as container:
        sound = container.add_stream("aac", rate=8000)
        cover = container.add_stream("mjpeg", rate=1)
        cover.width, cover.height, cover.pix_fmt = 64, 48, "yuvj420p"
        cover.disposition = Disposition.attached_pic
        note = av.AudioFrame(format="fltp", layout="mono", samples=1024)
        note.planes[0].update(bytes(4096))
        note.sample_rate, note.pts = 8000, 0
        picture = av.VideoFrame.from_image(Image.new("RGB", (64, 48)))
        picture.pts = 0
        for stream, frame in ((cover, picture), (sound, note)):
            container.mux([*stream.encode(frame), *stream.encode(None)])
    assert message_of(path) == f"{path} has no video in it."


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_file_cut_short(rendered, clip_with, share):
    path = rendered(clip_with(duration=2))
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    assert message_of(path) == f"{path} is cut short: some of its frames are missing."


def test_a_file_cut_in_its_index(rendered, clip_with):
    path = rendered(clip_with())
    path.write_bytes(path.read_bytes()[:200])
    assert message_of(path) == f"{path} has no video in it."
