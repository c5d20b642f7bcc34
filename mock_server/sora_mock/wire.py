"""One exchange as two values: a complete request, and the plan of a reply.

Owns what passes between the transports (HTTP, in-process) and the dialects. It knows neither sockets nor ASGI nor
any HTTP library.
"""

from pathlib import Path

import msgspec

from sora_mock.engine.problems import Problem

Headers = tuple[tuple[str, str], ...]


class Whole(msgspec.Struct, frozen=True):
    """Send everything at once."""


class Hang(msgspec.Struct, frozen=True):
    """Send nothing and keep the connection until the caller gives up."""


class Reset(msgspec.Struct, frozen=True):
    """Send nothing and reset the connection."""


class Truncate(msgspec.Struct, frozen=True):
    """Announce the whole body, send the fraction `keep` of it, and hang up."""

    keep: float


class Drip(msgspec.Struct, frozen=True):
    """Send the body bit by bit over `seconds`."""

    seconds: float


Delivery = Whole | Hang | Reset | Truncate | Drip
WHOLE = Whole()


class Request(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A request that has fully arrived.

    `path` and `query` are as sent but for percent-encoding in `path`; header names are lower-case; `origin` is the
    scheme and host that the caller addressed, without a trailing slash. `unreadable` says why the body could not be
    taken in, and then `body` is empty. `spool` is the file that has a body too long for memory, of which `body` is the
    beginning; the file, and what is put beside it, is there until the request is answered.
    """

    method: str
    path: str
    query: str = ""
    headers: dict[str, str]
    body: bytes = b""
    origin: str = ""
    unreadable: Problem | None = None
    spool: Path | None = None


class Reply(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What is to be answered, and how: a plan that a transport performs.

    `body` is sent as it is, unless `file` names a file, which is sent instead, as `media_type` and in the ranges that
    the request asks for; `range_rule` is the rule by which ranges beyond its end are refused. `delay` is in
    milliseconds before anything is sent, `delivery` how the connection is treated. `rule` is the contract's rule behind
    a refusal, `advice` what the caller may have meant. `withheld` is what the operation answered by itself, where a
    fault has put this in its place.
    """

    status: int
    headers: Headers = ()
    body: bytes = b""
    file: Path | None = None
    media_type: str = "video/mp4"
    range_rule: str = "generation.content.range"
    delay: int = 0
    rule: str | None = None
    advice: str | None = None
    delivery: Delivery = WHOLE
    withheld: "Reply | None" = None
