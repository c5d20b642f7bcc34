"""Calls at once."""

import threading

import pytest

from sora_conformance.budget import NotJudged, inconclusive
from sora_conformance.server.together import together


def test_calls_are_under_way_at_the_same_time():
    barrier = threading.Barrier(4, timeout=30)
    assert len(together(4, barrier.wait)) == 4


@pytest.mark.parametrize("number", [0, -3])
def test_no_calls_are_none(number):
    assert together(number, lambda: pytest.fail("called")) == []


def test_why_a_call_is_not_made_is_passed_on():
    def spent():
        raise inconclusive("budget: spent")

    with pytest.raises(NotJudged, match="budget: spent"):
        together(3, spent)
