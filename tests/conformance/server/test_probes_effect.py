"""Probes of effects: what shows that a refused request was done all the same."""

import json

import pytest

from sora_conformance.budget import Budget, Limits, NotJudged
from sora_conformance.server.probes_effect import CREATIONS, REMAINDER, ROOM, no_character, no_task, nothing_counted
from sora_conformance.server.stage import Stage
from sora_conformance.target import Target
from sora_conformance.wire import Wire
from tests.conformance.servers import answering


class Counter:
    """Refuses everything; `counts` says of which bodies a creation is counted, `extra` what a refusal shows besides."""

    def __init__(self, *, left=60, counts=lambda body: False, extra=None, tasks=(), status=400):
        self.left, self.counts, self.extra, self.tasks, self.status = left, counts, extra or {}, tasks, status
        self.waited = []

    def answer(self, method, path, headers, body):
        if method == "GET":
            known = path.rpartition("/")[2] in self.tasks
            return (200, {}, b'{"status": "queued"}') if known else (404, {}, b"{}")
        if path.endswith("/characters") and self.left is not None and self.counts(json.loads(body)):
            self.left -= 1
        stated = {} if self.left is None else {REMAINDER: str(self.left)}
        return self.status, stated, json.dumps({"error": {"code": "own"}, **self.extra}).encode()

    def wait(self, seconds, party=None):
        self.waited.append(seconds)
        self.left = 60


@pytest.fixture
def tried():
    def run(probe, server):
        with answering(server.answer) as url, Wire(Target(url=url, api_key="sk-a"), Budget(Limits())) as wire:
            wire.waiting.wait = server.wait
            return probe(Stage(wire))

    return run


@pytest.mark.parametrize("probe", [no_character, no_task, nothing_counted])
def test_refusals_without_effect_have_no_finding(probe, tried):
    assert tried(probe, Counter()) == []


def test_the_id_of_a_character_shows_an_effect(tried):
    findings = tried(no_character, Counter(extra={"character_id": "char_1"}))
    assert len(findings) == len(CREATIONS)
    assert findings[0].startswith("expected a refusal for invalid_model to make nothing")


@pytest.mark.parametrize("extra", [{"task_id": "task_1"}, {"id": "task_1"}])
def test_the_id_of_a_task_shows_an_effect(extra, tried):
    assert tried(no_task, Counter(extra=extra, tasks=["task_1"])) != []


@pytest.mark.parametrize("extra", [{"id": "error_1"}, {"id": 3}, {"task_id": None}, {"id": "../other"}])
def test_an_id_that_leads_to_no_task_shows_none(extra, tried):
    assert tried(no_task, Counter(extra=extra, tasks=["task_1"])) == []


def test_a_remainder_that_falls_shows_an_effect(tried):
    findings = tried(nothing_counted, Counter(counts=lambda body: body.get("timestamps") == "4,1"))
    assert findings == ["expected a creation refused for invalid_timestamps not to count, found 60 left, then 59"]


def test_a_server_that_counts_every_request_shows_nothing(tried):
    with pytest.raises(NotJudged, match="counts every request"):
        tried(nothing_counted, Counter(counts=lambda body: True))


def test_a_server_that_states_no_remainder_shows_nothing(tried):
    with pytest.raises(NotJudged, match="does not state"):
        tried(nothing_counted, Counter(left=None))
    assert tried(no_character, Counter(left=None)) == []


def test_a_server_that_refuses_nothing_shows_nothing(tried):
    for probe in (no_character, no_task):
        with pytest.raises(NotJudged, match="nothing was refused"):
            tried(probe, Counter(status=200))


@pytest.mark.parametrize("probe", [no_character, nothing_counted])
def test_creations_are_waited_for_where_hardly_any_is_left(probe, tried):
    server = Counter(left=ROOM - 1)
    assert tried(probe, server) == []
    assert server.waited == [61.0]


def test_nothing_is_said_where_none_is_left_even_then(tried):
    server = Counter(left=0)
    server.wait = lambda seconds, party=None: None
    with pytest.raises(NotJudged, match="lets no creations through"):
        tried(nothing_counted, server)
