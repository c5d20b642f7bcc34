"""The model layer on mocks: what it calls, what it is sure to come upon, and what it notices."""

import subprocess
import sys
from contextlib import contextmanager

import pytest

import sora_mock
from sora_conformance.budget import CALLS, CHARACTERS, GENERATIONS, Budget, Limits
from sora_conformance.contract import Cost, load
from sora_conformance.exchanges import Party
from sora_conformance.server.judge import Judge
from sora_conformance.server.model_layer import CHARACTERS as OF_CHARACTERS
from sora_conformance.server.model_layer import TASKS, model_cases
from sora_conformance.server.stage import Stage
from sora_conformance.server.survey import sightings_of
from sora_conformance.target import MOCK_SOURCES, Target
from sora_conformance.verdicts import DEVIATIONS, Verdict
from sora_conformance.wire import Wire
from sora_mock.engine.latency import parse_latency
from sora_mock.engine.policy import Policy
from sora_mock.settings import Settings
from tests.conformance.servers import answering
from tests.mutants.registry import MUTANTS
from tests.mutants.serving import serving

SLOW = "generation=30..180"
SURVEYS = (OF_CHARACTERS, TASKS)


def target_at(url, **changes):
    given = {"api_key": "sk-a", "second_api_key": "sk-b", "sources": MOCK_SOURCES, "mock": True}
    return Target(url=url, **(given | changes))


@contextmanager
def mock(latency=None):
    policy = Policy() if latency is None else Policy(latency=parse_latency(latency))
    with sora_mock.running(settings=Settings(policy=policy)) as sora:
        yield sora


@contextmanager
def stage_at(target, *, seed=0, limits=None):
    with Budget(limits or Limits()) as budget, Wire(target, budget) as wire:
        yield Stage(wire, seed=seed)


def judged(stage):
    judge = Judge(stage, load("guide"), strict=False, allow=tuple(Cost))
    return {case.rule: judge.judge(case) for case in model_cases()}


def asked(stage):
    """Return what was sent, in order, with the ids of the server in it made the same for all servers."""
    return [
        (one.party, one.sent.method, one.operation, one.refusal, len(one.sent.body)) for one in stage.wire.exchanges
    ]


# -- on a sound server ------------------------------------------------------------------------------------------------


SEEDS = [*range(3), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(3, 21))]


@pytest.mark.parametrize("latency", [None, SLOW], ids=["instant", "slow"])
@pytest.mark.parametrize("seed", SEEDS)
def test_every_rule_passes_with_every_seed_within_the_price(seed, latency):
    with mock(latency) as sora, stage_at(target_at(sora.base_url), seed=seed) as stage:
        for survey in SURVEYS:
            before = {name: stage.wire.budget.spent(name) for name in (CALLS, CHARACTERS, GENERATIONS)}
            seen = sightings_of(stage, survey)
            assert seen.ended is None
            for rule in survey.rules:
                assert seen.of(rule).exercised
                assert seen.of(rule).findings == []
            for name, count in before.items():
                assert stage.wire.budget.spent(name) - count <= getattr(survey.price, name)


def test_no_creation_is_limited():
    with mock() as sora, stage_at(target_at(sora.base_url)) as stage:
        for _ in range(59):
            stage.new_character()
        judged(stage)
        assert 429 not in {exchange.status for exchange in stage.wire.exchanges}


@pytest.mark.parametrize(
    ("changes", "skipped"),
    [
        ({"second_api_key": None}, {"a second key"}),
        ({"mock": False}, {"a clock that can be advanced"}),
        ({"video_seconds": None}, {"the length of the source video"}),
    ],
)
def test_what_a_run_was_not_given_is_left_out_and_the_rest_judged(changes, skipped):
    with mock() as sora, stage_at(target_at(sora.base_url, **changes)) as stage:
        lines = judged(stage)
    assert {line.reason for line in lines.values() if line.verdict is not Verdict.PASS} == {
        f"needs {need}" for need in skipped
    }


def test_without_a_clock_no_time_is_advanced():
    with mock() as sora, stage_at(target_at(sora.base_url, mock=False)) as stage:
        before = sora.clock.now
        judged(stage)
        assert sora.clock.now - before < 600


# -- the same again ---------------------------------------------------------------------------------------------------


def test_the_same_seed_sends_the_same_requests():
    runs = []
    for _ in range(2):
        with mock() as sora, stage_at(target_at(sora.base_url), seed=7) as stage:
            judged(stage)
            runs.append(
                [
                    (one.party, one.sent.method, one.sent.url.split("/v1/")[1], one.sent.body, one.status)
                    for one in stage.wire.exchanges
                ]
            )
    assert runs[0] == runs[1]


def test_another_seed_sends_others():
    runs = []
    for seed in (7, 8):
        with mock() as sora, stage_at(target_at(sora.base_url), seed=seed) as stage:
            judged(stage)
            runs.append(asked(stage))
    assert runs[0] != runs[1]


def test_a_used_server_is_sent_the_same_and_judged_the_same():
    runs = []
    with mock() as sora:
        for _ in range(2):
            with stage_at(target_at(sora.base_url), seed=3) as stage:
                verdicts = {rule: (line.verdict, line.reason) for rule, line in judged(stage).items()}
                runs.append((asked(stage), verdicts))
    assert runs[0] == runs[1]


