import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_conformance.reference.pace import full


def test_a_refusal_halves_what_was_under_way():
    assert full(8).refused(epoch=0, under_way=8).places == 4
    assert full(8).refused(epoch=0, under_way=4).places == 2
    assert full(8).refused(epoch=0, under_way=1).places == 1


def test_of_many_refused_together_only_the_first_counts():
    slowed = full(8).refused(epoch=0, under_way=8)
    assert slowed.refused(epoch=0, under_way=7) == slowed
    assert slowed.refused(epoch=1, under_way=4).places == 2


def test_successes_win_the_places_back_one_by_one():
    pace = full(3).refused(epoch=0, under_way=3)
    places = []
    for _ in range(5):
        pace = pace.succeeded()
        places.append(pace.places)
    assert places == [2, 2, 3, 3, 3]


@given(st.integers(1, 100), st.lists(st.one_of(st.none(), st.integers(1, 100))))
def test_there_is_always_a_place_and_never_one_too_many(most, steps):
    pace = full(most)
    for under_way in steps:
        pace = pace.succeeded() if under_way is None else pace.refused(epoch=pace.epoch, under_way=under_way)
        assert 1 <= pace.places <= most


def test_no_place_at_all_is_refused():
    with pytest.raises(ValueError, match="max_concurrency"):
        full(0)
