"""Outcomes: what came of one request, as values.

Owns the form of a reply and of the ways in which there is none. It says nothing of what they mean. Their content does
not show, not even where a traceback tells of local variables: a server may send the key back.
"""

from collections.abc import Mapping
from enum import StrEnum

import msgspec


class Trouble(StrEnum):
    """What kept a reply from coming, or from coming whole."""

    NO_CONNECTION = "no connection"
    """Nothing was sent."""
    NO_CONNECTION_IN_TIME = "no connection in time"
    """Nothing was sent, and the time for it has passed."""
    UNTRUSTED = "the certificate is not valid"
    """Nothing was sent, and nothing will change that."""
    TIMEOUT = "no whole answer in time"
    LOST = "the connection was lost"
    TOO_LONG = "the reply is too long"
    ENCODED = "the reply is compressed, which was not asked for"


NOT_SENT = frozenset({Trouble.NO_CONNECTION, Trouble.NO_CONNECTION_IN_TIME, Trouble.UNTRUSTED})
"""The troubles in which the server has not seen the request."""


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """A reply: its status, its headers with lower-case names, its body. `trouble` says why the body is missing."""

    status: int
    headers: Mapping[str, str] = {}
    body: bytes = b""
    trouble: Trouble | None = None
    detail: str = ""

    def __repr__(self) -> str:
        return f"<Reply {self.status}, {len(self.body)} bytes>"

    @property
    def success(self) -> bool:
        """Tell whether the request was carried out, as far as the status says."""
        return 200 <= self.status < 300


class Failure(msgspec.Struct, frozen=True):
    """No reply."""

    trouble: Trouble
    detail: str = ""

    def __repr__(self) -> str:
        return f"<Failure: {self.trouble}>"


Outcome = Reply | Failure
