"""Ids and chances."""

from hypothesis import given
from hypothesis import strategies as st

from sora_mock.engine import ids

SEEDS = st.integers(0, 2**63 - 1)


def test_ids_are_the_same_on_every_machine():
    assert ids.character_id(0, "alice", 1) == "char_b36965ee223c7c1359b73360"
    assert ids.video_id(0, "alice", 1) == "video_86baa77327d2a2194fd6a31474e0b86d8842d399cd6f2e6a"


@given(SEEDS, st.text(), st.integers(0))
def test_ids_have_the_form_that_mentions_read(seed, account, count):
    assert ids.character_id(seed, account, count).removeprefix("char_").isalnum()
    assert ids.task_id(seed, account, count).removeprefix("task_").isalnum()


@given(SEEDS, st.text(), st.integers(0), st.text())
def test_a_draw_is_a_chance(seed, account, count, purpose):
    assert 0 <= ids.draw(seed, account, count, purpose) < 1


def test_seed_account_and_count_each_make_a_difference():
    variants = {ids.character_id(*key) for key in [(0, "a", 1), (1, "a", 1), (0, "b", 1), (0, "a", 2)]}
    assert len(variants) == 4
