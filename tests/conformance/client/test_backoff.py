"""Backoff: a habit is told from an accident."""

from itertools import accumulate
from random import Random

import pytest

from sora_conformance.client.backoff import growing, growth_shows, jittered, pausing
from tests.conformance.client.trying import arrival


def call(name, *waits):
    """Return the tries of one call, which takes no time."""
    body = b'{"url": "%s"}' % name.encode()
    return [arrival(at, at, body=body) for at in accumulate((1.0, *waits))]


def calls(*waits):
    return [one for number, each in enumerate(waits) for one in call(f"v{number}", *each)]


def drawn(least, most, *, chance, times=6, growth=2.0):
    """Return the waits of calls that draw them between two bounds, which grow from try to try."""
    return calls(*([chance.uniform(least, most) * growth**number for number in range(3)] for _ in range(times)))


def test_waits_that_stay_do_not_grow():
    assert list(growing(calls((1, 1, 1), (1, 1, 1)))) == [
        "expected waits that grow, found 1.00, 1.00, 1.00 s in the mean of 2 calls"
    ]


@pytest.mark.parametrize("waits", [(1, 2, 4), (1, 2, 3), (1, 1.5, 2.25), (1, 5, 5), (0.5, 1)])
def test_waits_that_grow_in_any_way_do(waits):
    assert list(growing(calls(waits, waits))) == []


def test_waits_that_shrink_do_not_grow():
    assert list(growing(calls((4, 2, 1), (4.4, 2, 1))))


def test_waits_of_one_call_show_no_habit():
    assert not growth_shows(calls((4, 2, 1)))
    assert list(growing(calls((4, 2, 1)))) == []


def test_waits_are_compared_as_far_as_all_calls_have_them():
    assert list(growing(calls((1, 2), (1, 2, 0.1), (1,)))) == []


@pytest.mark.parametrize(("least", "most"), [(0, 1), (0.5, 1), (0.75, 1), (1, 1)])
def test_no_draw_of_a_wait_that_doubles_is_held_against_a_client(least, most):
    chance = Random(7)
    found = [list(growing(drawn(least, most, chance=chance))) for _ in range(2000)]
    assert not any(found)


def test_waits_that_stay_but_for_a_tenth_are_always_found():
    chance = Random(7)
    assert all(list(growing(drawn(0.9, 1.1, chance=chance, growth=1.0))) for _ in range(500))


def test_tries_without_a_wait_are_no_pauses():
    assert list(pausing(calls((0.01,), (0.02,), (0.3,), (0,), (0,)))) == [
        "expected waits between tries, found 0.010, 0.020, 0.300, 0.000, 0.000 s"
    ]


@pytest.mark.parametrize("waits", [((0.01,), (0.02,), (0.06,), (0.3,)), ((0.06, 0.06),), ((),), ()])
def test_tries_that_mostly_wait_pause(waits):
    assert list(pausing(calls(*waits))) == []


def test_no_draw_of_a_wait_from_nothing_is_held_against_a_client():
    chance = Random(7)
    draws = (calls(*((chance.uniform(0, 0.5),) for _ in range(5))) for _ in range(2000))
    assert sum(bool(list(pausing(draw))) for draw in draws) <= 2


def test_calls_that_come_back_together_have_no_jitter():
    assert list(jittered(calls((1, 2), (1.01, 2)))) == [
        "expected calls that were refused at once to wait differently long, found 1.000, 1.010 s"
    ]


@pytest.mark.parametrize("waits", [((1, 2, 4), (1.01, 2.2, 4.2)), ((1, 2), (1.2, 2)), ((1,),), ()])
def test_calls_that_mostly_come_back_apart_have_jitter(waits):
    assert list(jittered(calls(*waits))) == []


def test_calls_that_come_back_apart_by_one_accident_have_no_jitter():
    assert list(jittered(calls((1, 2, 4), (1, 2.2, 4))))


def test_no_draw_of_a_narrow_jitter_is_held_against_a_client():
    chance = Random(7)
    assert not any(list(jittered(drawn(0.375, 0.5, chance=chance))) for _ in range(2000))
