"""The rules of generations."""

import pytest

from sora_mock.engine.commands import DownloadGeneration, RetrieveGeneration
from sora_mock.engine.latency import DOCUMENTED, Fixed, Latency
from sora_mock.engine.lifecycle import View
from sora_mock.engine.policy import Policy
from sora_mock.engine.state import Scene
from tests.mock_server.engine.support import (
    NOW,
    POLICY,
    a_clip,
    accepted_task,
    an_account,
    made_character,
    refused,
    run,
)

SLOW = Policy(latency=Latency(url=Fixed(0), task=Fixed(0), generation=Fixed(100)))
DAY = 86_400_000


def accepted(account, command, now=NOW, policy=POLICY):
    outcome = run(account, command, now, policy).outcome
    assert isinstance(outcome, View)
    return outcome


def test_what_is_not_said_has_its_default():
    generation = accepted(an_account(), a_clip()).generation
    assert (generation.duration, generation.resolution, generation.characters) == (10, "1080p", ())


def test_mentioned_characters_are_listed_once_in_order():
    account = an_account()
    one, other = made_character(account), made_character(account)
    generation = accepted(account, a_clip(f"@{other} waves at @{one}, @{other} leaves @home")).generation
    assert generation.characters == (other, one)


@pytest.mark.parametrize("prompt", ["x", "x" * 32_000, "雨", "\x00", "@home"])
def test_prompts_within_the_limits_are_accepted(prompt):
    assert accepted(an_account(), a_clip(prompt)).generation.prompt == prompt


@pytest.mark.parametrize(
    ("changes", "code", "param", "rule"),
    [
        ({"model": None}, "missing_required_parameter", "model", "generation.model.required"),
        ({"model": "sora-2-character"}, "invalid_model", "model", "generation.model.value"),
        ({"prompt": None}, "missing_required_parameter", "prompt", "generation.prompt.required"),
        ({"prompt": ""}, "invalid_value", "prompt", "generation.prompt.length"),
        ({"prompt": "x" * 32_001}, "invalid_value", "prompt", "generation.prompt.length"),
        ({"duration": 0}, "invalid_value", "duration", "generation.duration.value"),
        ({"duration": 61}, "invalid_value", "duration", "generation.duration.value"),
        ({"duration": -(10**30)}, "invalid_value", "duration", "generation.duration.value"),
        ({"resolution": "4k"}, "invalid_value", "resolution", "generation.resolution.value"),
        ({"resolution": ""}, "invalid_value", "resolution", "generation.resolution.value"),
        ({"scenes": (Scene("x", 4),)}, "conflicting_parameters", "scenes", "generation.scenes.exclusive"),
    ],
)
def test_a_bad_request_is_refused_by_its_own_rule_and_leaves_no_trace(changes, code, param, rule):
    account = an_account()
    problem = refused(account, a_clip(**changes))
    assert (problem.status, problem.code, problem.param, problem.rule) == (400, code, param, rule)
    assert account == an_account()


def test_an_unknown_character_is_not_found_and_makes_no_task():
    account = an_account()
    problem = refused(account, a_clip("@char_0 walks"))
    assert (problem.status, problem.code, problem.rule) == (404, "character_not_found", "generation.mention.unknown")
    assert account.generations == {}


def test_a_foreign_character_looks_unknown():
    theirs = made_character(an_account("bob"))
    mine = refused(an_account("alice"), a_clip(f"@{theirs} walks"))
    unknown = refused(an_account("alice"), a_clip("@char_0 walks"))
    assert mine.message.replace(theirs, "char_0") == unknown.message


def test_an_unknown_character_may_fail_the_task_instead():
    account = an_account()
    policy = Policy(unknown_mention="fail")
    task = accepted_task(account, a_clip("@char_0 walks"), policy=policy)
    outcome = run(account, RetrieveGeneration(task)).outcome
    assert isinstance(outcome, View)
    assert outcome.status == "failed"
    assert outcome.generation.failure is not None
    assert outcome.generation.failure.code == "character_not_found"


