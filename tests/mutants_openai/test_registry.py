"""The registry of broken mocks of the Videos API: every rule has one."""

import pytest

from sora_conformance.contract import Side, load
from tests.mutants_openai.registry import MUTANTS

RULES = [rule.id for rule in load("openai").rules if rule.side is Side.SERVER and rule.untestable is None]


def test_names_are_unique():
    names = [mutant.name for mutant in MUTANTS]
    assert sorted(set(names)) == sorted(names)


def test_the_rules_of_mutants_are_those_that_a_server_can_be_judged_by():
    assert {mutant.rule for mutant in MUTANTS} <= set(RULES)


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_a_mutant(rule):
    assert rule in {mutant.rule for mutant in MUTANTS}
