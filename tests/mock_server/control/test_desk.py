"""What the desk refuses of callers in the same process, whose values no type has checked."""

import pytest

from sora_mock.control.desk import HOUSE
from sora_mock.engine.problems import Refused


@pytest.mark.parametrize("value", [float("inf"), float("nan")])
@pytest.mark.parametrize("change", ["advance", "speed"])
def test_time_is_a_number(plane, change, value):
    with pytest.raises(Refused, match=f"'{change}': expected a number"):
        plane.desk.move("acct_1", **{change: value})
    assert plane.state() == {}


@pytest.mark.parametrize("seed", [-1, 2**63])
def test_a_seed_has_bounds(plane, seed):
    with pytest.raises(Refused, match="'seed': expected 0 to"):
        plane.desk.configure("acct_1", {}, seed=seed)


def test_an_account_that_nothing_has_happened_to_is_known_by_its_form(plane):
    assert plane.desk.named("acct_0123456789abcdef") == "acct_0123456789abcdef"
    assert plane.desk.named(HOUSE) == HOUSE
    with pytest.raises(Refused, match="No such account"):
        plane.desk.named("acct_1")


def test_knobs_that_contradict_each_other_are_refused_also_in_two_steps(plane):
    desk = plane.desk
    with pytest.raises(Refused, match="'min_span' and 'max_span'"):
        desk.configure("acct_1", {"min_span": "5", "max_span": "1"})
    desk.configure("acct_1", {"min_span": "5"})
    with pytest.raises(Refused, match="'min_span' and 'max_span'"):
        desk.configure("acct_1", {"max_span": "1"})
    desk.configure("acct_1", {"min_span": None, "max_span": "1"})
