"""The rules of character creation."""

import pytest

from sora_mock.engine.events import CharacterCreated, CreationFailed, TaskSource, UrlSource
from sora_mock.engine.latency import DOCUMENTED, Fixed, Latency
from sora_mock.engine.policy import Policy
from sora_mock.engine.problems import Problem
from sora_mock.engine.source import SourceVideo
from tests.mock_server.engine.support import (
    NOW,
    POLICY,
    VIDEO,
    a_clip,
    accepted_task,
    an_account,
    from_task,
    from_url,
    made_character,
    refused,
    run,
)

DAY = 86_400_000
SLOW = Policy(latency=Latency(url=Fixed(0), task=Fixed(0), generation=Fixed(100)))


def test_a_span_of_a_video_makes_a_character():
    account = an_account()
    outcome = run(account, from_url()).outcome
    assert isinstance(outcome, CharacterCreated)
    assert outcome.source == UrlSource(VIDEO, "5,8")
    assert outcome.analysis.duration == 3.0
    assert account.characters == {outcome.character_id: NOW}


def test_the_same_request_twice_makes_two_characters():
    account = an_account()
    assert made_character(account) != made_character(account)


@pytest.mark.parametrize(
    ("changes", "code", "param", "rule"),
    [
        ({"model": None}, "missing_required_parameter", "model", "character.model.required"),
        ({"model": "sora-2"}, "invalid_model", "model", "character.model.value"),
        ({"model": "Sora-2-character"}, "invalid_model", "model", "character.model.value"),
        ({"url": None}, "missing_required_parameter", "url", "character.source.required"),
        ({"from_task": "task_1"}, "conflicting_parameters", "from_task", "character.source.exclusive"),
        ({"url": "clip.mp4"}, "invalid_url", "url", "character.source.url-form"),
        ({"timestamps": None}, "missing_required_parameter", "timestamps", "character.timestamps.required"),
        ({"timestamps": "5-8"}, "invalid_timestamps", "timestamps", "character.timestamps.format"),
        ({"timestamps": "8,5"}, "invalid_timestamps", "timestamps", "character.timestamps.order"),
        ({"timestamps": "59,60.01"}, "invalid_timestamps", "timestamps", "character.timestamps.range"),
    ],
)
def test_a_bad_request_is_refused_by_its_own_rule_and_leaves_no_trace(changes, code, param, rule):
    account = an_account()
    problem = refused(account, from_url(**changes))
    assert (problem.status, problem.code, problem.param, problem.rule) == (400, code, param, rule)
    assert account == an_account()


def test_a_span_may_end_where_the_video_ends():
    assert isinstance(run(an_account(), from_url(timestamps="57,60")).outcome, CharacterCreated)


@pytest.mark.parametrize("timestamps", ["0,1", "0,60", "1.25,2.5", "0,0.1"])
def test_spans_of_any_length_are_accepted(timestamps):
    assert isinstance(run(an_account(), from_url(timestamps=timestamps)).outcome, CharacterCreated)


def test_a_video_that_fails_counts_as_a_creation_but_makes_nothing():
    account = an_account()
    decision = run(account, from_url(VIDEO + "?status=404"))
    assert isinstance(decision.outcome, Problem)
    assert decision.events == (
        CreationFailed(NOW, UrlSource(VIDEO + "?status=404", "5,8"), "character.source.reachable"),
    )
    assert (account.characters, account.creations) == ({}, [NOW])


def test_a_video_that_cannot_be_opened_is_not_measured():
    problem = refused(an_account(), from_url(VIDEO + "?status=404&length=1"))
    assert problem.code == "processing_failed"


def test_what_the_edge_knows_of_a_video_comes_before_its_url():
    command = from_url("https://example.com/a.mp4", "0,8", video=SourceVideo(seconds=5))
    assert refused(an_account(), command).rule == "character.timestamps.range"


def test_an_own_completed_task_makes_a_character():
    account = an_account()
    task = accepted_task(account, a_clip(duration=4))
    outcome = run(account, from_task(task)).outcome
    assert isinstance(outcome, CharacterCreated)
    assert outcome.source == TaskSource(task)
    assert (outcome.analysis.duration, outcome.analysis.quality) == (4.0, "optimal")


def test_an_unknown_task_is_not_found():
    problem = refused(an_account(), from_task("task_0"))
    assert (problem.status, problem.code, problem.rule) == (404, "task_not_found", "character.from-task.unknown")


def test_an_expired_task_looks_unknown():
    account = an_account()
    task = accepted_task(account, a_clip())
    assert isinstance(run(account, from_task(task), NOW + DAY - 1).outcome, CharacterCreated)
    assert refused(account, from_task(task), NOW + DAY).code == "task_not_found"


def test_a_task_still_at_work_is_refused():
    account = an_account()
    task = accepted_task(account, a_clip(), policy=SLOW)
    problem = refused(account, from_task(task), NOW + 99_999, SLOW)
    assert (problem.status, problem.code) == (400, "task_not_completed")
    assert isinstance(run(account, from_task(task), NOW + 100_000, SLOW).outcome, CharacterCreated)


def test_a_failed_task_is_refused():
    policy = Policy(unknown_mention="fail")
    account = an_account()
    task = accepted_task(account, a_clip("@char_nobody"), policy=policy)
    assert refused(account, from_task(task)).code == "task_not_completed"


@pytest.mark.parametrize(
    ("knob", "timestamps", "code"),
    [
        ("ignore", "5,8", None),
        ("ignore", "nonsense", None),
        ("ignore", None, None),
        ("require", None, "missing_required_parameter"),
        ("require", "5,8", None),
        ("refuse", "5,8", "conflicting_parameters"),
        ("refuse", None, None),
    ],
)
def test_timestamps_beside_a_task_do_what_the_policy_says(knob, timestamps, code):
    policy = Policy(task_timestamps=knob)
    account = an_account()
    task = accepted_task(account, a_clip())
    outcome = run(account, from_task(task, timestamps=timestamps), NOW, policy).outcome
    assert (outcome.code if isinstance(outcome, Problem) else None) == code


def test_the_limit_admits_sixty_creations_a_minute_and_then_says_when_to_come_back():
    account = an_account()
    for _ in range(60):
        made_character(account)
    problem = refused(account, from_url(), NOW + 18_500)
    assert (problem.status, problem.code, problem.retry_after) == (429, "rate_limit_exceeded", 42)
    assert isinstance(run(account, from_url(), NOW + 60_500).outcome, CharacterCreated)


def test_being_limited_does_not_prolong_the_wait():
    account = an_account()
    for _ in range(60):
        made_character(account)
    for second in range(60):
        refused(account, from_url(), NOW + 1000 * second)
    made_character(account, NOW + 60_000)


def test_refusals_neither_count_nor_are_limited():
    account = an_account()
    policy = Policy(creations_per_minute=1)
    for _ in range(5):
        assert refused(account, from_url(timestamps="x"), NOW, policy).status == 400
    made_character(account, NOW, policy)
    assert refused(account, from_url(timestamps="x"), NOW, policy).status == 400
    assert refused(account, from_task("task_0"), NOW, policy).status == 404
    assert refused(account, from_url(), NOW, policy).status == 429


def test_documented_latency_delays_the_answer_the_same_way_every_time():
    policy = Policy(latency=DOCUMENTED)
    delays = {run(an_account(), from_url(), NOW, policy).delay for _ in range(3)}
    assert len(delays) == 1
    assert 10_000 <= delays.pop() <= 30_000


def test_instant_answers_are_not_delayed():
    assert run(an_account(), from_url(), NOW, POLICY).delay == 0
