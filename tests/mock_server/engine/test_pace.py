"""Pace: an account's own time beside the real one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_mock.engine.pace import LATEST, MAX_ADVANCE, MAX_SPEED, MIN_SPEED, REAL_TIME, Pace

INSTANTS = st.integers(0, 4_000_000_000_000)
STEPS = st.integers(0, 10**9)
SPEEDS = st.one_of(st.just(0.0), st.just(1.0), st.floats(MIN_SPEED, MAX_SPEED))
MOVES = st.lists(st.tuples(STEPS, st.integers(0, int(MAX_ADVANCE * 1000)), st.one_of(st.none(), SPEEDS)), max_size=8)


def test_time_runs_as_the_real_one_unless_it_is_told_otherwise():
    assert REAL_TIME.at(1_700_000_000_123) == 1_700_000_000_123


def test_frozen_time_stands_where_it_was_frozen():
    pace = REAL_TIME.moved(1000, speed=0)
    assert [pace.at(1000), pace.at(99_000)] == [1000, 1000]


def test_faster_time_runs_from_where_it_was_set():
    pace = REAL_TIME.moved(1000, speed=10)
    assert [pace.at(1000), pace.at(1500)] == [1000, 6000]


def test_advanced_time_is_ahead_and_keeps_its_speed():
    pace = REAL_TIME.moved(1000, speed=2).moved(2000, advance=500)
    assert (pace.at(2000), pace.at(3000), pace.speed) == (3500, 5500, 2)


def test_time_thawed_goes_on_from_where_it_stood():
    pace = REAL_TIME.moved(1000, speed=0).moved(5000, speed=1)
    assert [pace.at(5000), pace.at(6000)] == [1000, 2000]


def test_a_real_clock_that_was_set_back_does_not_take_time_back():
    pace = REAL_TIME.moved(10_000, advance=500)
    assert pace.at(2_000) == 10_500


@given(start=INSTANTS, moves=MOVES)
def test_time_never_runs_backwards_however_it_is_moved(start, moves):
    pace, real, before = REAL_TIME, start, 0
    for step, advance, speed in moves:
        real += step
        assert pace.at(real) >= before
        before = pace.at(real)
        pace = pace.moved(real, advance=advance, speed=speed)
        assert pace.at(real) == min(before + advance, LATEST)
        before = pace.at(real)
    assert pace.at(real + 10**9) >= before


@given(start=INSTANTS, of_all=MOVES, own=MOVES)
def test_an_accounts_time_within_the_time_of_all_never_runs_backwards(start, of_all, own):
    house, account, real, before = REAL_TIME, REAL_TIME, start, 0
    for (step, advance, speed), (_, own_advance, own_speed) in zip(of_all, own, strict=False):
        real += step
        house = house.moved(real, advance=advance, speed=speed)
        account = account.moved(house.at(real), advance=own_advance, speed=own_speed)
        assert account.at(house.at(real)) >= before
        before = account.at(house.at(real))


@given(real=INSTANTS, speed=SPEEDS, advance=st.integers(0, int(MAX_ADVANCE * 1000)))
def test_time_ends_before_there_are_no_more_dates(real, speed, advance):
    pace = Pace(0, 0, speed).moved(real, advance=advance)
    assert pace.at(10**15) <= LATEST


@pytest.mark.parametrize(("speed", "waits"), [(1.0, 3000), (10.0, 300), (0.5, 6000), (0.0, 0)])
def test_a_wait_takes_real_time_according_to_the_speed(speed, waits):
    assert Pace(0, 0, speed).waits(3000) == waits
