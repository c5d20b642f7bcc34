import subprocess
import sys

import av
import pytest

from sora_mock.media import Uploaded, UploadError, look_into_upload
from sora_mock.media.render import render


@pytest.mark.parametrize(
    ("name", "codec", "container", "told"),
    [
        ("a.mp4", "libx264", "mp4", "h264"),
        ("a.mov", "mpeg4", "mov", "mpeg4"),
        ("a.webm", "libvpx", "webm", "vp8"),
    ],
)
def test_a_video_tells_what_it_is(video_of, name, codec, container, told):
    path = video_of(name=name, codec=codec)
    found = Uploaded(seconds=1.0, width=64, height=48, container=container, codec=told, frames=5)
    assert look_into_upload(path) == found
    assert look_into_upload(path.read_bytes()) == found


def test_a_clip_of_our_own_tells_its_characters(clip_with, tmp_path):
    render(clip_with(characters=("char_a", "char_b")), tmp_path / "own.mp4")
    assert look_into_upload(tmp_path / "own.mp4").characters == ("char_a", "char_b")


def test_the_length_is_that_of_the_frames_whatever_the_header_says(video_of):
    data = bytearray(video_of().read_bytes())
    for kind, at in ((b"mvhd", 20), (b"mdhd", 20), (b"tkhd", 24)):
        place = data.index(kind) + at
        data[place : place + 4] = (10**6).to_bytes(4, "big")
    assert look_into_upload(bytes(data)).seconds == 1.0


def refusal(content):
    with pytest.raises(UploadError) as caught:
        look_into_upload(content)
    return str(caught.value)


@pytest.mark.parametrize(
    "content",
    [b"\x00" * 1_000, bytes(range(256)) * 40, b"PK\x03\x04" + bytes(2_000), b"#EXTM3U\nhttp://127.0.0.1:9/a.mp4", b"x"],
    ids=["zeros", "bytes", "zip", "playlist", "one"],
)
def test_what_is_no_video_is_refused(content):
    assert refusal(content) == "expected an MP4, MOV or WebM video, found another kind of file"


def test_an_empty_file_is_refused():
    assert refusal(b"") == "expected a video, found an empty file"


def test_a_file_that_is_not_there_is_refused(tmp_path):
    assert "none or is damaged" in refusal(tmp_path / "none.mp4")


@pytest.mark.parametrize("name", ["a.mkv", "a.avi"])
def test_other_containers_are_refused(video_of, name):
    assert "another kind of file" in refusal(video_of(name=name))


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9])
@pytest.mark.parametrize("options", [{}, {"movflags": "+faststart"}], ids=["index-last", "index-first"])
def test_a_video_cut_short_is_refused(video_of, share, options):
    colours = [(40 * number % 256, 90 * number % 256, 0) for number in range(40)]
    data = video_of(colours, options=options).read_bytes()
    assert "found" in refusal(data[: int(len(data) * share)])


def test_damaged_frames_are_refused(video_of):
    data = video_of(codec="libx264", options={"movflags": "+faststart"}).read_bytes()
    start = data.index(b"mdat") + 4
    assert "found" in refusal(data[:start] + bytes(len(data) - start))


def test_sound_alone_is_refused(tmp_path):
    with av.open(tmp_path / "a.mp4", "w") as container:
        sound = container.add_stream("aac", rate=8000, layout="mono")
        note = av.AudioFrame(format="fltp", layout="mono", samples=1024)
        note.planes[0].update(bytes(4096))
        note.sample_rate, note.pts = 8000, 0
        container.mux([*sound.encode(note), *sound.encode(None)])
    assert refusal(tmp_path / "a.mp4") == "expected a video, found a file without any picture"


def test_a_picture_with_a_side_too_long_is_refused(video_of):
    assert "at most 4096 pixels a side, found 4100x64" in refusal(video_of(((0, 0, 0),), size=(4100, 64)))


def test_claims_of_endless_frames_are_refused_before_room_is_made_for_them(video_of):
    data = bytearray(video_of().read_bytes())
    place = data.index(b"stsz") + 12
    data[place - 4 : place + 4] = b"\0\0\0\1" + (150_000_000).to_bytes(4, "big")
    assert "at most 1000000 samples" in refusal(bytes(data))


def test_too_many_frames_are_refused(video_of, monkeypatch):
    monkeypatch.setattr("sora_mock.media.uploads.MOST_FRAMES", 4)
    assert refusal(video_of()) == "expected at most 4 frames, found more"


def test_a_video_that_takes_too_long_to_decode_is_given_up(video_of, monkeypatch):
    monkeypatch.setattr("sora_mock.media.uploads.SECONDS", -1.0)
    assert "takes longer" in refusal(video_of())


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads how much memory was used from /proc")
def test_the_largest_picture_takes_a_bounded_amount_of_memory(video_of):
    path = video_of(((0, 0, 0),), size=(4096, 4096))
    program = (
        "import sys; from pathlib import Path; from sora_mock.media import look_into_upload;"
        "look_into_upload(Path(sys.argv[1])); print(Path('/proc/self/status').read_text())"
    )
    done = subprocess.run([sys.executable, "-c", program, path], capture_output=True, check=True, timeout=30)
    used = next(line.split()[1] for line in done.stdout.splitlines() if line.startswith(b"VmHWM"))
    assert int(used) < 250_000  # KiB
