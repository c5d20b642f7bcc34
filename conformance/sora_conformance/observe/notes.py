"""Notes: the requests of a command and their replies, as far as they have come.

Owns what is kept of them, and how much at the most. How they are heard is not its business.
"""

import json
import math

import msgspec

from sora_conformance.client.arrivals import Arrival, Place
from sora_conformance.exchanges import Headers

MAX_ARRIVALS = 10_000
"""How many requests are written down."""

MAX_BODY = 1024 * 1024
"""The most bytes of one request's body that are written down."""

MAX_BODIES = 256 * 1024 * 1024
"""The most bytes of all bodies together that are written down."""

CONTROLS = "/_mock"
"""What the paths of the mock's own controls begin with."""


class Call(msgspec.Struct, kw_only=True):
    """A request and its reply, as far as they have come; the fields are those of an arrival."""

    at: float
    connection: int
    method: str
    target: str
    headers: Headers
    body: bytearray = msgspec.field(default_factory=bytearray)
    status: int | None = None
    reply_headers: Headers = ()
    reply_body: bytearray = msgspec.field(default_factory=bytearray)
    done: float = math.inf
    abandoned: bool = False
    cut: bool = False

    def arrival(self, number: int) -> Arrival:
        """Return the call as it stands now."""
        path, _, query = self.target.partition("?")
        return Arrival(
            # Who names a whole address takes the mock for a proxy.
            place=Place.STAGE if self.target.startswith("/") else Place.PROXY,
            case="",
            number=number,
            at=self.at,
            done=self.done,
            method=self.method,
            path=path,
            query=query,
            headers=self.headers,
            body=bytes(self.body),
            connection=self.connection,
            status=self.status,
            answered=self._answered(),
            reply_headers=self.reply_headers,
            reply_body=bytes(self.reply_body),
            abandoned=self.abandoned,
            cut=self.cut,
        )

    def _answered(self) -> str | None:
        """Return the id in the reply of a call that succeeded."""
        if self.status is None or not 200 <= self.status < 300:
            return None
        try:
            body = json.loads(self.reply_body)
        except (ValueError, RecursionError):
            return None
        if not isinstance(body, dict):
            return None
        found = next((body[name] for name in ("character_id", "task_id", "id") if name in body), None)
        return found if isinstance(found, str) else None


class Notes:
    """All calls of a run, in the order in which they began, within bounds.

    `full` tells that something had to be left out, `strange` that something came that is no HTTP, and `moved` that the
    mock was told to move its time.
    """

    def __init__(self, *, max_arrivals: int = MAX_ARRIVALS, max_bodies: int = MAX_BODIES) -> None:
        self.calls: list[Call] = []
        self.full = False
        self.strange = False
        self.moved = False
        self._max_arrivals = max_arrivals
        self._left = max_bodies

    def begin(self, call: Call) -> None:
        """Write down a call, unless it is to the mock's own controls, of which no contract speaks."""
        if call.target.startswith(CONTROLS):
            self.moved = self.moved or (call.method != "GET" and call.target.partition("?")[0].endswith("/clock"))
            return
        if len(self.calls) < self._max_arrivals:
            self.calls.append(call)
        else:
            self.full = True

    def keep(self, body: bytearray, data: bytes, limit: int) -> None:
        """Write down a part of a body that is kept up to a limit."""
        part = data[: max(0, limit - len(body))]
        self.full = self.full or len(part) > self._left
        part = part[: self._left]
        self._left -= len(part)
        body += part
