"""The characters that a prompt names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_mock.engine.mentions import mentioned

IDS = st.from_regex(r"char_[0-9a-f]{4}", fullmatch=True)
WORDS = st.text(st.characters(exclude_characters="@_", exclude_categories=["Cs"]), max_size=8)


@given(st.lists(st.tuples(WORDS, IDS)))
def test_mentions_are_found_anywhere_once_each_in_order(parts):
    prompt = "".join(f"{word} @{name} " for word, name in parts)
    assert mentioned([prompt]) == tuple(dict.fromkeys(name for _, name in parts))


@pytest.mark.parametrize("prompt", ["", "@", "@home", "@char_", "char_abc", "@Char_abc", "@ char_abc"])
def test_other_words_are_text(prompt):
    assert mentioned([prompt]) == ()


@pytest.mark.parametrize(
    "prompt", ["(@char_a1)", "@char_a1's hat", "@char_a1, running", "走@char_a1走", "x@char_a1", "@@char_a1"]
)
def test_a_mention_ends_where_the_id_ends(prompt):
    assert mentioned([prompt]) == ("char_a1",)


def test_the_mentions_of_several_scenes_are_taken_together():
    assert mentioned(["@char_b meets @char_a", "@char_a leaves @char_c"]) == ("char_b", "char_a", "char_c")
