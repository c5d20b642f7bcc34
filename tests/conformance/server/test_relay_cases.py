import pytest

from sora_conformance.contract import Cost, Side, load
from sora_conformance.server.layers import all_cases, untried
from sora_conformance.server.stage import PROPS
from sora_conformance.verdicts import Verdict
from tests.conformance.server.on_the_mock import lines_and_spendings

CONTRACT = load("relay")
CASES = all_cases("relay")


def test_every_rule_that_can_be_judged_has_a_case():
    untestable = [rule.id for rule in CONTRACT.rules if rule.side is Side.SERVER and rule.untestable is not None]
    assert [line.rule for line in untried(CONTRACT, CASES)] == untestable


@pytest.mark.parametrize("rule", sorted({case.rule for case in CASES}))
def test_every_rule_has_a_case_that_goes_looking_for_it(rule):
    if rule in {"error.json", "error.shape", "error.type", "error.code"}:
        # Any refusal shows them, and those of the tables are tried with them.
        assert any("error.*" in case.also and case.cost is Cost.FREE for case in CASES)
    else:
        assert any(case.rule == rule and not case.id.startswith("watch/") for case in CASES)


def test_the_names_of_cases_are_unique():
    names = [case.id for case in CASES]
    assert len(set(names)) == len(names)


def test_no_case_is_dearer_than_its_rule():
    order = list(Cost)
    costs = {rule.id: order.index(rule.cost) for rule in CONTRACT.rules}
    assert [case.id for case in CASES if order.index(case.cost) > costs[case.rule]] == []


def test_cases_that_need_a_video_need_videos():
    dear = [case for case in CASES if case.cost is Cost.GENERATION]
    assert dear
    assert all("videos" in case.features for case in dear)


def test_a_case_that_names_a_model_needs_a_relay_that_takes_it():
    named = {case.id for case in CASES if "with-model" in case.features}
    assert {name.rpartition("/")[0] for name in named} == {
        "request/field/model-type",
        "character/model",
        "character/model/any",
    }


@pytest.fixture(scope="module")
def tried():
    """Return the line of each case on the mock, and what it has called and made."""
    return lines_and_spendings(CONTRACT, CASES)


def test_every_case_passes_on_the_mock(tried):
    lines = [line for line, _ in tried.values()]
    assert [(line.case, line.verdict, line.reason) for line in lines if line.verdict is not Verdict.PASS] == []


def test_free_cases_make_nothing(tried):
    assert [case.id for case in CASES if case.cost is Cost.FREE and any(tried[case.id][1][1:])] == []


def test_no_case_goes_beyond_its_price(tried):
    dear = []
    groups = set()
    for case in CASES:
        if case.group in groups:
            continue
        groups.add(case.group or case.id)
        allowed = sum((PROPS[prop] for prop in case.props), case.price)
        # A limited call is made once more, and a shared thing is looked at again.
        most = (2 * allowed.calls + len(case.props) + 1, allowed.characters, allowed.generations)
        if any(spent > limit for spent, limit in zip(tried[case.id][1], most, strict=True)):
            dear.append((case.id, tried[case.id][1], most))
    assert dear == []