def test_the_answers_of_a_server_change_no_draw():
    """Every creation from a task is refused here; what is drawn goes on as before."""
    mutant = named("task-creation-refused")
    with mock() as sora, stage_at(target_at(sora.base_url), seed=1) as stage:
        sightings_of(stage, TASKS)
        sound = looks(stage)
    with serving(mutant.app()) as url, stage_at(target_at(url), seed=1) as stage:
        sightings_of(stage, TASKS)
        assert looks(stage) == sound


def looks(stage):
    """Return who has looked at which of the tasks, by number, in order."""
    tasks = {}
    for one in stage.wire.exchanges:
        if one.operation == "createGeneration" and one.object and "task_id" in one.object:
            body = one.sent.body
            # Wishes that mention characters of tasks are left out where there are none.
            tasks.setdefault(one.object["task_id"], body if b"@" not in body else None)
    return [
        (one.party, tasks[name])
        for one in stage.wire.exchanges
        if one.operation == "retrieveGeneration" and tasks.get(name := one.sent.url.rpartition("/")[2])
    ]


def test_hypothesis_is_loaded_only_when_the_layer_is_tried():
    code = (
        "import sys; from sora_conformance.server.layers import all_cases; "
        "all_cases(); sys.exit('hypothesis' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_nothing_is_written_where_the_run_stands(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with mock() as sora, stage_at(target_at(sora.base_url)) as stage:
        judged(stage)
    assert list(tmp_path.iterdir()) == []


# -- early ends -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("calls", [1, 20, 60, 100])
def test_a_spent_budget_ends_the_run_at_exactly_that_call_and_what_was_seen_counts(calls):
    with mock() as sora, stage_at(target_at(sora.base_url, api_key=sora.api_key), limits=Limits(calls=calls)) as stage:
        lines = judged(stage)
        assert stage.wire.budget.spent(CALLS) == calls
        mine = [one for one in stage.wire.exchanges if one.party is Party.FIRST]
        assert len([one for one in sora.journal.entries() if one.path.startswith("/v1/sora")]) == len(mine)
    verdicts = {line.verdict for line in lines.values()}
    assert verdicts <= {Verdict.PASS, Verdict.INCONCLUSIVE}
    assert Verdict.INCONCLUSIVE in verdicts or calls == 100
    assert all("budget" in line.reason for line in lines.values() if line.verdict is Verdict.INCONCLUSIVE)


def test_a_server_that_stops_answering_is_blamed_for_nothing():
    with mock() as sora:
        target = target_at(sora.base_url, timeout=2)
    with stage_at(target) as stage:
        assert {line.verdict for line in judged(stage).values()} == {Verdict.INCONCLUSIVE}


# -- on broken servers ------------------------------------------------------------------------------------------------


def named(name):
    return next(mutant for mutant in MUTANTS if mutant.name == name)


NOTICED = (
    "url-creation-refused",
    "everything-optimal",
    "repetition-refused",
    "foreign-character-accepted",
    "foreign-character-told",
    "foreign-task-accepted",
    "foreign-task-told",
    "expired-task-accepted",
    "character-expires-in-a-day",
    "character-works-twice",
    "mentions-in-order-of-creation",
    "three-mentions-at-most",
    "back-at-work",
    "task-lives-two-days",
)
"""Mutants of different kinds; `make kill-matrix` has them all, before cases that leave nothing to chance."""


@pytest.mark.parametrize("name", [name for name in NOTICED if any(mutant.name == name for mutant in MUTANTS)])
def test_a_broken_server_is_noticed_by_the_rule_that_it_breaks(name):
    mutant = named(name)
    with serving(mutant.app()) as url, stage_at(target_at(url)) as stage:
        lines = judged(stage)
    assert lines[mutant.rule].verdict in DEVIATIONS
    assert 0 < len(lines[mutant.rule].evidence) <= 12
    assert Verdict.ERROR not in {line.verdict for line in lines.values()}


ODD = (
    (200, {}, b"<html></html>"),
    (200, {}, b"null"),
    (200, {}, b'{"character_id": ["a"], "task_id": {}, "id": 5, "characters": "all", "metadata": [1]}'),
    (200, {}, b'{"character_id": "\\ud800", "task_id": "\\ud800", "id": "a b", "characters": [[], {}]}'),
    (200, {}, b'{"character_id": "a/b", "task_id": "../x?y#z", "id": "", "status": [], "progress": true}'),
    (404, {}, b'{"error": {"code": ["a"], "type": {}, "message": null, "param": 5}}'),
    (500, {}, b""),
)


@pytest.mark.parametrize("answer", ODD, ids=range(len(ODD)))
def test_no_answer_is_too_odd_to_be_judged(answer):
    with answering(lambda *_: answer) as url, stage_at(target_at(url, mock=False)) as stage:
        lines = judged(stage)
    assert Verdict.ERROR not in {line.verdict for line in lines.values()}


def test_a_finding_is_shown_with_what_led_to_it():
    with serving(named("foreign-task-accepted").app()) as url, stage_at(target_at(url)) as stage:
        evidence = judged(stage)["character.from-task.foreign"].evidence
    assert {one.party for one in evidence} == {Party.FIRST, Party.SECOND}
    assert len(evidence) > 1
