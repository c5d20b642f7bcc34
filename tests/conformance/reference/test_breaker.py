import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_conformance.reference import BreakerPolicy
from sora_conformance.reference.breaker import Breaker

POLICY = BreakerPolicy(failures=3, rest=10)


def broken(times=3, at=0.0):
    breaker = Breaker()
    for _ in range(times):
        breaker = breaker.entered().failed(at, POLICY)
    return breaker


def test_it_opens_after_so_many_failures_in_a_row():
    assert broken(2).wait(0, POLICY) == 0
    assert broken(3).wait(4, POLICY) == 6


def test_a_success_starts_the_count_anew():
    assert broken(2).succeeded().failed(0, POLICY).wait(0, POLICY) == 0


def test_after_its_rest_one_try_is_let_through_and_no_other():
    trying = broken().entered()
    assert broken().wait(10, POLICY) == 0
    assert trying.wait(10, POLICY) > 0


def test_a_try_that_fails_opens_it_again_and_one_that_succeeds_closes_it():
    trying = broken().entered()
    assert trying.failed(10, POLICY).wait(10, POLICY) == 10
    assert trying.succeeded() == Breaker()


def test_a_try_that_is_given_up_makes_way_for_another():
    assert broken().entered().abandoned().wait(10, POLICY) == 0


@given(st.lists(st.sampled_from(["failed", "succeeded", "abandoned"])), st.integers(1, 5))
def test_it_never_stays_shut(steps, failures):
    policy = BreakerPolicy(failures=failures, rest=10)
    breaker, now = Breaker(), 0.0
    for step in steps:
        now += breaker.wait(now, policy)
        assert breaker.wait(now, policy) == 0
        breaker = breaker.entered()
        breaker = breaker.failed(now, policy) if step == "failed" else getattr(breaker, step)()


@pytest.mark.parametrize("wrong", [{"failures": 0}, {"rest": -1}])
def test_a_policy_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(ValueError, match="expected"):
        BreakerPolicy(**wrong)
