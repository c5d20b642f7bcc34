import msgspec
import pytest

from sora_mock.media import Scene
from sora_mock.media.credits import clip_of, tags_of


def test_a_clip_comes_back_whole(clip_with):
    clip = clip_with(duration=2, seed=7, characters=("char_a",), scenes=(Scene("@char_a", 1), Scene("東京 🐈", 1)))
    assert clip_of(tags_of(clip)) == clip


def test_tags_are_plain_text_of_bounded_length(clip_with):
    tags = tags_of(clip_with(task_id="task\x00", prompt="line\n" * 6_400))
    assert tags["title"] == "task "
    assert tags["description"] == "line " * 50


def test_tags_can_be_written_as_utf_8(clip_with):
    clip = clip_with(task_id="\ud800", prompt="\udfff", characters=("\udc00",))
    assert all(text.encode() for text in tags_of(clip).values())


def test_the_comment_is_json(clip_with):
    assert msgspec.json.decode(tags_of(clip_with())["comment"])["clip"]["prompt"] == "A walk"


@pytest.mark.parametrize("clip", ["{}", '{"task_id":"t","prompt":"p","duration":0,"resolution":"480p"}'])
def test_a_comment_with_no_valid_clip_is_not_ours(clip):
    assert clip_of({"comment": f'{{"made_by":"sora-mock","clip":{clip}}}'}) is None


def test_a_file_without_comment_is_not_ours():
    assert clip_of({}) is None
