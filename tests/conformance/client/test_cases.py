"""The tables of clients: they are sound, and no rule is without a case."""

import pytest

from sora_conformance.client.cases import client_cases, parse_cases
from sora_conformance.client.dialects import DIALECTS
from sora_conformance.client.presets import preset_named
from sora_conformance.client.protocol import Capability
from sora_conformance.client.watch import watched
from sora_conformance.contract import ContractError, Side, dialects

RULES = [
    (dialect, rule.id) for dialect in DIALECTS.values() for rule in dialect.contract.rules if rule.side is Side.CLIENT
]
CASES = [(dialect, case) for dialect in DIALECTS.values() for case in client_cases(dialect.name)]
EACH_CASE = pytest.mark.parametrize(
    ("dialect", "case"), CASES, ids=[f"{dialect.name}-{case.id}" for dialect, case in CASES]
)

SOUND = """
[[case]]
id = "a/b"
rule = "client.request.once"
script = [{}]
expect = { outcome = "ok" }
"""


def test_every_dialect_of_the_contract_is_judged():
    assert set(DIALECTS) == set(dialects())


@pytest.mark.parametrize(("dialect", "rule"), RULES, ids=[f"{dialect.name}-{rule}" for dialect, rule in RULES])
def test_every_rule_is_judged_by_a_case_or_by_the_watch(dialect, rule):
    assert rule in {case.rule for case in client_cases(dialect.name)} | set(watched(dialect))


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=lambda dialect: dialect.name)
def test_the_watch_speaks_of_rules_of_clients(dialect):
    assert watched(dialect)
    assert all((dialect, rule) in RULES for rule in watched(dialect))


@pytest.mark.parametrize("dialect", DIALECTS)
def test_no_two_cases_have_the_same_name(dialect):
    cases = client_cases(dialect)
    assert len({case.id for case in cases}) == len(cases)


@EACH_CASE
def test_a_case_asks_for_what_there_is(dialect, case):
    assert {*case.needs, *case.excludes} <= set(Capability)
    for step in case.script:
        if step.reply is not None:
            preset_named(dialect, step.reply)
    if any(ask.timeout is not None for ask in case.ask):
        assert Capability.CUSTOM_TIMEOUT in case.needs
    if any(ask.cancel is not None for ask in case.ask):
        assert Capability.CANCEL in case.needs
    if len({ask.after for ask in case.ask}) < len(case.ask):
        assert Capability.CONCURRENT in case.needs
    assert not case.expect.outcomes or len(case.expect.outcomes) == len(case.ask)


@EACH_CASE
def test_a_case_is_over_within_a_minute(dialect, case):
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
