"""The budget: never one call beyond what is allowed."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from sora_conformance.budget import CALLS, CHARACTERS, Budget, Limits, NotJudged
from sora_conformance.verdicts import Verdict


def test_calls_are_counted_up_to_the_limit():
    with Budget(Limits(calls=2)) as budget:
        budget.call()
        budget.call()
        with pytest.raises(NotJudged, match="budget: the run may make at most 2 calls") as caught:
            budget.call()
        assert caught.value.verdict is Verdict.INCONCLUSIVE
        assert budget.spent(CALLS) == 2


def test_without_a_limit_anything_goes():
    with Budget(Limits()) as budget:
        for _ in range(1000):
            budget.call()
        assert budget.spent(CALLS) == 1000


def test_what_is_held_counts_until_it_is_settled():
    with Budget(Limits(characters=1)) as budget:
        budget.reserve(CHARACTERS)
        with pytest.raises(NotJudged):
            budget.reserve(CHARACTERS)
        budget.settle(CHARACTERS, reserved=True, made=False)
        budget.reserve(CHARACTERS)
        budget.settle(CHARACTERS, reserved=True, made=True)
        assert budget.spent(CHARACTERS) == 1
        with pytest.raises(NotJudged):
            budget.reserve(CHARACTERS)


def test_a_request_that_has_to_be_refused_needs_no_budget():
    with Budget(Limits(characters=0)) as budget:
        for _ in range(5):
            budget.check_free(CHARACTERS)
            budget.settle(CHARACTERS, reserved=False, made=False)


def test_after_something_was_made_against_expectation_and_budget_no_more_is_risked():
    with Budget(Limits(characters=0)) as budget:
        budget.check_free(CHARACTERS)
        budget.settle(CHARACTERS, reserved=False, made=True)
        assert budget.spent(CHARACTERS) == 1
        with pytest.raises(NotJudged):
            budget.check_free(CHARACTERS)


def test_two_budgets_on_one_file_are_one(tmp_path):
    with Budget(Limits(calls=3), file=tmp_path / "b") as one, Budget(Limits(calls=3), file=tmp_path / "b") as other:
        one.call()
        other.call()
        one.call()
        with pytest.raises(NotJudged):
            other.call()
        assert other.spent(CALLS) == 3


def test_threads_together_stay_within_the_limit():
    def take(_):
        try:
            budget.call()
        except NotJudged:
            return 0
        return 1

    with Budget(Limits(calls=50)) as budget, ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(take, range(200))) == 50
