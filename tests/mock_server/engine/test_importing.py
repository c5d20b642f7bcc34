"""States that come from outside: what no account could go on from is refused, with its place."""

import msgspec
import pytest

from sora_mock.engine.commands import AddFault, AddWebhook, ImportState, StartScenario
from sora_mock.engine.faults import Armed, Fault
from sora_mock.engine.scenario import Scenario
from sora_mock.engine.state import Account, Attempt, Scene
from tests.mock_server.engine.support import a_clip, accepted_task, an_account, made_character, refused, run

SLOW = Fault(effect="slow")
ATTEMPT = Attempt(task_id="task_1", event="video.failed", number=1, at=0, status=500, next=None)


@pytest.fixture
def state():
    """A state with something of everything, a storyboard of 4 + 3 seconds being its first task."""
    account = an_account()
    character = made_character(account)
    accepted_task(account, a_clip(None, scenes=(Scene("a", 4), Scene(f"@{character} walks", 3))))
    accepted_task(account, a_clip())
    run(account, AddFault(SLOW))
    run(account, AddFault(Fault(effect="slow", name="mine")))
    faults = (SLOW, Fault(effect="reset", name="cut"))
    run(account, StartScenario(Scenario(name="storm", summary="", knobs={"max_scenes": 3}, faults=faults)))
    return account


def change_task(state, **changes):
    name = next(iter(state.generations))
    state.generations[name] = msgspec.structs.replace(state.generations[name], **changes)


def rename_task(state, name):
    old = next(iter(state.generations))
    state.generations[name] = msgspec.structs.replace(state.generations.pop(old), id=name)


def test_what_an_account_has_come_to_can_be_imported(state):
    assert list(state.faults)[1:] == ["mine", "storm/1", "storm/cut"]
    account = an_account("bob")
    run(account, ImportState(state))
    assert account.faults == state.faults


def test_ids_of_ones_own_can_be_imported(state):
    rename_task(state, "task_Mine1")
    state.characters["char_my_hero"] = 0
    state.count += 1
    assert run(an_account(), ImportState(state)).outcome is None


def refusal(state):
    """Return why the state is refused, having seen that nothing was changed."""
    state.count += 10
    account = an_account("bob")
    problem = refused(account, ImportState(state))
    assert (problem.status, problem.code) == (400, "invalid_value")
    assert account == an_account("bob")
    return problem.message


@pytest.mark.parametrize(
    ("name", "own"),
    [("a", "b"), ("a", ""), ("", ""), ("1", ""), ("x\r\ny", "")]
    + [("storm/x", "y"), ("storm/x", ""), ("storm/0", ""), ("storm/²", ""), ("storm/", "")]
    + [("calm/1", ""), ("calm/x", "x"), ("/x", "x")],
)
def test_a_fault_stands_under_its_own_name_or_its_scenarios(state, name, own):
    state.faults[name] = Armed(Fault(effect="slow", name=own), 0)
    assert "'faults': expected" in refusal(state)


@pytest.mark.parametrize("name", ["", "Storm", "a/b", "a\n", "x" * 65])
def test_a_scenario_has_a_name_that_can_stand_in_a_header(state, name):
    state.scenarios[name] = {}
    assert "'scenarios': expected" in refusal(state)


@pytest.mark.parametrize("name", ["", "x", "task_", "task_/a", "task_" + "a" * 300])
def test_a_task_has_an_id_of_a_task(state, name):
    rename_task(state, name)
    assert "'generations': expected" in refusal(state)


@pytest.mark.parametrize("name", ["", "x", "char_", "char_a-b", "char_1\n", "char_é"])
def test_a_character_has_an_id_of_a_character(state, name):
    state.characters[name] = 0
    assert "'characters': expected" in refusal(state)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"characters": ("x",)}, ".characters': expected"),
        ({"duration": 8}, ".duration': expected the sum of the scenes, 7"),
        ({"duration": 0}, ".duration': expected 1 to 120"),
        ({"resolution": "8k"}, ".resolution': expected one of"),
    ],
)
def test_a_task_is_one_that_could_have_been_asked_for(state, changes, words):
    change_task(state, **changes)
    assert words in refusal(state)


def test_knobs_are_refused_as_they_are_elsewhere(state):
    state.knobs["max_body"] = "5"
    assert "knobs: expected a knob that can be set while the mock runs" in refusal(state)
    state.knobs = {"min_span": "5", "max_span": "3"}
    assert "knobs: knobs 'min_span' and 'max_span'" in refusal(state)
    state.knobs = {}
    state.scenarios["storm"]["max_body"] = "5"
    assert "scenarios.storm: expected a knob that can be" in refusal(state)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"url": "x"}, ".url': expected an http or https url"),
        ({"secret": "x"}, ".secret': expected whsec_"),
        ({"events": ()}, ".events': expected some of"),
        ({"since": -1}, ".since': expected 0 to"),
        ({"pending": {"task_1": 0}}, ".pending': expected the account's tasks"),
        ({"recent": [ATTEMPT] * 21}, ".recent': expected 0 to 20"),
        ({"recent": [msgspec.structs.replace(ATTEMPT, task_id="x")]}, ".task_id': expected ids"),
        ({"recent": [msgspec.structs.replace(ATTEMPT, next=-1)]}, ".next': expected 0 to"),
    ],
)
def test_a_webhook_is_one_that_could_have_been_added(state, changes, words):
    run(state, AddWebhook(url="http://a.test/"))
    name, webhook = state.webhooks.popitem()
    state.webhooks[name] = msgspec.structs.replace(webhook, **changes)
    assert words in refusal(state)


def test_a_webhook_has_not_made_more_attempts_than_there_are(state):
    run(state, AddWebhook(url="http://a.test/"))
    (webhook,) = state.webhooks.values()
    webhook.pending[next(iter(state.generations))] = 14
    assert "expected 0 to 13" in refusal(state)


@pytest.mark.parametrize("reference", ["", "A" * 64, "a" * 63, "a" * 64 + "\n"])
def test_a_picture_is_known_by_its_digest(state, reference):
    change_task(state, reference=reference)
    assert ".reference': expected 64 hexadecimal digits" in refusal(state)


def test_a_state_from_before_there_were_pictures_can_be_imported(state):
    written = msgspec.to_builtins(state)
    for task in written["generations"].values():
        del task["reference"]
    account = an_account("bob")
    run(account, ImportState(msgspec.convert(written, Account)))
    assert account.generations == state.generations


def test_no_account_brings_subscribers_along(state):
    state.subscribers.append("bob")
    assert "'subscribers': expected no accounts" in refusal(state)
