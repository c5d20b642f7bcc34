"""The survey of errors: every kind of mistake is made, and what is wrong with a reply is told by the mistake."""

import json

import pytest

from sora_conformance.budget import CALLS, Budget, Limits, NotJudged
from sora_conformance.contract import load
from sora_conformance.server.stage import Stage
from sora_conformance.server.survey import Sightings
from sora_conformance.server.survey_errors import ERRORS, MISTAKES, RULES, explore
from sora_conformance.target import Target
from sora_conformance.wire import Wire
from tests.conformance.servers import answering

KINDS = {kind.code: kind for kind in load("guide").errors}
ELSEWHERE = {
    "request_headers_too_large": "raw bytes",
    "invalid_request": "raw bytes",
    "request_too_large": "a large body",
    "request_timeout": "a body that stops",
    "unknown_parameter": "only where such fields are refused",
    "processing_failed": "only where a source is known that fails",
    "task_not_completed": "takes a task",
    "rate_limit_exceeded": "takes a minute's worth of creations",
    "link_invalid": "takes a task",
    "link_expired": "takes a task",
    "range_not_satisfiable": "takes a task",
    "internal_error": "no request makes a sound server fail",
}


@pytest.fixture
def explored():
    """Return a function that explores a server which answers everything with `told`, and returns the sightings."""

    def run(status, told, *, limits=None, **about):
        body = told if isinstance(told, bytes) else json.dumps(told).encode()
        with answering(lambda *_: (status, {}, body)) as url:
            budget = Budget(limits or Limits())
            with Wire(Target(url=url, api_key="sk-a", **about), budget) as wire:
                seen = Sightings()
                try:
                    explore(Stage(wire), seen)
                except NotJudged:
                    assert limits is not None
                return seen, wire.exchanges

    return run


def test_every_kind_of_error_that_costs_nothing_is_met(explored):
    _, exchanges = explored(400, {})
    assert {exchange.refusal for exchange in exchanges} == set(KINDS) - set(ELSEWHERE)
    assert len(exchanges) == len(MISTAKES) <= ERRORS.price.calls


def test_a_source_that_fails_is_met_where_one_is_known(explored):
    _, exchanges = explored(500, {}, sources={"private": "https://videos.example.com/private.mp4"})
    assert exchanges[-1].refusal == "processing_failed"
    assert len(exchanges) == ERRORS.price.calls


def test_every_rule_is_exercised(explored):
    seen, _ = explored(400, {"error": {}}, sources={"private": "https://videos.example.com/private.mp4"})
    assert [rule for rule in RULES if not seen.of(rule).exercised] == []


def test_findings_name_the_mistake(explored):
    seen, _ = explored(400, b"")
    assert seen.of("error.body").findings[0] == "no key: expected an error with a body, found 400 without"
    assert len(seen.of("error.body").findings) == len(MISTAKES)


def test_no_field_is_to_be_blamed_where_none_is_at_fault(explored):
    seen, _ = explored(400, {"error": {"param": "body"}})
    assert "broken JSON: expected error.param None, found 'body'" in seen.of("error.param").findings


@pytest.mark.parametrize("error", [{"param": None}, {}])
def test_no_blame_is_no_finding(error, explored):
    seen, _ = explored(400, {"error": error})
    assert [finding for finding in seen.of("error.param").findings if "expected error.param None" in finding] == []


def test_what_was_seen_before_the_budget_was_spent_counts(explored):
    seen, exchanges = explored(400, b"", limits=Limits(**{CALLS: 3}))
    assert len(exchanges) == seen.of("error.body").exercised == 3
