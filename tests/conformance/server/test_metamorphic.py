"""The metamorphic layer: pairs of requests that mean the same, on sound mocks and on broken ones."""

import json

import pytest

import sora_mock
from sora_conformance.budget import CALLS, CHARACTERS, GENERATIONS, Budget, Limits, NotJudged
from sora_conformance.contract import Cost, load
from sora_conformance.exchanges import Exchange, Sent
from sora_conformance.server.judge import Judge
from sora_conformance.server.metamorphic import metamorphic_cases
from sora_conformance.server.metamorphic_pairs import given, loose, otherwise, same
from sora_conformance.server.stage import PROPS, Stage
from sora_conformance.target import MOCK_SOURCES, Target
from sora_conformance.verdicts import DEVIATIONS, Verdict
from sora_conformance.wire import Wire
from sora_mock.engine.latency import parse_latency
from sora_mock.engine.policy import Policy
from sora_mock.settings import Settings
from tests.conformance.servers import answering
from tests.mutants.registry import MUTANTS
from tests.mutants.serving import serving

CASES = metamorphic_cases()
SLOW = Settings(policy=Policy(latency=parse_latency("generation=30..180")))


def tried(url, cases=CASES, limits=None):
    """Return the lines of the cases on a server, and the budget and the stage that they were tried with."""
    target = Target(url=url, api_key="sk-a", second_api_key="sk-b", sources=MOCK_SOURCES, mock=True)
    budget = Budget(limits or Limits())
    with Wire(target, budget) as wire:
        judge = Judge(Stage(wire), load("guide"), strict=False, allow=tuple(Cost))
        return [judge.judge(case) for case in cases], budget, wire.exchanges


def reply(body=None, *, status=200, operation="createGeneration"):
    sent = Sent(method="POST", url="http://localhost/v1/sora/generations")
    content = json.dumps({"task_id": "task_1"} | (body or {})).encode()
    return Exchange(sent=sent, status=status, operation=operation, body=content)


# -- comparing --------------------------------------------------------------------------------------------------------


def test_the_same_values_are_the_same():
    one, other = reply({"characters": ["a", "b"], "x": 1}), reply({"characters": ["b", "a"], "x": 2})
    assert same(one, other, "/characters") == []
    assert same(one, other, "/characters", "/x") == ["/x: expected 1 again, found 2"]


def test_what_is_missing_in_both_is_the_same():
    assert same(reply(), reply(), "/characters") == []
    assert same(reply({"characters": []}), reply(), "/characters") == ["/characters: expected [] again, found nothing"]


def test_a_second_request_that_is_refused_is_told():
    (finding,) = same(reply(), reply(status=404))
    assert finding.startswith("expected 200, found 404")


def test_nothing_is_said_where_the_first_of_a_pair_goes_wrong():
    with pytest.raises(NotJudged, match="setup: expected 200, found 500"):
        given(reply(status=500))


@pytest.mark.parametrize("value", [None, 1, "a", {"a": 1}])
def test_only_lists_are_compared_without_their_order(value):
    assert loose(value) == value
    assert loose([value, "z"]) == loose(["z", value])


def test_an_object_written_otherwise_is_the_same_object():
    body = {"model": "sora-2-character", "url": "https://a.example/b-c.mp4?d=1%2F2", "timestamps": "1,4", "n": 10}
    text = otherwise(body)
    assert json.loads(text) == body
    assert text != json.dumps(body).encode()
    assert list(json.loads(text)) == list(reversed(body))


# -- on a sound server ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("settings", [Settings(), SLOW], ids=["instant", "slow"])
def test_every_pair_is_answered_alike(settings):
    with sora_mock.running(settings=settings) as sora:
        lines, budget, _ = tried(sora.base_url)
    assert [(line.case, line.reason) for line in lines if line.verdict is not Verdict.PASS] == []
    assert budget.spent(CALLS) <= 90


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_no_case_costs_more_than_its_price(case):
    with sora_mock.running() as sora:
        (line,), budget, exchanges = tried(sora.base_url, [case])
    assert line.verdict is Verdict.PASS
    price = sum((PROPS[prop] for prop in case.props), case.price)
    assert budget.spent(CALLS) == len(exchanges) <= price.calls
    assert budget.spent(CHARACTERS) <= price.characters
    assert budget.spent(GENERATIONS) <= price.generations
    if case.cost is Cost.FREE:
        assert budget.spent(CHARACTERS) == budget.spent(GENERATIONS) == 0


def test_the_layer_is_thrifty():
    with sora_mock.running() as sora:
        _, budget, _ = tried(sora.base_url)
    assert budget.spent(CALLS) <= 70


def test_no_case_costs_more_than_its_rule():
    costs, contract = list(Cost), load("guide")
    for case in CASES:
        assert costs.index(case.cost) <= costs.index(contract.rule(case.rule).cost), case.id


def test_a_used_server_is_judged_the_same():
    with sora_mock.running() as sora:
        first, second = (tried(sora.base_url)[0] for _ in range(2))
    assert [(line.case, line.verdict, line.reason) for line in first] == [
        (line.case, line.verdict, line.reason) for line in second
    ]


@pytest.mark.parametrize("calls", [0, 5, 33])
def test_a_spent_budget_ends_the_layer_at_exactly_that_call(calls):
    with sora_mock.running() as sora:
        lines, budget, _ = tried(sora.base_url, limits=Limits(calls=calls))
    assert budget.spent(CALLS) == calls
    assert {line.verdict for line in lines} <= {Verdict.PASS, Verdict.INCONCLUSIVE}


# -- on broken servers ------------------------------------------------------------------------------------------------

NOTICED = (
    "scheme-with-a-capital-only",
    "one-mention-only",
    "mentions-in-order-of-creation",
    "mention-inside-refused",
    "repeated-mention-refused",
    "any-word-is-a-mention",
    "scenes-mention-nobody",
    "repetition-refused",
    "one-character-a-source",
    "timestamps-beside-a-task-obeyed",
    "task-creation-refused",
    "refused-creation-makes-a-character",
    "refused-generation-makes-a-task",
)


@pytest.mark.parametrize("mutant", [one for one in MUTANTS if one.name in NOTICED], ids=lambda mutant: mutant.name)
def test_a_broken_pair_is_noticed_by_the_rule_that_is_broken(mutant):
    cases = [case for case in CASES if case.rule == mutant.rule]
    with serving(mutant.app()) as url:
        lines, _, _ = tried(url, cases)
    assert any(line.verdict in DEVIATIONS for line in lines), lines


ODD = (
    (200, {}, b"<html></html>"),
    (200, {}, b""),
    (200, {}, b'{"character_id": ["a"], "task_id": {}, "id": 5, "characters": "all", "metadata": [1]}'),
    (200, {}, b'{"character_id": "\\ud800", "task_id": "\\ud800", "id": [], "characters": [[], {}]}'),
    (404, {}, b'{"error": {"code": ["a"], "type": {}, "message": null, "param": 5}}'),
    (500, {}, b"[]"),
    (301, {"Location": "http://127.0.0.1:9/"}, b"{}"),
)


@pytest.mark.parametrize("answer", ODD, ids=range(len(ODD)))
def test_no_answer_is_too_odd_to_be_judged(answer):
    with answering(lambda *_: answer) as url:
        lines, _, _ = tried(url)
    assert Verdict.ERROR not in {line.verdict for line in lines}, [line for line in lines if line.verdict == "ERROR"]
