import re

import pytest

from sora_conformance.contract import AREAS, Basis, Cost, Side, dialects, load

pytestmark = pytest.mark.parametrize("contract", [load(name) for name in dialects()], ids=lambda found: found.dialect)

RFC = r"RFC \d{4} §\d+(\.\d+)*"


def test_ids_are_unique(contract):
    ids = [rule.id for rule in contract.rules]

    assert len(ids) == len(set(ids))


def test_every_rule_has_all_its_fields(contract):
    needed = ("id", "title", "level", "basis", "source", "side", "cost")

    assert [(rule.id, field) for rule in contract.rules for field in needed if not getattr(rule, field)] == []


def test_every_title_is_a_sentence(contract):
    assert [rule.id for rule in contract.rules if not re.fullmatch(r"[A-Z`\d].*[^.]\.", rule.title)] == []


def test_no_two_rules_ask_the_same(contract):
    titles = [rule.title for rule in contract.rules]

    assert len(titles) == len(set(titles))


def test_what_an_rfc_says_is_placed_in_an_rfc(contract):
    rules = [rule for rule in contract.rules if rule.basis is Basis.PROTOCOL]

    assert len(rules) > 5
    assert [(rule.id, rule.source) for rule in rules if not re.fullmatch(RFC, rule.source)] == []


def test_areas_stand_together_and_in_order(contract):
    areas = [rule.area for rule in contract.rules]

    assert areas == sorted(areas, key=AREAS.index)


def test_rules_of_clients_cost_nothing_and_can_be_judged(contract):
    rules = [rule for rule in contract.rules if rule.side is Side.CLIENT]

    assert {rule.cost for rule in rules} == {Cost.FREE}
    assert [rule.id for rule in rules if rule.untestable] == []
