"""The journal: every exchange, as it was.

Owns what is remembered of an exchange, for how long, and how it is shown: keys are never shown. It must not know where
requests come from, and acts on none.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from sys import getsizeof
from typing import Any

import msgspec

from sora_mock.redaction import redacted, redacted_pairs, redacted_query, secrets_in, without, written
from sora_mock.tally import Tally
from sora_mock.wire import Reply, Request

MAX_ENTRIES = 10_000
MAX_BYTES = 64 * 1024 * 1024
MAX_BODY = 64 * 1024
"""How much of a body is remembered."""

_ENTRY_BYTES = 1024
"""What an entry weighs without its texts, roughly."""

_HEADER_BYTES = 180
"""What a header weighs without its letters, roughly: two texts and a place in a table."""

_LAST_INSTANT = 253_402_300_799_000


class Entry(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One exchange. `real` and `virtual` are instants in milliseconds, before the reply's own delay.

    `weight` is roughly how many bytes the entry holds on to.
    """

    number: int
    real: int
    virtual: int
    account: str | None
    operation: str | None
    request: Request
    reply: Reply
    faults: tuple[str, ...]
    weight: int


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
        self._entries: OrderedDict[int, Entry] = OrderedDict()
        self._numbers: dict[str | None, deque[int]] = {}
        self._max_entries = max_entries
        self._max_bytes = max_bytes
        self._bytes = 0
        self._listeners: set[asyncio.Queue[Entry]] = set()
        self.count = 0
        """How many exchanges have been recorded, those forgotten by now included."""
        self.tally = Tally()
        """What became of them, counted."""

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
        self.count += 1
        request = _bounded(request)
        entry = Entry(
            number=self.count,
            real=real,
            virtual=virtual,
            account=account,
            operation=operation,
            request=request,
            reply=reply,
            faults=faults,
            weight=_weight(request, reply),
        )
        self._entries[entry.number] = entry
        self._numbers.setdefault(account, deque()).append(entry.number)
        self._bytes += entry.weight
        while self._bytes > self._max_bytes or len(self._entries) > self._max_entries:
            self._forget_oldest()
        self.tally.count(operation, reply.status, faults)
        for listener in self._listeners:
            _tell(listener, entry)

    def entries(self, query: Query | None = None) -> list[Entry]:
        """Return the entries that are meant, oldest first."""
        if query is None:
            return list(self._entries.values())
        candidates = self._entries.values() if query.account is None else self.of(query.account)
        found = [entry for entry in candidates if query.fits(entry)]
        return found if query.limit is None else found[max(0, len(found) - query.limit) :]

    def of(self, account: str | None) -> list[Entry]:
        """Return an account's entries, or those of nobody known (None), oldest first."""
        return [self._entries[number] for number in self._numbers.get(account, ())]

    @property
    def size(self) -> int:
        """Return how many entries are remembered."""
        return len(self._entries)

    @property
    def weight(self) -> int:
        """Return roughly how many bytes they hold on to."""
        return self._bytes

    def clear(self, account: str | None = None) -> None:
        """Forget all entries, or those of one account, at the cost of what is forgotten."""
        if account is None:
            self._entries.clear()
            self._numbers.clear()
            self._bytes = 0
            return
        for number in self._numbers.pop(account, ()):
            self._bytes -= self._entries.pop(number).weight

    def _forget_oldest(self) -> None:
        _, oldest = self._entries.popitem(last=False)
        self._bytes -= oldest.weight
        numbers = self._numbers[oldest.account]
        numbers.popleft()
        if not numbers:
            del self._numbers[oldest.account]

    @contextmanager
    def listening(self) -> Iterator[asyncio.Queue[Entry]]:
        """Return a queue that gets every entry recorded while the block lasts; if it fills, the oldest are lost."""
        queue: asyncio.Queue[Entry] = asyncio.Queue(self._max_entries)
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


def _tell(listener: asyncio.Queue[Entry], entry: Entry) -> None:
    if listener.full():
        listener.get_nowait()
    listener.put_nowait(entry)


def shown(entry: Entry) -> dict[str, Any]:
    """Return an entry as JSON has it. Bodies are JSON values where they are JSON, else text.

    Secrets are redacted: the values of the headers and parameters that carry them, and what came in these wherever
    else it stands. `withheld` is the operation's own reply, where a fault had another sent in its place.
    """
    request, reply = entry.request, entry.reply
    secrets = written(secrets_in(request.headers, request.query))
    return {
        "number": entry.number,
        "real_time": iso(entry.real),
        "virtual_time": iso(entry.virtual),
        "account": entry.account,
        "operation": entry.operation,
        "request": {
            "method": request.method,
            "path": without(request.path, secrets),
            "query": without(redacted_query(request.query), secrets),
            "headers": without(redacted(request.headers), secrets, names=False),
            "body": _body(request.body, secrets),
        },
        "reply": _reply(reply, secrets),
        "withheld": None if reply.withheld is None else _reply(reply.withheld, secrets),
        "faults": list(entry.faults),
        "rule": reply.rule,
        "advice": reply.advice,
    }


def _reply(reply: Reply, secrets: list[str]) -> dict[str, Any]:
    return {
        "status": reply.status,
        "headers": without(redacted_pairs(reply.headers), secrets, names=False),
        "body": None if reply.file is not None else _body(reply.body, secrets),
        "delay": reply.delay / 1000,
    }


def _weight(request: Request, reply: Reply) -> int:
    headers = request.headers
    # A path may hold letters of any script, which take up to four bytes each.
    sent = getsizeof(request.path) + len(request.query) + len(request.origin) + len(request.body)
    sent += sum(map(len, headers)) + sum(map(len, headers.values()))
    answered = _answered(reply) + (0 if reply.withheld is None else _answered(reply.withheld))
    return _ENTRY_BYTES + sent + answered + _HEADER_BYTES * len(headers)


def _answered(reply: Reply) -> int:
    letters = sum([len(name) + len(value) for name, value in reply.headers])
    return len(reply.body) + letters + _HEADER_BYTES * len(reply.headers)


def _bounded(request: Request) -> Request:
    if len(request.body) <= MAX_BODY:
        return request
    return msgspec.structs.replace(request, body=request.body[:MAX_BODY])


def _body(body: bytes, secrets: list[str]) -> Any:  # noqa: ANN401 - any JSON value
    if not body:
        return None
    try:
        return without(msgspec.json.decode(body), secrets)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return without(body.decode("utf-8", "backslashreplace"), secrets)


def iso(instant: int) -> str:
    """Return an instant as ISO 8601 has it; time can be advanced beyond the last year that has a date."""
    return datetime.fromtimestamp(min(instant, _LAST_INSTANT) / 1000, UTC).isoformat(timespec="milliseconds")
