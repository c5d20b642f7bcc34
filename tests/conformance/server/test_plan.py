"""The plan: which cases are tried, and what they cost."""

import pytest

from sora_conformance.contract import Cost, load
from sora_conformance.server.cases import SECOND_KEY, Case, Price
from sora_conformance.server.layers import all_cases
from sora_conformance.server.plan import PREFLIGHT, choose, shares, total
from sora_conformance.target import MOCK_SOURCES, Target

CONTRACT = load("guide")
ALL = frozenset(Cost)
TARGET = Target(url="http://localhost/v1/sora", api_key="sk-a")


def case(name, rule="character.model.required", cost=Cost.FREE, **changes):
    return Case(**{"id": name, "rule": rule, "cost": cost, "run": lambda _: [], **changes})


def test_without_a_pattern_every_case_is_chosen():
    cases = all_cases()
    choice = choose(cases, CONTRACT, ())
    assert choice.cases == cases
    assert choice.told == {case.id for case in cases}


def test_a_pattern_chooses_by_rule():
    cases = (case("a/a"), case("a/b", rule="error.body"))
    assert choose(cases, CONTRACT, ("character.*",)).cases == cases[:1]


def test_a_pattern_that_matches_nothing_chooses_nothing():
    assert choose(all_cases(), CONTRACT, ("charcter.*",)).told == frozenset()


def test_cases_that_contribute_to_a_chosen_rule_run_untold():
    feeding = case("a/a", also=("error.*",))
    watching = case("watch/error/code", rule="error.code")
    choice = choose((feeding, watching), CONTRACT, ("error.code",))
    assert choice.cases == (feeding, watching)
    assert choice.told == {"watch/error/code"}


def test_only_free_cases_contribute():
    feeding = case("a/a", also=("error.*",), cost=Cost.CHARACTER)
    assert choose((feeding,), CONTRACT, ("error.code",)).cases == ()


def test_the_total_counts_shared_things_once():
    cases = (case("a/a", props=frozenset({"character"})), case("a/b", props=frozenset({"character"})))
    assert total(cases, TARGET, ALL) == Price(calls=2, characters=0) + Price(calls=1, characters=1) + PREFLIGHT


def test_the_price_of_a_group_is_paid_once():
    cases = tuple(case(f"s/{name}", group="s", price=Price(calls=7)) for name in "abc")
    assert total(cases, TARGET, ALL) == Price(calls=7) + PREFLIGHT
    assert total(cases[1:2], TARGET, ALL) == Price(calls=7) + PREFLIGHT


def test_what_is_left_out_has_no_price():
    cases = (
        case("a/a", price=Price(calls=3)),
        case("a/b", cost=Cost.BURST, price=Price(calls=100, characters=90)),
        case("a/c", needs=frozenset({SECOND_KEY}), price=Price(calls=7)),
    )
    assert total(cases, TARGET, {Cost.FREE}) == Price(calls=3) + PREFLIGHT
    free, *_, burst = shares(cases, TARGET, {Cost.FREE})
    assert (free.tried, free.left_out, free.price.calls) == (1, 1, 3)
    assert (burst.tried, burst.left_out, burst.price.calls) == (0, 1, 0)


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: case.id)
def test_no_case_costs_more_than_its_rule(case):
    costs = list(Cost)
    assert costs.index(case.cost) <= costs.index(CONTRACT.rule(case.rule).cost)


def test_free_cases_make_nothing():
    price = total(all_cases(), Target(url="https://a.example", api_key="k", sources=MOCK_SOURCES), {Cost.FREE})
    assert (price.characters, price.generations) == (0, 0)


def test_every_case_has_a_name_of_its_own():
    names = [case.id for case in all_cases()]
    assert len(names) == len(set(names))
