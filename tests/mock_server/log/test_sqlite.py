"""What only the file does: last, be shared, and be refused when it is something else."""

import sqlite3

import pytest

from sora_mock.engine.decide import decide
from sora_mock.log import Conflict, SqliteLog, StateError
from tests.mock_server.engine.support import NOW, POLICY, from_url


def append_one(log, name="alice", now=NOW):
    account = log.read(name)
    return log.append(name, account.version, decide(account, from_url(), now, POLICY).events)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "state.db"


@pytest.fixture
def two(path):
    first, second = SqliteLog(path, seed=1), SqliteLog(path)
    yield first, second
    first.close()
    second.close()


def test_what_one_process_appends_another_reads(two):
    first, second = two
    append_one(first)
    assert second.read("alice") == first.read("alice")
    append_one(second)
    assert first.read("alice").version == 2


def test_of_two_that_decide_at_once_only_one_is_kept(two):
    first, second = two
    account = second.read("alice")
    append_one(first)
    with pytest.raises(Conflict):
        second.append("alice", 0, decide(account, from_url(), NOW, POLICY).events)
    assert second.read("alice") == first.read("alice")


def test_the_file_remembers_its_seed(path):
    SqliteLog(path, seed=5).close()
    log = SqliteLog(path)
    assert log.seed == 5
    log.close()


def test_a_new_file_without_a_seed_has_seed_0(path):
    log = SqliteLog(path)
    assert log.seed == 0
    log.close()


def test_another_seed_is_refused(path):
    SqliteLog(path, seed=5).close()
    with pytest.raises(StateError, match=r"state\.db: it was made with seed 5, not 6"):
        SqliteLog(path, seed=6)


def test_a_file_that_is_no_database_is_refused(path):
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(StateError, match=r"state\.db: file is not a database"):
        SqliteLog(path)


def test_another_programs_database_is_refused_and_left_as_it_is(path):
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE thing (x)")
    db.close()
    before = path.read_bytes()
    with pytest.raises(StateError, match="another program's database"):
        SqliteLog(path)
    assert path.read_bytes() == before


def test_a_file_of_another_form_is_refused(path):
    SqliteLog(path).close()
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(StateError, match="expected form 1, found 99"):
        SqliteLog(path)


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(StateError, match="unable to open"):
        SqliteLog(tmp_path)


def test_an_account_that_cannot_be_read_is_named(path):
    log = SqliteLog(path)
    append_one(log)
    log.close()
    db = sqlite3.connect(path)
    db.execute("UPDATE event SET event = '{}'")
    db.commit()
    db.close()
    again = SqliteLog(path)
    with pytest.raises(StateError, match="account alice cannot be read"):
        again.read("alice")
    again.close()


def test_a_write_that_fails_keeps_nothing(path):
    log = SqliteLog(path)
    log._db.execute("PRAGMA query_only = 1")
    with pytest.raises(StateError, match="readonly"):
        append_one(log)
    assert log.read("alice").version == 0
    log.close()


def forget_alice(log):
    log.forget("alice")


def reset(log):
    log.reset()


both_ways = pytest.mark.parametrize("forget", [forget_alice, reset])


@both_ways
def test_what_one_process_forgets_another_forgets(two, forget):
    first, second = two
    append_one(first)
    assert second.read("alice").version == 1
    forget(first)
    assert second.read("alice").version == 0


@both_ways
def test_a_new_history_is_not_mixed_with_the_old_one(two, forget):
    first, second = two
    for _ in range(3):
        append_one(first)
    second.read("alice")
    forget(first)
    for _ in range(4):
        append_one(first, now=NOW + 5000)
    assert second.read("alice") == first.read("alice")
    assert second.read("alice").version == 4


@both_ways
def test_an_append_to_a_history_that_was_forgotten_is_refused(two, forget):
    first, second = two
    append_one(first)
    account = second.read("alice")
    events = decide(account, from_url(), NOW, POLICY).events
    forget(first)
    with pytest.raises(Conflict):
        second.append("alice", account.version, events)
    assert second.read("alice").version == 0
    assert append_one(second).version == 1
    assert first.read("alice").version == 1


def test_two_that_forget_at_once_see_one_another(two):
    first, second = two
    append_one(first, "alice")
    append_one(second, "bob")
    assert (first.read("bob").version, second.read("alice").version) == (1, 1)
    first.forget("alice")
    second.forget("bob")
    assert [log.read(name).version for log in two for name in ("alice", "bob")] == [0, 0, 0, 0]
    append_one(first)
    assert second.read("alice").version == 1


def test_a_file_made_before_eras_were_counted_is_taken(path):
    log = SqliteLog(path)
    append_one(log)
    log._db.execute("DELETE FROM server WHERE name = 'era'")
    log._db.commit()
    log.close()
    again = SqliteLog(path)
    assert append_one(again).version == 2
    again.close()


def test_the_era_is_looked_at_only_when_another_process_has_written(path):
    log = SqliteLog(path)
    append_one(log)
    statements = []
    log._db.set_trace_callback(statements.append)
    append_one(log)
    log.close()
    assert [statement.split()[0] for statement in statements] == ["PRAGMA", "BEGIN", "INSERT", "COMMIT"]
