import os
import subprocess
import sys

import av
import pytest

from sora_mock.media import Scene
from sora_mock.media.figure import figure_of
from sora_mock.media.render import RenderStoppedError, render


@pytest.fixture
def rendered(tmp_path):
    """Return a function that renders a clip and gives the file."""

    def make(clip, name="clip.mp4"):
        render(clip, tmp_path / name)
        return tmp_path / name

    return make


@pytest.mark.parametrize(
    ("resolution", "size"),
    [("480p", (854, 480)), ("720p", (1280, 720)), ("1080p", (1920, 1080)), ("720x1280", (720, 1280))],
)
def test_every_resolution_has_its_size(rendered, clip_with, resolution, size):
    with av.open(rendered(clip_with(resolution=resolution))) as video:
        frame = next(video.decode(video=0))
    assert (frame.width, frame.height) == size


@pytest.mark.parametrize("seconds", [1, 2, 7])
def test_the_length_is_exact(rendered, clip_with, seconds):
    with av.open(rendered(clip_with(duration=seconds))) as video:
        stream = video.streams.video[0]
        assert (video.duration / av.time_base, stream.duration * stream.time_base) == (seconds, seconds)


def test_every_frame_decodes(rendered, clip_with):
    with av.open(rendered(clip_with(duration=3))) as video:
        stamps = [frame.time for frame in video.decode(video=0)]
    assert stamps == [number / 4 for number in range(12)]


def test_the_video_is_h264_that_every_player_knows(rendered, clip_with):
    with av.open(rendered(clip_with())) as video:
        context = video.streams.video[0].codec_context
        assert (context.name, context.pix_fmt) == ("h264", "yuv420p")


def test_the_index_comes_first(rendered, clip_with):
    data = rendered(clip_with()).read_bytes()
    assert 0 < data.index(b"moov") < data.index(b"mdat")


def test_the_same_clip_gives_the_same_bytes(rendered, clip_with):
    clip = clip_with(characters=("char_1",))
    assert rendered(clip, "one.mp4").read_bytes() == rendered(clip, "two.mp4").read_bytes()


@pytest.mark.parametrize("environment", [{"PYTHONHASHSEED": "7"}, {"MALLOC_PERTURB_": "1"}], ids=["hash", "malloc"])
def test_another_process_gives_the_same_bytes(rendered, clip_with, tmp_path, environment):
    """Whatever the order of its sets, and whatever is in memory that nobody has written to (glibc fills it)."""
    here = rendered(clip_with(characters=("char_1",)))
    program = (
        "from pathlib import Path; from sora_mock.media import Clip; from sora_mock.media.render import render;"
        "render(Clip('task_0', 'A walk', 1, '480p', ('char_1',)), Path('there.mp4'))"
    )
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, env={**os.environ, **environment}, check=True)
    assert here.read_bytes() == (tmp_path / "there.mp4").read_bytes()


def test_another_seed_gives_other_bytes(rendered, clip_with):
    assert rendered(clip_with(seed=1), "one.mp4").read_bytes() != rendered(clip_with(seed=2), "two.mp4").read_bytes()


def test_figures_keep_their_colours_in_the_video(rendered, clip_with):
    with av.open(rendered(clip_with(characters=("char_10",)))) as video:
        picture = next(video.decode(video=0)).to_image()
    shares = [share_near(picture, figure_of(name).main) for name in ("char_10", "char_2")]
    assert shares[0] > 0.01
    assert shares[1] < 0.0005


def test_tags_name_the_clip(rendered, clip_with):
    with av.open(rendered(clip_with(prompt="Ein Spaziergang – 散步"))) as video:
        told = {name: video.metadata[name] for name in ("title", "artist", "description")}
    assert told == {"title": "task_0", "artist": "sora-mock", "description": "Ein Spaziergang – 散步"}


@pytest.mark.parametrize("prompt", ["\x00", "\ud800", "\x1b[0m\r\n", ""], ids=["nul", "surrogate", "controls", "empty"])
def test_hostile_prompts_are_rendered(rendered, clip_with, prompt):
    assert rendered(clip_with(prompt=prompt, task_id=prompt)).stat().st_size > 0


def test_a_storyboard_is_rendered_scene_by_scene(rendered, clip_with):
    names = ("char_10", "char_2")
    scenes = tuple(Scene(f"@{name}", 1) for name in names)
    with av.open(rendered(clip_with(duration=2, scenes=scenes, characters=names))) as video:
        pictures = [frame.to_image() for frame in video.decode(video=0)]
    seen = [[share_near(pictures[at], figure_of(name).main) > 0.005 for name in names] for at in (0, 4)]
    assert seen == [[True, False], [False, True]]


def test_a_render_can_be_stopped(clip_with, tmp_path):
    answers = iter([False, False, True])
    with pytest.raises(RenderStoppedError, match="task_0"):
        render(clip_with(), tmp_path / "clip.mp4", stopped=lambda: next(answers))


def test_a_folder_of_any_name_will_do(clip_with, tmp_path):
    folder = tmp_path / "a:b %d ü"
    folder.mkdir()
    render(clip_with(), folder / "clip.mp4")
    assert (folder / "clip.mp4").exists()


def share_near(picture, colour):
    """Return which part of a picture has a colour, but for what encoding does to it."""
    near = sum(
        count
        for count, pixel in picture.getcolors(1 << 20)
        if max(abs(a - b) for a, b in zip(pixel, colour, strict=True)) <= 12
    )
    return near / (picture.width * picture.height)
