"""The tables of clients: they are sound, and no rule is without a case."""

import pytest

from sora_conformance.client.cases import client_cases, judged_dialects, parse_cases
from sora_conformance.client.presets import preset_named
from sora_conformance.client.protocol import Capability
from sora_conformance.client.watch import WATCHED
from sora_conformance.contract import ContractError, Side, load

RULES = [rule for rule in load("guide").rules if rule.side is Side.CLIENT]
CASES = client_cases()

SOUND = """
[[case]]
id = "a/b"
rule = "client.request.once"
script = [{}]
expect = { outcome = "ok" }
"""


def test_a_dialect_is_judged_once_it_has_cases():
    assert "guide" in judged_dialects()
    assert "relay" not in judged_dialects()
    assert all(client_cases(dialect) for dialect in judged_dialects())


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_is_judged_by_a_case_or_by_the_watch(rule):
    assert rule.id in {case.rule for case in CASES} | set(WATCHED)


def test_the_watch_speaks_of_rules_of_clients():
    assert set(WATCHED) <= {rule.id for rule in RULES}


def test_no_two_cases_have_the_same_name():
    assert len({case.id for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_case_asks_for_what_there_is(case):
    assert set(case.needs) <= set(Capability)
    for step in case.script:
        if step.reply is not None:
            preset_named(step.reply)
    if any(ask.timeout is not None for ask in case.ask):
        assert Capability.CUSTOM_TIMEOUT in case.needs
    if any(ask.cancel is not None for ask in case.ask):
        assert Capability.CANCEL in case.needs
    if len({ask.after for ask in case.ask}) < len(case.ask):
        assert Capability.CONCURRENT in case.needs
    assert not case.expect.outcomes or len(case.expect.outcomes) == len(case.ask)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_case_is_over_within_a_minute(case):
    assert max(ask.after + ask.limit for ask in case.ask) <= 60


def test_the_form_is_read():
    (case,) = parse_cases(SOUND, file="t.toml")
    assert (case.id, case.expect.outcome) == ("a/b", "ok")
    assert case.staged.steps == case.script


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("client.request.once", "client.request.twice", "rule"),
        ("client.request.once", "auth.scheme", "expected one of clients"),
        ("a/b", "A", "id"),
        ('outcome = "ok"', 'outcom = "ok"', "outcom"),
        ("[{}]", "[]", "script"),
        ("[[case]]", "[[case", "t.toml"),
    ],
)
def test_a_broken_table_is_complained_of(old, new, complaint):
    with pytest.raises(ContractError, match=complaint):
        parse_cases(SOUND.replace(old, new), file="t.toml")
