import pytest

from sora_mock.media import Scene
from sora_mock.media.scene import clock, shots_of


def test_a_plain_clip_is_one_shot_with_everybody(clip_with):
    (shot,) = shots_of(clip_with(characters=("char_a", "char_b"), prompt="@char_a waits"))
    assert (shot.start, shot.duration, shot.characters, shot.heading) == (0, 1, ("char_a", "char_b"), "")


@pytest.fixture
def storyboard(clip_with):
    scenes = (Scene("@char_b and @char_a meet", 2), Scene("@char_ab alone", 3), Scene("nobody", 1))
    return shots_of(clip_with(duration=6, scenes=scenes, characters=("char_a", "char_b", "char_ab")))


def test_scenes_follow_each_other(storyboard):
    assert [(shot.start, shot.duration) for shot in storyboard] == [(0, 2), (2, 3), (5, 1)]


def test_a_scene_has_those_it_mentions(storyboard):
    assert [shot.characters for shot in storyboard] == [("char_a", "char_b"), ("char_ab",), ()]


def test_a_scene_has_its_number_and_prompt(storyboard):
    assert (storyboard[1].heading, storyboard[1].prompt) == ("Scene 2 of 3", "@char_ab alone")


def test_the_clock_shows_minutes_and_seconds():
    assert clock(3, 60) == "00:03 / 01:00"
