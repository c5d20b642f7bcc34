"""The promise that every log keeps.

Owns the two calls and their errors. It must not know how an account is kept, nor what its events mean.
"""

from collections.abc import Sequence
from typing import Protocol

from sora_mock.engine.events import Event
from sora_mock.engine.state import Account


class Conflict(Exception):  # noqa: N818 - not an error: somebody else was faster, read again
    """The account has moved on since it was read."""


class StateError(Exception):
    """The kept state cannot be opened, read or written; the message names the file and the reason."""


class Log(Protocol):
    """Keeps the accounts of one server.

    What `read` returns is the log's own, shared and current: look at it, never change it, and do not keep it over
    an `append`.
    """

    def read(self, name: str) -> Account:
        """Return the account as it is now; one that nothing has happened to is empty, at version 0."""
        ...

    def append(self, name: str, expected_version: int, events: Sequence[Event]) -> Account:
        """Add events that were decided at `expected_version` and return the account after them.

        All or none are kept. Raises Conflict when the account is at another version by now.
        """
        ...

    def names(self) -> list[str]:
        """Return the name of every account that anything has happened to."""
        ...

    def forget(self, name: str) -> None:
        """Forget one account, as if nothing had ever happened to it."""
        ...

    def reset(self) -> None:
        """Forget every account."""
        ...

    def close(self) -> None:
        """Let go of what the log holds open."""
        ...
