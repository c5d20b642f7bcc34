"""The table layer: what its cases cost and need, and that they fit the rules."""

import pytest

from sora_conformance.contract import Cost, load
from sora_conformance.server.cases import CLOCK, SECOND_KEY, Price
from sora_conformance.server.table import cases_of, table_cases
from sora_conformance.server.table_form import parse_table

CASES = table_cases()
COSTS = list(Cost)
LENGTH = "the length of the source video"


def cases(steps, rule="character.from-task.created", about=""):
    text = f'[[case]]\nid = "a/case"\nrule = "{rule}"\n{about}\n{steps}'
    (row,) = parse_table(text, file="here.toml")
    return list(cases_of(row))


def case(steps, **about):
    (only,) = cases(steps, **about)
    return only


def step(call="createCharacter", **fields):
    return "\n".join(["[[case.step]]", f'call = "{call}"', *(f"{name} = {value}" for name, value in fields.items())])


def test_no_case_is_dearer_than_its_rule():
    costs = {rule.id: rule.cost for rule in load("guide").rules}
    assert [one.id for one in CASES if COSTS.index(one.cost) > COSTS.index(costs[one.rule])] == []


def test_ids_are_unique():
    ids = [case.id for case in CASES]
    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize(
    ("steps", "cost"),
    [
        (step(refused='"invalid_model"'), Cost.FREE),
        (step(status='"4xx"'), Cost.FREE),
        (step("GET /characters", status=405), Cost.FREE),
        (step(), Cost.CHARACTER),
        (step(**{"with": '{ url = "{mov}" }'}), Cost.CHARACTER),
        (step("createGeneration", **{"with": '{ prompt = "@{foreign_character}" }'}, status=404), Cost.CHARACTER),
        (step("createGeneration"), Cost.GENERATION),
        (step(**{"with": '{ from_task = "{task}" }'}), Cost.GENERATION),
        (step("retrieveGeneration", task='"{foreign_task}"', status=404), Cost.GENERATION),
    ],
)
def test_a_case_costs_what_its_dearest_call_makes(steps, cost):
    assert case(steps).cost is cost


@pytest.mark.parametrize(
    ("steps", "needs"),
    [
        (step(), {"source video"}),
        (step(refused='"invalid_model"'), set()),
        (step(**{"with": '{ url = "{mov}" }'}), {"source mov"}),
        (step(**{"with": '{ from_task = "{task}" }'}), set()),
        (step(**{"with": '{ timestamps = "{whole_span}" }'}), {"source video", LENGTH}),
        (step(**{"with": '{ timestamps = "{beyond_span}" }'}, status=400), {LENGTH}),
        (step(**{"with": '{ timestamps = "{crossing_span}" }'}, status=400), {LENGTH}),
        (step(party='"second"', status=400), {SECOND_KEY}),
        (step("retrieveGeneration", task='"{foreign_task}"', status=404), {SECOND_KEY}),
        (step("GET /characters/{character}", status=404), {"source video"}),
        (step("GET /characters/{foreign_character}", status=404), {"source video", SECOND_KEY}),
        (step(wait=3599, status=400), set()),
        (step(wait=3600, status=400), {CLOCK}),
        (step(**{"with": '{ url = "{each}" }'}, status=400), {"source avi"}),
    ],
)
def test_a_case_needs_what_it_names(steps, needs):
    about = 'each = { one = "{avi}" }' if "{each}" in steps else ""
    assert case(steps, about=about).needs == needs


def test_a_price_counts_the_calls_that_succeed():
    steps = [step(), step(refused='"invalid_model"'), step("createGeneration"), "[[case.step]]\nwait = 1"]
    assert case("\n".join(steps)).price == Price(calls=3, characters=1, generations=1)


def test_shared_things_are_no_part_of_the_price():
    mine = case(step(**{"with": '{ from_task = "{task}" }'}))
    assert (mine.props, mine.price) == ({"task"}, Price(calls=1, characters=1))


def test_each_entry_is_a_case():
    found = cases(step(**{"with": '{ url = "{each}" }'}), about='each = { one = "{mov}", two = "{webm}" }')
    assert [(one.id, one.needs) for one in found] == [
        ("a/case/one", {"source mov"}),
        ("a/case/two", {"source webm"}),
    ]


def test_refusals_contribute_to_the_rules_of_errors():
    assert case(step(refused='"invalid_model"')).also == ("error.*",)
    assert case(step()).also == ()


def test_cases_that_must_not_run_beside_others_say_so():
    assert case(step(), about="alone = true").alone
    assert not case(step()).alone
