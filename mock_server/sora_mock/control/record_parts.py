"""What a client of the control plane can be told about what is kept, described once for both kinds of client.

Owns the names, arguments and answers of the methods about the journal, an account's state and the accounts. How a call
travels is the client's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict, Unpack

from sora_mock.control.call import PATH, Call, Mode, Part, json_call, method, quoted
from sora_mock.control.views import (
    AccountView,
    EntryView,
)
from sora_mock.engine.faults import OperationName
from sora_mock.engine.state import Account


class Filters(TypedDict, total=False):
    """Which entries are meant: those that fit every filter.

    `status` is a status or a class such as `4xx`; `since` a number after which entries are wanted; `limit` keeps the
    last so many.
    """

    operation: OperationName
    method: str
    path: str
    status: int | str
    rule: str
    fault: str
    since: int
    limit: int


class JournalPart(Part[Mode]):
    """Every exchange, as it was."""

    @method
    def entries(self, /, **filters: Unpack[Filters]) -> Call[tuple[EntryView, ...]]:
        """Return the entries that fit every filter, oldest first."""
        answer = tuple[EntryView, ...]
        return Call(method="GET", path=self._about("journal"), answer=answer, pick="entries", query=_query(filters))

    @method
    def har(self, /, **filters: Unpack[Filters]) -> Call[dict[str, Any]]:
        """Return the entries that fit every filter as a HAR document."""
        query = {**_query(filters), "format": "har"}
        return Call(method="GET", path=self._about("journal"), answer=dict[str, Any], query=query)

    @method
    def clear(self) -> Call[None]:
        """Forget the entries."""
        return Call(method="DELETE", path=self._about("journal"), answer=None)

    def _stream(self, filters: Filters) -> Call[None]:
        headers = {"accept": "text/event-stream"}
        path = self._about("journal/stream")
        return Call(method="GET", path=path, answer=None, headers=headers, query=_query(filters))


class State(Part[Mode]):
    """The whole state of the account."""

    @method
    def export(self) -> Call[Account]:
        """Return the whole state."""
        return Call(method="GET", path=self._about("state"), answer=Account)

    @method
    def import_(self, state: Account | Mapping[str, Any] | bytes) -> Call[None]:
        """Give the account a state that was exported, as a value or as JSON."""
        return json_call("PUT", self._about("state"), None, state)


class Accounts(Part[Mode]):
    """All accounts, whichever the client is about."""

    @method
    def list(self) -> Call[tuple[AccountView, ...]]:
        """Return every account that anything has happened to, or that a key was opened for."""
        return Call(method="GET", path=f"{PATH}/accounts", answer=tuple[AccountView, ...], pick="accounts")

    @method
    def get(self, account: str = "self") -> Call[AccountView]:
        """Return one account in numbers."""
        return Call(method="GET", path=f"{PATH}/accounts/{quoted(account)}", answer=AccountView)

    @method
    def create(self, account: str, key: str, *, tier: int = 1) -> Call[AccountView]:
        """Let a key open an account, at a tier of 1 to 5."""
        return json_call("POST", f"{PATH}/accounts", AccountView, {"account": account, "key": key, "tier": tier})

    @method
    def delete(self, account: str) -> Call[None]:
        """Forget an account, its journal, and the keys that were opened for it."""
        return Call(method="DELETE", path=f"{PATH}/accounts/{quoted(account)}", answer=None)


def _query(filters: Filters) -> dict[str, str | int]:
    words: Mapping[str, Any] = filters
    return {name: value for name, value in words.items() if value is not None}
