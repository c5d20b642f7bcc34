"""What may be changed about an account from outside, and that it comes back as it was."""

import copy

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_mock.engine.commands import (
    AddFault,
    CloseAccount,
    Configure,
    MoveTime,
    OpenAccount,
    RemoveFaults,
    SettleGeneration,
    StartScenario,
    StopScenarios,
)
from sora_mock.engine.effects import NAMED, LatencyEffect
from sora_mock.engine.faults import MAX_FAULTS, Fault, Match
from sora_mock.engine.pace import MAX_ADVANCE, MAX_SPEED
from sora_mock.engine.policy import KNOBS, STARTING_KNOBS
from sora_mock.engine.scenario import Scenario
from tests.mock_server.engine.support import NOW, a_clip, accepted_task, an_account, refused, run

STORM = Scenario(
    name="storm",
    summary="",
    knobs={"creations_per_minute": 5, "task_lifetime": 1.5, "latency": "documented"},
    faults=(Fault(effect="hang"), Fault(effect="reset", name="cut")),
)


@pytest.fixture
def account():
    return an_account()


# -- faults ------------------------------------------------------------------------------------------------------


def test_a_fault_without_a_name_gets_one_that_is_free(account):
    run(account, AddFault(Fault(effect="hang", name="fault-2")))
    run(account, AddFault(Fault(effect="hang")))
    run(account, AddFault(Fault(effect="hang")))
    assert list(account.faults) == ["fault-2", "fault-3", "fault-4"]


def test_a_name_in_use_is_refused(account):
    run(account, AddFault(Fault(effect="hang", name="mine")))
    assert refused(account, AddFault(Fault(effect="reset", name="mine"))).status == 409


def test_a_fault_that_makes_no_sense_is_refused_with_its_place(account):
    problem = refused(account, AddFault(Fault(effect=LatencyEffect(seconds="soon"))))
    assert (problem.status, problem.param) == (400, "effect.seconds")
    assert account.faults == {}


def test_no_fault_can_pass_for_one_of_a_scenario(account):
    run(account, StartScenario(STORM))
    assert refused(account, AddFault(Fault(effect="hang", name="storm/mine"))).param == "name"


def test_there_is_a_most_of_faults(account):
    for _ in range(MAX_FAULTS):
        run(account, AddFault(Fault(effect="hang")))
    assert refused(account, AddFault(Fault(effect="hang"))).status == 409
    assert refused(account, StartScenario(STORM)).status == 409


def test_a_fault_is_removed_by_name_or_with_all_others(account):
    for name in "abc":
        run(account, AddFault(Fault(effect="hang", name=name)))
    run(account, RemoveFaults("b"))
    assert list(account.faults) == ["a", "c"]
    run(account, RemoveFaults())
    assert account.faults == {}


def test_removing_nothing_is_no_event_and_removing_the_unknown_is_refused(account):
    assert run(account, RemoveFaults()).events == ()
    assert refused(account, RemoveFaults("none")).status == 404


# -- scenarios ---------------------------------------------------------------------------------------------------


def test_a_scenario_puts_its_knobs_and_faults_in_place(account):
    run(account, StartScenario(STORM))
    assert account.scenarios == {
        "storm": {"creations_per_minute": "5", "task_lifetime": "1.5", "latency": "documented"}
    }
    assert list(account.faults) == ["storm/1", "storm/cut"]


def test_a_scenario_that_plays_cannot_be_started_again(account):
    run(account, StartScenario(STORM))
    assert refused(account, StartScenario(STORM)).status == 409


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"name": "storm/2"}, "name"),
        ({"name": "storm\n"}, "name"),
        ({"knobs": {"speed": 9}}, "knobs"),
        ({"knobs": {"creations_per_minute": 0}}, "knobs"),
        ({"knobs": {"max_body": 10}}, "knobs"),
        ({"faults": (Fault(effect="hang"), Fault(effect="rest"))}, "faults[1].effect"),
        ({"faults": (Fault(effect="hang", name="2"), Fault(effect="hang"))}, "faults[1].name"),
    ],
)
def test_a_scenario_that_makes_no_sense_is_refused_as_a_whole(account, changes, param):
    problem = refused(account, StartScenario(msgspec.structs.replace(STORM, **changes)))
    assert (problem.status, problem.param) == (400, param)
    assert (account.scenarios, account.faults) == ({}, {})


def test_stopping_what_does_not_play_is_refused(account):
    assert refused(account, StopScenarios("storm")).status == 404


def test_a_scenario_stops_even_when_one_of_its_faults_was_removed_before(account):
    run(account, StartScenario(STORM))
    run(account, RemoveFaults("storm/cut"))
    run(account, StopScenarios("storm"))
    assert (account.scenarios, account.faults) == ({}, {})


