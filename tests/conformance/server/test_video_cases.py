import pytest

from sora_conformance.contract import Cost, Side, load
from sora_conformance.server.layers import all_cases, untried
from sora_conformance.server.stage import PROPS
from sora_conformance.verdicts import Verdict
from tests.conformance.server.on_the_mock import lines_and_spendings

CONTRACT = load("openai")
CASES = all_cases("openai")
DEARER = (
    "video/content/variant-value/",
    "video/delete/twice",
    "video/list/limit-zero/some",
    "request/field/type/remix",
    "request/field/type/derived",
)
"""Cases that need a video of their own to be sure for what they are refused, or what there is to be left out."""


def test_every_rule_that_can_be_judged_has_a_case():
    lines = untried(CONTRACT, CASES)
    untestable = [rule.id for rule in CONTRACT.rules if rule.side is Side.SERVER and rule.untestable is not None]
    assert [line.rule for line in lines] == untestable


def test_a_rule_without_a_case_is_told_to_have_none():
    lines = untried(CONTRACT, [case for case in CASES if case.rule != "video.created"])
    line = next(line for line in lines if line.rule == "video.created")
    assert (line.verdict, line.reason) == (Verdict.NOT_APPLICABLE, "the suite has no case for this rule yet")


def test_the_names_of_cases_are_unique():
    names = [case.id for case in CASES]
    assert len(set(names)) == len(names)


def test_no_case_is_dearer_than_its_rule():
    order = list(Cost)
    costs = {rule.id: order.index(rule.cost) for rule in CONTRACT.rules}
    dear = [case.id for case in CASES if order.index(case.cost) > costs[case.rule]]
    assert [name for name in dear if not name.startswith(DEARER)] == []


@pytest.fixture(scope="module")
def tried():
    """Return the line of each case on the mock, and what it has called and made."""
    return lines_and_spendings(CONTRACT, CASES)


@pytest.mark.slow
def test_every_case_passes_on_the_mock(tried):
    lines = [line for line, _ in tried.values()]
    assert [(line.case, line.verdict, line.reason) for line in lines if line.verdict is not Verdict.PASS] == []


@pytest.mark.slow
def test_free_cases_make_nothing(tried):
    assert [case.id for case in CASES if case.cost is Cost.FREE and any(tried[case.id][1][1:])] == []


@pytest.mark.slow
def test_no_case_goes_beyond_its_price(tried):
    dear = []
    for case in CASES:
        allowed = sum((PROPS[prop] for prop in case.props), case.price)
        # A limited call is made once more, and a shared thing is looked at again.
        most = (2 * allowed.calls + len(case.props) + 1, allowed.characters, allowed.generations)
        if any(spent > limit for spent, limit in zip(tried[case.id][1], most, strict=True)):
            dear.append((case.id, tried[case.id][1], most))
    assert dear == []
