"""Arrivals: the requests that reached a stage, as they came.

Owns what is written down of a request. This log is the first evidence of what a client does; what the client says of
itself is only the second.
"""

from enum import StrEnum
from functools import cached_property
from typing import Any

import msgspec

from sora_conformance.client.bodies import fields_of, json_of
from sora_conformance.exchanges import Headers

KEPT_BODY = 64 * 1024
"""The most bytes of a reply's body that are written down."""


MARKS = ("url", "prompt", "name")
"""The fields by which calls are told apart."""


class Place(StrEnum):
    """Where a request arrived: at the case's own address of the staged server, or where none should come.

    `BESIDE` is the staged server, but not at the case's address (a lost prefix, a doubled slash), or what is no HTTP.
    """

    STAGE = "stage"
    BESIDE = "beside the case's address"
    VIDEO = "the video's host"
    ELSEWHERE = "another host"
    PROXY = "the proxy of the environment"


class Arrival(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """One request that arrived.

    `at` is when its first byte came, `done` when the last byte of the reply went out (or it was given up), in seconds
    of a clock that only runs forward; infinite while it is under way. `case` is the token in its address, `number`
    its place among all arrivals of the case, from 0. `path` and `query` are as sent, below the case's own part of the
    address; a proxy is sent whole addresses. `connection` tells connections apart; `secure` is one with TLS.
    `status` is what was answered, None for nothing; `answered` the id in the reply; `reply_headers` and `reply_body`
    are those of the reply, the body no longer than `KEPT_BODY` and whole even where only a part of it went out.
    `abandoned` is a request whose sender hung up before the reply was complete, `cut` one whose reply was broken off by
    the server, or that got none.
    """

    place: Place
    case: str
    number: int
    at: float
    done: float
    method: str
    path: str
    query: str
    headers: Headers
    body: bytes
    connection: int
    secure: bool = False
    status: int | None
    answered: str | None = None
    reply_headers: Headers = ()
    reply_body: bytes = b""
    abandoned: bool = False
    cut: bool = False

    def header(self, name: str) -> str | None:
        """Return the first value of a header, None when there is none of that name."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    @cached_property
    def json(self) -> Any:  # noqa: ANN401 - whatever a client sends
        """Return the body as JSON, None when it is not."""
        return json_of(self.body)

    @cached_property
    def fields(self) -> Any:  # noqa: ANN401 - whatever a client sends
        """Return what the body says, be it JSON or a form, None when it is neither."""
        return fields_of(self.header("content-type") or "", self.body)

    @property
    def mark(self) -> str | None:
        """Return what tells a call from others: the source, the prompt or the name in its body."""
        fields = self.fields if isinstance(self.fields, dict) else {}
        return next((str(fields[name]) for name in MARKS if name in fields), None)
