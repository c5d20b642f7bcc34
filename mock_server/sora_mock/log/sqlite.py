"""The log in a SQLite file: every event kept, in the order of its account.

Owns the file and its form. An append that returned survives the death of the process; several processes may share
one file. The folded accounts are only a memory of the file: once SQLite says that another process has written, whatever
it added is read before use. What was forgotten cannot be seen in the events that are left, so the file counts its
eras: each time anything is forgotten a new one begins, and nothing that was remembered in an earlier one is trusted.
"""

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import msgspec

from sora_mock.engine.events import Event
from sora_mock.engine.evolve import evolve
from sora_mock.engine.state import Account
from sora_mock.log.base import Conflict, StateError

FORM = 1
"""The form of the file, kept in it: a file of another form is refused, not guessed at."""

_APPLICATION = 0x534F5241  # "SORA", so that any other program's database is told apart
_BUSY_SECONDS = 10.0

CHECKPOINT_PAGES = 8_000
"""How many pages (of 4 KiB) the log beside the file may grow to before it is worked in, which is what costs time."""

MAX_CURRENT = 100_000
"""Of how many accounts it is remembered that they are as the file has them."""

_SCHEMA = (
    """CREATE TABLE event (
    account TEXT NOT NULL, version INTEGER NOT NULL, event BLOB NOT NULL, PRIMARY KEY (account, version)
) WITHOUT ROWID""",
    "CREATE TABLE server (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
)


_INSERT = "INSERT INTO event SELECT ?, ?, ? WHERE (SELECT value FROM server WHERE name = 'era') = ?"
"""Adds an event, unless another era has begun: then the version it follows is that of a history no longer there."""


class SqliteLog:
    """A Log in the file at `path`, made when it is not there. `seed` None takes the file's own, or 0 for a new one.

    Raises StateError when the file cannot be opened, is something else, or was made with another seed.
    """

    def __init__(self, path: Path, *, seed: int | None = None) -> None:
        self._path = path
        self._accounts: dict[str, Account] = {}
        self._current: set[str] = set()
        self._written = -1
        self._encode = msgspec.json.Encoder().encode
        self._decode = msgspec.json.Decoder(Event).decode
        try:
            self._db = _open(path)
            self.seed = _agreed_seed(self._db, path, seed)
            self._era = self._era_in_file()
        except sqlite3.Error as error:
            raise StateError(f"state file {path}: {error}") from error

    def read(self, name: str) -> Account:
        """Return the account, with all that any process has added."""
        written = self._db.execute("PRAGMA data_version").fetchone()[0]
        if written != self._written or len(self._current) > MAX_CURRENT:
            self._written = written
            self._current.clear()
            self._enter_era()
        account = self._accounts.get(name) or Account(name=name, seed=self.seed)
        if name not in self._current:
            self._catch_up(account)
            self._current.add(name)
        return account

    def _era_in_file(self) -> int:
        return int(self._db.execute("SELECT value FROM server WHERE name = 'era'").fetchone()[0])

    def _enter_era(self) -> None:
        """Drop what is remembered if another process has forgotten anything."""
        era = self._era_in_file()
        if era != self._era:
            self._era = era
            self._accounts.clear()

    def _catch_up(self, account: Account) -> None:
        rows = self._db.execute(
            "SELECT event FROM event WHERE account = ? AND version > ? ORDER BY version",
            (account.name, account.version),
        )
        try:
            for (event,) in rows:
                evolve(account, self._decode(event))
        except msgspec.DecodeError as error:
            raise StateError(f"state file {self._path}: account {account.name} cannot be read: {error}") from error
        if account.version:
            self._accounts[account.name] = account

    def append(self, name: str, expected_version: int, events: Sequence[Event]) -> Account:
        """Write the events and fold them.

        Raises Conflict when the account is at another version in the file, or anything was forgotten since the last
        read.
        """
        account = self._accounts.get(name) or Account(name=name, seed=self.seed)
        if account.version != expected_version:
            raise Conflict
        era = str(self._era)
        rows = [
            (name, version, self._encode(event), era)
            for version, event in enumerate(events, start=expected_version + 1)
        ]
        try:
            with self._db:
                if self._db.executemany(_INSERT, rows).rowcount < len(rows):
                    raise Conflict
        except sqlite3.IntegrityError:
            raise Conflict from None
        except sqlite3.Error as error:
            raise StateError(f"state file {self._path}: {error}") from error
        for event in events:
            evolve(account, event)
        self._accounts[name] = account
        return account

    def names(self) -> list[str]:
        """Return the name of every account in the file."""
        return [name for (name,) in self._db.execute("SELECT DISTINCT account FROM event")]

    def forget(self, name: str) -> None:
        """Forget one account, in the file too."""
        with self._db:
            self._db.execute("DELETE FROM event WHERE account = ?", (name,))
            self._begin_era()
        self._accounts.pop(name, None)

    def reset(self) -> None:
        """Forget every account, in the file too."""
        with self._db:
            self._db.execute("DELETE FROM event")
            self._begin_era()
        self._accounts.clear()

    def _begin_era(self) -> None:
        self._db.execute("UPDATE server SET value = value + 1 WHERE name = 'era'")
        # One more than was known, and not what the file has: if others began one too, the next read is to see it.
        self._era += 1

    def close(self) -> None:
        """Close the file."""
        self._db.close()


def _open(path: Path) -> sqlite3.Connection:
    # A mock may be made in one thread and used in another; that they take turns is its venue's business.
    db = sqlite3.connect(path, timeout=_BUSY_SECONDS, check_same_thread=False)
    try:
        with db:
            # Held from the look to the change: of two processes that find no file, one makes it.
            db.execute("BEGIN IMMEDIATE")
            _claim(db, path)
        # In this mode a commit is in the file's log before it returns: a killed process loses nothing, and only a
        # failing machine can lose the last moments.
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
    except BaseException:
        db.close()
        raise
    return db


def _claim(db: sqlite3.Connection, path: Path) -> None:
    """Give an empty database its form; raise StateError for one that is not ours."""
    application = db.execute("PRAGMA application_id").fetchone()[0]
    form = db.execute("PRAGMA user_version").fetchone()[0]
    tables = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if tables and application != _APPLICATION:
        raise StateError(f"state file {path}: this is another program's database")
    if tables and form != FORM:
        raise StateError(f"state file {path}: expected form {FORM}, found {form}")
    if not tables:
        db.execute(f"PRAGMA application_id = {_APPLICATION}")
        db.execute(f"PRAGMA user_version = {FORM}")
        for statement in _SCHEMA:
            db.execute(statement)


def _agreed_seed(db: sqlite3.Connection, path: Path, seed: int | None) -> int:
    with db:
        db.execute("INSERT OR IGNORE INTO server VALUES ('seed', ?), ('era', '0')", (str(seed or 0),))
    kept = int(db.execute("SELECT value FROM server WHERE name = 'seed'").fetchone()[0])
    if seed is not None and seed != kept:
        db.close()
        raise StateError(f"state file {path}: it was made with seed {kept}, not {seed}")
    return kept
