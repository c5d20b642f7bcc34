import io

import pytest
from PIL import Image

from sora_conformance.server.footage import FOOTAGE, LONG_TEXTS, footage, media_type
from sora_conformance.server.playback import Unplayable, play


@pytest.mark.parametrize(
    ("name", "seconds", "lines"),
    [("clip.mp4", 3, 720), ("clip-short.mp4", 1, 720), ("clip-tall.mp4", 3, 1280), ("clip-narrow.mp4", 3, 960)],
)
def test_a_clip_is_as_long_and_large_as_its_name_says(name, seconds, lines):
    found = play(footage(name))
    assert (found.length, found.height) == (pytest.approx(seconds), lines)
    assert len(footage(name)) < 60_000


@pytest.mark.parametrize("name", ["truncated.mp4", "words.mp4", "empty.mp4"])
def test_what_is_broken_cannot_be_played(name):
    with pytest.raises(Unplayable):
        play(footage(name))


@pytest.mark.parametrize(("name", "form"), [("picture.png", "PNG"), ("picture.jpg", "JPEG"), ("picture.webp", "WEBP")])
def test_a_picture_is_what_its_name_says(name, form):
    picture = Image.open(io.BytesIO(footage(name)))
    assert (picture.format, picture.size) == (form, (720, 1280))


def test_every_file_has_a_media_type():
    assert all("/" in media_type(name) for name in FOOTAGE)


def test_long_texts_are_one_too_long_or_just_right():
    assert len(LONG_TEXTS["longest_prompt"]()) == 32_000
    assert len(LONG_TEXTS["longest_prompt_in_bytes"]()) == 32_000
    assert len(LONG_TEXTS["longest_prompt_in_bytes"]().encode()) > 32_000
    assert len(LONG_TEXTS["too_long_prompt"]()) == 32_001
