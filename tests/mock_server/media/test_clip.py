import pytest

from sora_mock.media import Clip, Scene


@pytest.mark.parametrize("duration", [0, 121])
def test_duration_is_1_to_120_seconds(duration):
    with pytest.raises(ValueError, match="1 to 120 seconds"):
        Clip("task_0", "", duration, "480p")


def test_resolution_must_be_known():
    with pytest.raises(ValueError, match="Unknown resolution '4k'"):
        Clip("task_0", "", 1, "4k")


@pytest.mark.parametrize("size", [(720, 1280), (1280, 720), (1024, 1792), (1792, 1024), (1080, 1920), (16, 4096)])
def test_a_resolution_may_be_any_size_in_even_numbers(size):
    assert Clip("task_0", "", 1, f"{size[0]}x{size[1]}").size == size


@pytest.mark.parametrize("resolution", ["721x1280", "720x14", "4098x720", "720x0720", "720X1280", "720x1280 ", "x", ""])
def test_other_sizes_are_refused(resolution):
    with pytest.raises(ValueError, match="sizes of 16 to 4096 pixels in even numbers"):
        Clip("task_0", "", 1, resolution)


def test_scenes_must_add_up():
    with pytest.raises(ValueError, match="add up"):
        Clip("task_0", "", 3, "480p", scenes=(Scene("a", 1), Scene("b", 1)))


def test_scene_must_last():
    with pytest.raises(ValueError, match="each of its scenes"):
        Clip("task_0", "", 1, "480p", scenes=(Scene("a", 1), Scene("b", 0)))


def test_equal_clips_have_one_digest(clip_with):
    assert clip_with(prompt="same").digest == clip_with(prompt="same").digest


def test_every_field_changes_the_digest(clip_with):
    clips = [
        clip_with(),
        clip_with(task_id="task_1"),
        clip_with(prompt="A run"),
        clip_with(duration=2),
        clip_with(resolution="720p"),
        clip_with(characters=("a", "b")),
        clip_with(characters=("a, b",)),
        clip_with(seed=1),
        clip_with(scenes=(Scene("a", 1),)),
    ]
    assert len({clip.digest for clip in clips}) == len(clips)


def test_a_surrogate_pair_is_not_the_character_it_stands_for(clip_with):
    assert clip_with(prompt="\ud83d\ude00").digest != clip_with(prompt="\U0001f600").digest
