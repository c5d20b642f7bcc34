import re

from sora_conformance.contract import Basis, Cost, Side, load

CONTRACT = load("relay")
RULES = CONTRACT.rules
OTHERS = {rule.id: rule for dialect in ("openai", "guide") for rule in load(dialect).rules}
RELAYS = r"(LaoZhang docs|apiyi docs|new-api style relays' docs|evolink docs), .+|new-api style relays' docs"

# Where a rule that another dialect has too asks for something of relays alone.
ADAPTED = {
    "character.from-task.created",
    "character.from-task.timestamps",
    "character.status",
    "character.timestamps.long",
    "character.timestamps.short",
    "character.unlisted",
    "character.url.created",
    "error.status",
}


def test_the_heading_of_the_file():
    assert (CONTRACT.version, CONTRACT.dialect, CONTRACT.base_path) == ("1.0.0", "relay", "/sora/v1")


def test_what_is_documented_names_the_relay_that_documents_it():
    documented = [rule for rule in RULES if rule.basis is Basis.DOCUMENTED]

    assert len(documented) > 15
    assert [(rule.id, rule.source) for rule in documented if not re.fullmatch(RELAYS, rule.source)] == []


def test_knobs_flip_what_relays_differ_in():
    assert {rule.knob: rule.id for rule in RULES if rule.knob and rule.knob.startswith("relay_")} == {
        "relay_model": "character.model.optional",
        "relay_task_timestamps": "character.from-task.timestamps",
    }


def test_a_rule_that_another_dialect_has_too_asks_the_same_unless_it_is_adapted():
    shared = [rule for rule in RULES if rule.id in OTHERS]

    assert len(shared) > 30
    assert {rule.id for rule in shared if rule.title != OTHERS[rule.id].title} == ADAPTED


def test_what_cannot_be_judged_over_the_wire_says_why():
    assert {rule.id for rule in RULES if rule.untestable} == {
        "character.reply.picture-lifetime",
        "model.withdrawn",
        "relay.one-account",
    }


def test_refusals_of_a_request_as_such_cost_nothing():
    rules = [rule for rule in RULES if rule.area in {"auth", "error"} and rule.side is Side.SERVER]

    assert {rule.cost for rule in rules} == {Cost.FREE}
