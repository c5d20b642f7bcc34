import pytest

from sora_mock.engine.commands import CreateRelayCharacter, RetrieveCharacter
from sora_mock.engine.events import CharacterCreated, TaskSource, UrlSource
from sora_mock.engine.policy import Policy
from tests.mock_server.engine.support import (
    NOW,
    VIDEO,
    a_clip,
    a_video,
    accepted_task,
    accepted_video,
    an_account,
    refused,
    run,
)


def creation(**changes):
    return CreateRelayCharacter(**{"url": VIDEO, "timestamps": "5,8"} | changes)


def of_task(task, timestamps="0,2"):
    return CreateRelayCharacter(from_task=task, timestamps=timestamps)


def test_a_character_is_one_of_the_account_like_any_other():
    account = an_account()
    created = run(account, creation()).outcome
    assert isinstance(created, CharacterCreated)
    assert (created.source, created.name) == (UrlSource(VIDEO, "5,8"), None)
    assert run(account, RetrieveCharacter(created.character_id)).outcome.created_at == NOW


def test_a_character_of_a_task_has_it_for_a_source():
    account = an_account()
    task = accepted_task(account, a_clip(duration=2))
    assert run(account, of_task(task)).outcome.source == TaskSource(task)


@pytest.mark.parametrize("span", ["0,0.99", "0,3.001", "0,10"])
def test_a_span_has_the_same_bounds_with_either_source(span):
    account = an_account()
    task = accepted_task(account, a_clip())
    assert refused(account, creation(timestamps=span)) == refused(account, of_task(task, span))


def test_a_span_has_to_lie_within_the_video_of_the_task():
    account = an_account()
    video = accepted_video(account, a_video(seconds="4"))
    assert refused(account, of_task(video, "2,4.5")).rule == "character.timestamps.range"
    assert isinstance(run(account, of_task(video, "1,4")).outcome, CharacterCreated)


def test_two_sources_are_refused_before_anything_is_looked_at():
    assert refused(an_account(), creation(from_task="task_0", timestamps="x")).code == "conflicting_parameters"


def test_the_model_is_looked_at_first():
    problem = refused(an_account(), CreateRelayCharacter(model="x"), policy=Policy(relay_model="refuse"))
    assert (problem.status, problem.code, problem.param) == (404, "channel_not_found", "model")


def test_ignored_timestamps_of_a_task_may_be_anything():
    account = an_account()
    task = accepted_task(account, a_clip())
    policy = Policy(relay_task_timestamps="ignore")
    assert isinstance(run(account, of_task(task, "x"), policy=policy).outcome, CharacterCreated)
    assert refused(account, creation(timestamps="x"), policy=policy).rule == "character.timestamps.format"
