"""The registry of mutants: every rule has one, and every one differs from the reference."""

from functools import cache
from itertools import zip_longest

import pytest

from sora_conformance.contract import Side, load
from sora_mock.app import Mock
from sora_mock.engine.latency import parse_latency
from tests.mutants.conversation import converse
from tests.mutants.craft import SLOW, fresh_mock
from tests.mutants.registry import MUTANTS

RULES = {rule.id: rule for rule in load().rules}
ON_VIDEOS = ("generation.result.", "generation.content.")


def test_names_are_unique():
    names = [mutant.name for mutant in MUTANTS]
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("rule", sorted({mutant.rule for mutant in MUTANTS}))
def test_the_rule_of_a_mutant_is_one_that_a_server_can_be_judged_by(rule):
    assert RULES[rule].side is Side.SERVER
    assert RULES[rule].untestable is None


def is_judged(rule):
    return rule.side is Side.SERVER and rule.untestable is None


@pytest.mark.parametrize("rule", list(filter(is_judged, RULES.values())), ids=lambda rule: rule.id)
def test_every_rule_has_a_mutant(rule):
    assert rule.id in {mutant.rule for mutant in MUTANTS}


@cache
def reference(*, slow: bool, videos: bool) -> tuple:
    mock = fresh_mock(latency=SLOW if slow else "instant")
    return (bounds(mock), *converse(mock, videos=videos))


def bounds(mock: Mock) -> tuple:
    return mock._edge._bounds, mock._edge._body_seconds


def is_slow(mock: Mock) -> bool:
    return mock.exchange.understudy._policies[1].latency == parse_latency(SLOW)


def test_the_reference_never_differs_from_itself():
    assert tuple(converse(fresh_mock(), videos=True)) == reference(slow=False, videos=True)[1:]


@pytest.mark.parametrize("mutant", [one for one in MUTANTS if isinstance(one.app(), Mock)], ids=lambda one: one.name)
def test_a_mutant_differs_from_the_reference(mutant):
    mock = mutant.app()
    videos = mutant.rule.startswith(ON_VIDEOS)
    expected = reference(slow=is_slow(mock), videos=videos)
    found = (said for part in ([bounds(mock)], converse(mock, videos=videos)) for said in part)
    assert any(mine != its for mine, its in zip_longest(expected, found))
