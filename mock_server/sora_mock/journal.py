"""The journal: every exchange, as it was.

Owns what is remembered of an exchange, for how long, and how it is shown: keys are never shown. It must not know where
requests come from, and acts on none.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import msgspec

from sora_mock.wire import Headers, Reply, Request

MAX_ENTRIES = 10_000
MAX_BYTES = 64 * 1024 * 1024
MAX_BODY = 64 * 1024
"""How much of a body is remembered."""

_ENTRY_BYTES = 1024
"""What an entry weighs without its bodies, roughly."""

_SECRET = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "x-sora-mock-token"})
REDACTED = "[redacted]"


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One exchange. `real` and `virtual` are instants in milliseconds, before the reply's own delay."""

    number: int
    real: int
    virtual: int
    account: str | None
    operation: str | None
    request: Request
    reply: Reply
    faults: tuple[str, ...] = ()

    @property
    def weight(self) -> int:
        """Return roughly how many bytes the entry holds on to."""
        return _ENTRY_BYTES + len(self.request.body) + len(self.reply.body)


class Query(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which entries are meant: those that fit every field given.

    `status` is a status or a class such as `4xx`; `since` a number after which entries are wanted; `limit` keeps the
    last so many.
    """

    account: str | None = None
    operation: str | None = None
    method: str | None = None
    path: str | None = None
    status: str | None = None
    rule: str | None = None
    fault: str | None = None
    since: int = 0
    limit: int | None = None

    def fits(self, entry: Entry) -> bool:
        """Tell whether an entry is meant."""
        return (
            entry.number > self.since
            and self.account in {None, entry.account}
            and self.operation in {None, entry.operation}
            and self.method in {None, entry.request.method}
            and self.path in {None, entry.request.path}
            and self.status in {None, str(entry.reply.status), f"{entry.reply.status // 100}xx"}
            and self.rule in {None, entry.reply.rule}
            and (self.fault is None or self.fault in entry.faults)
        )


class Journal:
    """Remembers the latest exchanges, bounded in number and bytes; the oldest are forgotten first."""

    def __init__(self, *, max_entries: int = MAX_ENTRIES, max_bytes: int = MAX_BYTES) -> None:
        self._entries: deque[Entry] = deque()
        self._max_entries = max_entries
        self._max_bytes = max_bytes
        self._bytes = 0
        self._count = 0
        self._listeners: set[asyncio.Queue[Entry]] = set()

    def record(
        self,
        request: Request,
        reply: Reply,
        *,
        real: int,
        virtual: int,
        account: str | None,
        operation: str | None,
        faults: tuple[str, ...] = (),
    ) -> None:
        """Remember one exchange."""
        self._count += 1
        entry = Entry(
            number=self._count,
            real=real,
            virtual=virtual,
            account=account,
            operation=operation,
            request=_bounded(request),
            reply=reply,
            faults=faults,
        )
        self._entries.append(entry)
        self._bytes += entry.weight
        while self._bytes > self._max_bytes or len(self._entries) > self._max_entries:
            self._bytes -= self._entries.popleft().weight
        for listener in self._listeners:
            listener.put_nowait(entry)

    def entries(self, query: Query | None = None) -> list[Entry]:
        """Return the entries that are meant, oldest first."""
        if query is None:
            return list(self._entries)
        found = [entry for entry in self._entries if query.fits(entry)]
        return found if query.limit is None else found[max(0, len(found) - query.limit) :]

    def clear(self, account: str | None = None) -> None:
        """Forget all entries, or those of one account."""
        kept = [] if account is None else [entry for entry in self._entries if entry.account != account]
        self._entries = deque(kept)
        self._bytes = sum(entry.weight for entry in kept)

    @contextmanager
    def listening(self) -> Iterator[asyncio.Queue[Entry]]:
        """Return a queue that gets every entry recorded while the block lasts."""
        queue: asyncio.Queue[Entry] = asyncio.Queue()
        self._listeners.add(queue)
        try:
            yield queue
        finally:
            self._listeners.discard(queue)

    async def follow(self, query: Query) -> AsyncIterator[Entry]:
        """Yield every entry that is meant as it is recorded, without end."""
        with self.listening() as queue:
            while True:
                entry = await queue.get()
                if query.fits(entry):
                    yield entry


def shown(entry: Entry) -> dict[str, Any]:
    """Return an entry as JSON has it, secrets redacted. Bodies are JSON values where they are JSON, else text."""
    request, reply = entry.request, entry.reply
    return {
        "number": entry.number,
        "real_time": _iso(entry.real),
        "virtual_time": _iso(entry.virtual),
        "account": entry.account,
        "operation": entry.operation,
        "request": {
            "method": request.method,
            "path": request.path,
            "query": request.query,
            "headers": redacted(request.headers),
            "body": _body(request.body),
        },
        "reply": {
            "status": reply.status,
            "headers": redacted_pairs(reply.headers),
            "body": None if reply.file is not None else _body(reply.body),
            "delay": reply.delay / 1000,
        },
        "faults": list(entry.faults),
        "rule": reply.rule,
        "advice": reply.advice,
    }


def redacted(headers: dict[str, str]) -> dict[str, str]:
    """Return the headers with every value that may hold a secret replaced."""
    return {name: REDACTED if name in _SECRET else value for name, value in headers.items()}


def redacted_pairs(headers: Headers) -> dict[str, str]:
    """Return a reply's headers as a table, with every value that may hold a secret replaced."""
    return redacted(dict(headers))


def _bounded(request: Request) -> Request:
    if len(request.body) <= MAX_BODY:
        return request
    return msgspec.structs.replace(request, body=request.body[:MAX_BODY])


def _body(body: bytes) -> Any:  # noqa: ANN401 - any JSON value
    if not body:
        return None
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return body.decode("utf-8", "backslashreplace")


def _iso(instant: int) -> str:
    return datetime.fromtimestamp(instant / 1000, UTC).isoformat(timespec="milliseconds")