FAULTS = st.builds(
    Fault,
    effect=st.sampled_from([name for name in NAMED if not name.startswith("task")]),
    match=st.builds(Match, operation=st.sampled_from([None, "createCharacter", "createGeneration"])),
)
SCENARIOS = st.builds(
    Scenario,
    name=st.sampled_from(["a", "a-b", "b"]),
    summary=st.just(""),
    knobs=st.dictionaries(st.sampled_from(["creations_per_minute", "max_scenes"]), st.integers(1, 50)),
    faults=st.lists(FAULTS, max_size=3).map(tuple),
)


@given(scenario=SCENARIOS, other=SCENARIOS, own=st.lists(FAULTS, max_size=3), names=st.booleans())
def test_what_is_started_and_stopped_leaves_an_account_as_it_was(scenario, other, own, names):
    account = an_account()
    run(account, Configure(knobs={"creations_per_minute": "7"}))
    for fault in own:
        run(account, AddFault(fault))
    if other.name != scenario.name:
        run(account, StartScenario(other))
    before = copy.deepcopy(account)
    run(account, StartScenario(scenario))
    run(account, StopScenarios(scenario.name))
    for field in ("knobs", "faults", "scenarios", "pace", "creations", "characters", "generations", "seed"):
        assert getattr(account, field) == getattr(before, field)
    run(account, StopScenarios())
    assert account.scenarios == {}
    assert len(account.faults) == len(own)


# -- time and knobs ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "move",
    [
        {"advance": -1},
        {"advance": int(MAX_ADVANCE * 1000) + 1},
        {"speed": -1.0},
        {"speed": MAX_SPEED * 2},
        {"speed": 1e-300},
        {"speed": float("nan")},
        {"speed": float("inf")},
    ],
)
def test_time_moves_within_bounds_only(account, move):
    assert refused(account, MoveTime(outside=NOW, **move)).status == 400


def test_time_is_moved_from_the_instant_outside(account):
    run(account, MoveTime(outside=NOW, advance=5000, speed=0))
    assert account.pace.at(NOW + 99) == NOW + 5000


WORDS = {
    "task_timestamps": "require",
    "unknown_mention": "fail",
    "unknown_fields": "refuse",
    "video_seconds": "guide",
    "video_sizes": "guide",
    "unnamed_character": "accept",
    "character_clip": "refuse",
    "null_fields": "omit",
    "unready_content": "bad-request",
    "spritesheet_type": "webp",
    "relay_model": "refuse",
    "relay_task_timestamps": "ignore",
}


@pytest.mark.parametrize("name", sorted(set(KNOBS) - STARTING_KNOBS - {"latency"}))
def test_a_knob_is_set_and_given_back(account, name):
    value = WORDS.get(name, "5")
    run(account, Configure(knobs={name: value}))
    assert account.knobs == {name: value}
    run(account, Configure(knobs={name: None}))
    assert account.knobs == {}


@pytest.mark.parametrize("knobs", [{"speed": "9"}, {"max_prompt": "0"}, {"max_body": "9"}, {"speed": None}])
def test_a_knob_that_cannot_be_is_refused(account, knobs):
    assert refused(account, Configure(knobs=knobs)).param == "knobs"


def test_a_seed_is_set_within_bounds(account):
    run(account, Configure(seed=9))
    assert account.seed == 9
    assert refused(account, Configure(seed=-1)).param == "seed"


# -- tasks and doors ---------------------------------------------------------------------------------------------


def test_a_stuck_task_is_completed_or_failed_on_demand(account):
    for outcome, status in (("complete", "completed"), ("fail", "failed")):
        task = accepted_task(account, a_clip(fate="stuck"))
        assert run(account, SettleGeneration(task, outcome), NOW + 5).outcome.status == status


def test_a_completed_task_expires_on_demand_and_ends_only_once(account):
    task = accepted_task(account, a_clip())
    assert refused(account, SettleGeneration(task, "fail")).status == 409
    assert run(account, SettleGeneration(task, "expire")).outcome.status == "expired"
    assert refused(account, SettleGeneration(task, "expire")).status == 409


def test_a_settled_task_can_be_used_as_long_as_any_other(account):
    task = accepted_task(account, a_clip(fate="stuck"))
    run(account, SettleGeneration(task, "complete"), NOW + 5)
    assert account.generations[task].expires_at == NOW + 5 + 86_400_000


def test_an_unknown_task_cannot_be_settled(account):
    assert refused(account, SettleGeneration("task_0", "complete")).status == 404


def test_a_key_opens_one_account_until_that_is_closed():
    house = an_account("*")
    run(house, OpenAccount(account="alice", digest="d1", tier=2))
    assert refused(house, OpenAccount(account="bob", digest="d1")).status == 409
    assert refused(house, OpenAccount(account="bob", digest="d2", tier=9)).param == "tier"
    run(house, OpenAccount(account="bob", digest="d2"))
    run(house, CloseAccount("alice"))
    assert [door.account for door in house.doors.values()] == ["bob"]
