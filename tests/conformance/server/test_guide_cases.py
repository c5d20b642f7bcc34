"""The cases of keys, bodies, characters, errors and plain HTTP: on our mock every one of them passes."""

import pytest

from sora_conformance.contract import Cost, load
from sora_conformance.server import probes_character, probes_effect
from sora_conformance.server.layers import all_cases
from sora_conformance.server.stage import PROPS
from sora_conformance.server.survey import survey_cases
from sora_conformance.server.survey_errors import ERRORS
from sora_conformance.server.table import table_cases
from sora_conformance.verdicts import Verdict
from tests.conformance.server.on_the_mock import lines_and_spendings

CONTRACT = load("guide")
AREAS = ("auth/", "request/", "character/", "error/", "protocol/")
ELSEWHERE = frozenset({"request.size", "request.complete", "protocol.http", "protocol.head"})
"""Rules of these areas that other modules have the cases for."""


def cases():
    mine = {case.id for module in (probes_character, probes_effect) for case in module.PROBES.cases}
    mine |= {case.id for case in survey_cases(ERRORS)}
    mine |= {case.id for case in table_cases() if case.id.startswith(AREAS)}
    return [case for case in all_cases() if case.id in mine]


CASES = cases()
RULES = [rule for rule in CONTRACT.rules if f"{rule.area}/" in AREAS and rule.side == "server"]


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
    for case in CASES:
        allowed = sum((PROPS[prop] for prop in case.props), case.price)
        # One look more at each shared thing, to see that it is still there.
        most = (allowed.calls + len(case.props), allowed.characters, allowed.generations)
        if any(spent > limit for spent, limit in zip(tried[case.id][1], most, strict=True)):
            dear.append((case.id, tried[case.id][1], most))
    assert dear == []


def test_the_areas_are_thrifty(tried):
    assert sum(spent[0] for _, spent in tried.values()) <= 450
    assert sum(spent[1] for _, spent in tried.values()) <= 50


@pytest.mark.parametrize("rule", [rule.id for rule in RULES if rule.untestable is None and rule.id not in ELSEWHERE])
def test_every_rule_of_the_areas_has_a_case_that_decides(rule):
    assert rule in {case.rule for case in all_cases() if not case.id.startswith(("schema/", "model/", "watch/"))}


def test_no_case_is_dearer_than_its_rule():
    order = list(Cost)
    costs = {rule.id: order.index(rule.cost) for rule in CONTRACT.rules}
    assert [case.id for case in CASES if order.index(case.cost) > costs[case.rule]] == []