def test_a_storyboard_lasts_as_long_as_its_scenes_and_shows_all_their_characters():
    account = an_account()
    one, other = made_character(account), made_character(account)
    scenes = (Scene(f"@{one} arrives", 4), Scene(f"@{other} waits", 5))
    generation = accepted(account, a_clip(None, scenes=scenes)).generation
    assert (generation.prompt, generation.scenes, generation.duration) == (None, scenes, 9)
    assert generation.characters == (one, other)


@pytest.mark.parametrize(
    ("scenes", "changes", "param", "rule"),
    [
        ((), {}, "scenes", "generation.scenes.form"),
        ((Scene("x", 1),) * 21, {}, "scenes", "generation.scenes.form"),
        ((Scene("x", 4), Scene("", 4)), {}, "scenes[1].prompt", "generation.prompt.length"),
        ((Scene("x", 0),), {}, "scenes[0].duration", "generation.duration.value"),
        ((Scene("x", 31), Scene("x", 30)), {}, "scenes", "generation.scenes.duration"),
        ((Scene("x", 4),), {"duration": 5}, "duration", "generation.scenes.duration"),
    ],
)
def test_a_bad_storyboard_is_refused_by_its_own_rule(scenes, changes, param, rule):
    problem = refused(an_account(), a_clip(None, scenes=scenes, **changes))
    assert (problem.status, problem.param, problem.rule) == (400, param, rule)


def test_a_duration_beside_scenes_may_state_their_sum():
    assert accepted(an_account(), a_clip(None, scenes=(Scene("x", 4),), duration=4)).generation.duration == 4


def test_an_unknown_character_in_a_scene_is_blamed_on_the_scenes():
    assert refused(an_account(), a_clip(None, scenes=(Scene("@char_0", 4),))).param == "scenes"


def test_a_task_is_seen_by_its_owner_only():
    account, other = an_account("alice"), an_account("bob")
    task = accepted_task(account, a_clip())
    assert isinstance(run(account, RetrieveGeneration(task)).outcome, View)
    for command in (RetrieveGeneration(task), DownloadGeneration(task)):
        problem = refused(other, command)
        assert (problem.status, problem.code, problem.param) == (404, "task_not_found", "task_id")


def test_a_clip_can_be_fetched_from_completion_to_expiry():
    account = an_account()
    task = accepted_task(account, a_clip(), policy=SLOW)
    fetch = DownloadGeneration(task)
    assert refused(account, fetch, NOW + 99_999).code == "task_not_completed"
    assert isinstance(run(account, fetch, NOW + 100_000).outcome, View)
    assert isinstance(run(account, fetch, NOW + 100_000 + DAY - 1).outcome, View)
    assert refused(account, fetch, NOW + 100_000 + DAY).code == "task_not_found"


def test_an_expired_task_is_still_seen_as_expired():
    account = an_account()
    task = accepted_task(account, a_clip())
    outcome = run(account, RetrieveGeneration(task), NOW + DAY).outcome
    assert isinstance(outcome, View)
    assert outcome.status == "expired"


def test_a_tenth_of_the_time_is_spent_in_the_queue():
    generation = accepted(an_account(), a_clip(), policy=SLOW).generation
    assert (generation.starts_at - NOW, generation.ends_at - NOW) == (10_000, 100_000)


def test_documented_latency_lies_within_its_bounds():
    generation = accepted(an_account(), a_clip(), policy=Policy(latency=DOCUMENTED)).generation
    assert 30_000 <= generation.ends_at - NOW <= 180_000


def test_generations_are_not_limited():
    account = an_account()
    policy = Policy(creations_per_minute=1)
    assert len({accepted_task(account, a_clip(), policy=policy) for _ in range(5)}) == 5
