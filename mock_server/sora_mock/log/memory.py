"""The log in memory: keeps what the events amount to, not the events.

Owns the accounts of a server that forgets at its end. It must not know what an event means; folding is the engine's.
"""

from collections.abc import Sequence

from sora_mock.engine.events import Event
from sora_mock.engine.evolve import evolve
from sora_mock.engine.state import Account
from sora_mock.log.base import Conflict


class MemoryLog:
    """A Log for one process. Reading an account that nothing has happened to keeps nothing."""

    def __init__(self, *, seed: int) -> None:
        self._seed = seed
        self._accounts: dict[str, Account] = {}

    def read(self, name: str) -> Account:
        """Return the account as it is now."""
        return self._accounts.get(name) or Account(name=name, seed=self._seed)

    def append(self, name: str, expected_version: int, events: Sequence[Event]) -> Account:
        """Fold the events into the account; raise Conflict when it is at another version."""
        account = self.read(name)
        if account.version != expected_version:
            raise Conflict
        for event in events:
            evolve(account, event)
        self._accounts[name] = account
        return account

    def names(self) -> list[str]:
        """Return the name of every account that anything has happened to."""
        return list(self._accounts)

    def forget(self, name: str) -> None:
        """Forget one account."""
        self._accounts.pop(name, None)

    def reset(self) -> None:
        """Forget every account."""
        self._accounts.clear()

    def close(self) -> None:
        """Nothing is held open."""
