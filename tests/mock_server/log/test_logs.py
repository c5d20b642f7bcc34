"""The promise of a log, held against every log, and the logs against one another."""

import copy

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sora_mock.engine.decide import decide
from sora_mock.log import Conflict, MemoryLog, SqliteLog
from tests.mock_server.engine.support import NOW, POLICY, a_clip, commands_about, from_url

KNOWN = ["char_0", "task_0"]
CALLS = st.lists(st.tuples(st.sampled_from(["alice", "bob"]), st.integers(0, 90_000_000), commands_about(KNOWN)))


@pytest.fixture
def log(request, tmp_path):
    made = MemoryLog(seed=7) if request.param == "memory" else SqliteLog(tmp_path / "state.db", seed=7)
    yield made
    made.close()


every_log = pytest.mark.parametrize("log", ["memory", "sqlite"], indirect=True)


def events_for(account, command=None, now=NOW):
    return decide(account, command or from_url(), now, POLICY).events


def played(log, calls):
    """Run the calls through a log and return what each was answered."""
    now, outcomes = NOW, []
    for name, step, command in calls:
        now += step
        account = log.read(name)
        decision = decide(account, command, now, POLICY)
        if decision.events:
            log.append(name, account.version, decision.events)
        outcomes.append(decision.outcome)
    return outcomes


@every_log
def test_an_account_begins_empty_with_the_seed_of_its_log(log):
    account = log.read("alice")
    assert (account.name, account.seed, account.version, account.characters) == ("alice", 7, 0, {})


@every_log
def test_what_was_appended_is_read(log):
    events = events_for(log.read("alice"))
    log.append("alice", 0, events)
    account = log.read("alice")
    assert (account.version, list(account.characters)) == (1, [events[0].character_id])


@every_log
def test_append_returns_the_account_after_the_events(log):
    assert log.append("alice", 0, events_for(log.read("alice"))) == log.read("alice")


@every_log
def test_accounts_are_kept_apart(log):
    log.append("alice", 0, events_for(log.read("alice")))
    assert log.read("bob").version == 0


@every_log
@pytest.mark.parametrize("expected", [0, 2])
def test_an_append_at_another_version_is_refused_and_keeps_nothing(log, expected):
    log.append("alice", 0, events_for(log.read("alice")))
    before = copy.deepcopy(log.read("alice"))
    with pytest.raises(Conflict):
        log.append("alice", expected, events_for(before))
    assert log.read("alice") == before


@every_log
def test_a_reset_forgets_every_account_and_begins_the_same_again(log):
    events = events_for(log.read("alice"))
    log.append("alice", 0, events)
    log.reset()
    assert log.read("alice").version == 0
    assert events_for(log.read("alice")) == events


@given(calls=CALLS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_log_answers_any_calls_alike(calls, tmp_path_factory):
    memory = MemoryLog(seed=7)
    sqlite = SqliteLog(tmp_path_factory.mktemp("log") / "state.db", seed=7)
    try:
        assert played(memory, calls) == played(sqlite, calls)
        for name in ("alice", "bob"):
            assert memory.read(name) == sqlite.read(name)
    finally:
        sqlite.close()


@given(calls=CALLS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_account_comes_back_from_the_file_as_it_was(calls, tmp_path_factory):
    path = tmp_path_factory.mktemp("log") / "state.db"
    first = SqliteLog(path, seed=7)
    played(first, calls)
    before = [msgspec.to_builtins(first.read(name)) for name in ("alice", "bob")]
    first.close()
    again = SqliteLog(path)
    assert [msgspec.to_builtins(again.read(name)) for name in ("alice", "bob")] == before
    again.close()


@every_log
def test_reading_strangers_keeps_nothing(log):
    log.append("alice", 0, events_for(log.read("alice"), a_clip()))
    for number in range(100):
        log.read(f"stranger-{number}")
    assert list(log._accounts) == ["alice"]
