"""The relays' dialect before the judge of clients, and a client of relays before the judge."""

import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from sora_conformance.client import adapter, trial
from sora_conformance.client.choosing import Terms
from sora_conformance.client.dialects import RELAY
from sora_conformance.client.runner import judge_client
from sora_conformance.contract import Side
from sora_conformance.verdicts import DEVIATIONS, Verdict
from tests.conformance.client.dialects.support import facts, findings, sent

CLIENT = Path(__file__).parent / "relay_client.py"
EXAMPLE = Path(__file__).parents[4] / "examples" / "adapters" / "relay.py"
CHARACTERS = "/sora/v1/characters"
RULES = {rule.id for rule in RELAY.contract.rules if rule.side is Side.CLIENT}


def judged(how):
    return judge_client(Terms(command=(sys.executable, str(CLIENT), how), dialect="relay"))


@pytest.fixture
def brief(monkeypatch):
    monkeypatch.setattr(trial, "QUIET_SECONDS", 0.02)
    monkeypatch.setattr(adapter, "END_SECONDS", 0.5)


def test_a_reply_is_one_of_the_contract():
    asked = facts("POST", CHARACTERS)
    whole = {"$ref": "#/components/schemas/Character", **RELAY.contract.openapi}
    reply = RELAY.presets[RELAY.usual(asked)](asked)
    assert [error.message for error in Draft202012Validator(whole).iter_errors(reply)] == []


@pytest.mark.parametrize(
    ("rule", "fields"),
    [
        (None, {"url": "https://a.test/a.mp4", "timestamps": "1,3"}),
        (None, {"from_task": "task_1", "timestamps": "0,3", "model": "sora-2-character"}),
        (None, {"from_task": "task_1", "timestamps": "0.4,1.4"}),
        (None, {"from_task": "task_1", "timestamps": "1.4,4.4"}),
        ("client.body.one-source", {"timestamps": "1,3"}),
        ("client.body.one-source", {"url": "https://a.test/a.mp4", "from_task": "task_1", "timestamps": "1,3"}),
        ("client.body.span", {"url": "https://a.test/a.mp4", "timestamps": "1,4.5"}),
        ("client.body.span", {"url": "https://a.test/a.mp4", "timestamps": "1,1.5"}),
        ("client.body.timestamps-always", {"from_task": "task_1"}),
        ("client.body.timestamps-text", {"from_task": "task_1", "timestamps": [1, 3]}),
    ],
)
def test_each_look_sees_what_it_is_for(rule, fields):
    assert list(findings(RELAY, sent(CHARACTERS, **fields))) == ([rule] if rule else [])


@pytest.mark.parametrize("client", [CLIENT, EXAMPLE], ids=["of the tests", "example"])
def test_a_sound_client_keeps_every_rule(brief, client):
    result = judge_client(Terms(command=(sys.executable, str(client), "well"), dialect="relay"))
    assert {line.rule: line.verdict for line in result.lines} == dict.fromkeys(RULES, Verdict.PASS)


@pytest.mark.parametrize(
    ("how", "rule"),
    [
        ("two-sources", "client.body.one-source"),
        ("any-span", "client.body.span"),
        ("no-timestamps-with-a-task", "client.body.timestamps-always"),
        ("timestamps-list", "client.body.timestamps-text"),
        ("no-bearer", "client.auth.bearer"),
        ("key-in-query", "client.auth.header-only"),
    ],
)
def test_a_client_that_breaks_a_rule_is_noticed_by_it(brief, how, rule):
    assert rule in {line.rule for line in judged(how).lines if line.verdict in DEVIATIONS}
