"""The sliding window, against a model that counts by brute force."""

from hypothesis import given
from hypothesis import strategies as st

from sora_mock.engine import limit

STEPS = st.lists(st.integers(0, 25_000), max_size=60)


def brute_force(history, now):
    return sum(1 for instant in history if now - limit.WINDOW < instant <= now)


@given(STEPS, st.integers(1, 5))
def test_the_window_admits_exactly_what_a_brute_force_count_admits(steps, most):
    now, history, creations = 0, [], []
    for step in steps:
        now += step
        admitted = limit.wait(creations, most, now) == 0
        assert admitted == (brute_force(history, now) < most)
        assert limit.quota(creations, most, now).remaining == most - brute_force(history, now)
        if admitted:
            history.append(now)
            limit.record(creations, now)


@given(STEPS, st.integers(1, 5))
def test_the_wait_is_true_to_the_millisecond(steps, most):
    now, creations = 0, []
    for step in steps:
        now += step
        if wait := limit.wait(creations, most, now):
            assert limit.wait(creations, most, now + wait - 1) == 1
            assert limit.wait(creations, most, now + wait) == 0
        else:
            limit.record(creations, now)


@given(STEPS)
def test_no_more_is_remembered_than_twice_what_counts(steps):
    now, creations = 0, []
    for step in steps:
        now += step
        limit.record(creations, now)
        assert len(creations) <= 2 * limit.used(creations, now) + 1


@given(STEPS)
def test_after_the_reset_nothing_counts(steps):
    now, creations = 0, []
    for step in steps:
        now += step
        limit.record(creations, now)
    quota = limit.quota(creations, 100, now)
    assert limit.quota(creations, 100, now + quota.reset).remaining == 100


def test_a_clock_that_ran_backwards_keeps_the_window_in_order():
    creations = [5_000]
    limit.record(creations, 4_000)
    assert creations == [5_000, 5_000]
