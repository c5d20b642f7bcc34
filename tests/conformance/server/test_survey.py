"""A survey: one exploration, many rules."""

import pytest

from sora_conformance.budget import Budget, Limits, NotJudged, inconclusive
from sora_conformance.contract import Cost
from sora_conformance.exchanges import Exchange, Sent
from sora_conformance.server.cases import Price
from sora_conformance.server.stage import Stage
from sora_conformance.server.survey import SHOWN_FINDINGS, Sightings, Survey, survey_cases
from sora_conformance.target import Target
from sora_conformance.wire import Wire

KEPT, BROKEN, MISSED = "error.body", "error.json", "error.shape"


@pytest.fixture
def stage():
    with Wire(Target(url="http://localhost/v1/sora", api_key="sk-a"), Budget(Limits())) as wire:
        yield Stage(wire)


def exchange(number):
    return Exchange(sent=Sent(method="GET", url=f"http://localhost/{number}"), status=200)


def cases_of(explore):
    price = Price(calls=7)
    survey = Survey(name="s", rules=(KEPT, BROKEN, MISSED), explore=explore, cost=Cost.FREE, price=price)
    return {case.rule: case for case in survey_cases(survey)}


def test_each_rule_is_a_case_that_bears_the_price_of_the_whole():
    cases = cases_of(lambda *_: None)
    assert [case.id for case in cases.values()] == ["s/error/body", "s/error/json", "s/error/shape"]
    assert [case.price.calls for case in cases.values()] == [7, 7, 7]
    assert {case.group for case in cases.values()} == {"s"}


def test_one_exploration_serves_all_cases(stage):
    explored = []

    def explore(_, seen):
        explored.append(1)
        seen.note(KEPT, [], exchange(1))
        seen.note(BROKEN, ["expected JSON"], exchange(2))

    cases = cases_of(explore)
    assert list(cases[KEPT].run(stage)) == []
    assert stage.shown == [exchange(1)]
    assert list(cases[BROKEN].run(stage)) == ["expected JSON"]
    assert stage.shown == [exchange(2)]
    assert explored == [1]


def test_a_rule_that_was_never_come_upon_stays_unjudged(stage):
    with pytest.raises(NotJudged, match="not exercised"):
        cases_of(lambda *_: None)[MISSED].run(stage)


def test_what_was_seen_before_an_early_end_counts(stage):
    def explore(_, seen):
        seen.note(KEPT)
        raise inconclusive("budget: spent")

    cases = cases_of(explore)
    assert list(cases[KEPT].run(stage)) == []
    with pytest.raises(NotJudged, match="budget: spent"):
        cases[MISSED].run(stage)


def test_many_findings_are_counted(stage):
    def explore(_, seen):
        for number in range(SHOWN_FINDINGS + 3):
            seen.note(BROKEN, [f"finding {number}"])

    found = list(cases_of(explore)[BROKEN].run(stage))
    assert len(found) == SHOWN_FINDINGS + 1
    assert found[-1] == "and 3 more"


def test_exchanges_with_findings_take_the_place_of_others():
    seen = Sightings()
    seen.note(KEPT, [], exchange(1))
    seen.note(KEPT, ["expected x"], exchange(2))
    seen.note(KEPT, [], exchange(3))
    assert seen.of(KEPT).exchanges == [exchange(2)]
    assert seen.of(KEPT).exercised == 3
