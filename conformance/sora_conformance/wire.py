"""The wire: the one way by which a run reaches its target.

Owns sending, counting, and remembering what was sent and what came of it; whatever a run does to a server goes
through here, so that no budget is exceeded and nothing that was made is forgotten. It judges nothing.
"""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

import httpx2
import msgspec

from sora_conformance import raw
from sora_conformance.budget import CHARACTERS, GENERATIONS, Budget, inconclusive
from sora_conformance.exchanges import Exchange, Failure, Headers, Party, Sent
from sora_conformance.ledger import Entry, Ledger
from sora_conformance.operations import operation_of
from sora_conformance.target import Target
from sora_conformance.waiting import Waiting

MAX_BODY = 64 * 1024 * 1024
"""The most bytes of a reply that are read: a clip fits, an endless stream does not."""

KEPT_BODY = 1024 * 1024
"""The most bytes of a body that are remembered after the case that it belongs to."""

MAKES = {
    "createCharacter": CHARACTERS,
    "createRelayCharacter": CHARACTERS,
    "createGeneration": GENERATIONS,
    "createVideoCharacter": CHARACTERS,
    **dict.fromkeys(("createVideo", "remixVideo", "editVideo", "extendVideo"), GENERATIONS),
}
"""What a call makes when it succeeds."""

_IDS = {CHARACTERS: ("character_id", "id"), GENERATIONS: ("task_id", "id")}

LIMITED_IN_A_ROW = 3
"""After so many calls that stayed limited though they were repeated when told, a target is taken for one that lets
nothing through."""


class Wire:
    """Sends requests to a target, within a budget.

    `exchanges` are all that were made so far, in the order of their ends. `waiting` lets time pass on the target.
    """

    def __init__(self, target: Target, budget: Budget, *, ledger: Ledger | None = None, max_wait: float = 0.0) -> None:
        self.target = target
        self.budget = budget
        self.ledger = ledger or Ledger(None)
        self.exchanges: list[Exchange] = []
        limits = httpx2.Limits(max_connections=64, max_keepalive_connections=16)
        self._client = httpx2.Client(timeout=target.timeout, limits=limits, follow_redirects=False, trust_env=False)
        self.waiting = Waiting(target, self._client, max_wait=max_wait)
        self._case = ""
        self._marks: list[int] = []
        self._lock = threading.Lock()
        self._limited = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    @contextmanager
    def case(self, name: str) -> Iterator[list[Exchange]]:
        """Note the exchanges of a block as those of the case `name`; the list given is filled as they are made."""
        before, self._case = self._case, name
        start = len(self.exchanges)
        own: list[Exchange] = []
        try:
            yield own
        finally:
            own.extend(self.exchanges[start:])
            self._case = before
            with self._lock:
                self.exchanges[start:] = [_remembered(exchange) for exchange in self.exchanges[start:]]

    def call(
        self,
        method: str,
        path: str,
        *,
        party: Party = Party.FIRST,
        headers: Mapping[str, str | None] | None = None,
        json: Any = None,  # noqa: ANN401 - any JSON value
        body: bytes | None = None,
        refusal: str | None = None,
        param: str | None = None,
        patient: bool = True,
        timeout: float | None = None,
    ) -> Exchange:
        """Send a request and return what came of it; a server that does not answer is an exchange with a failure.

        `path` is below the target's base, or an absolute address. `json` or `body` is what to send; `headers` adds to
        those that `party` and body call for, None takes one away. `refusal` and `param` say which error is expected,
        if any: without it the call is expected to succeed and what it makes is reserved. A `patient` call that is
        answered with 429 is made once more after the wait that the reply asks for. Raises NotJudged when the budget
        does not allow the call, or the target lets nothing through.
        """
        content = msgspec.json.encode(json) if body is None and json is not None else body
        sent = Sent(
            method=method,
            url=path if "://" in path else self.target.url + path,
            headers=self._headers(party, headers or {}, has_body=content is not None),
            body=content or b"",
        )
        about = _About(party, self._operation(method, path), refusal, param, timeout)
        exchange = self._counted(sent, about)
        if exchange.status != 429 or not patient:
            return exchange
        return self._again(exchange, sent, about)

    def raw(self, data: bytes, *, party: Party = Party.FIRST, timeout: float = 5.0, **about: Any) -> Exchange:  # noqa: ANN401
        """Send bytes as they are on a connection of their own, and return what came of it (`raw.exchange`)."""
        self.budget.call()
        exchange = raw.exchange(self.target.url, data, timeout=timeout, **about)
        return self._remember(msgspec.structs.replace(exchange, case=self._case, party=party))

    def answers(self) -> bool:
        """Tell whether the target still answers anything at all, by a call that every server can refuse."""
        self.budget.call()
        probe = Sent(method="GET", url=self.target.url + "/characters", headers=())
        return self._sent(probe, _About(Party.NOBODY, None, None, None, 5.0)).failure is None

    def send(
        self, sent: Sent, *, party: Party = Party.FIRST, refusal: str | None = None, param: str | None = None
    ) -> Exchange:
        """Send a request that was made elsewhere, as it is; counted like any other."""
        path = sent.url.removeprefix(self.target.url).partition("?")[0]
        operation = operation_of(sent.method, path, self.target.dialect)
        return self._counted(sent, _About(party, operation, refusal, param, None))

    def _again(self, limited: Exchange, sent: Sent, about: "_About") -> Exchange:
        if self._limited >= LIMITED_IN_A_ROW:
            raise inconclusive("rate limited: the target lets nothing through")
        self.waiting.wait(retry_after(limited), about.party)
        exchange = self._counted(sent, about)
        self._limited = self._limited + 1 if exchange.status == 429 else 0
        if exchange.status == 429:
            raise inconclusive("rate limited: answered 429 again after the wait that it asked for")
        return exchange

    def _operation(self, method: str, path: str) -> str | None:
        """Return the operation that is asked for; a relay's videos are made by another dialect, beside its base."""
        videos = self.target.videos
        if videos != self.target.url and path.startswith(f"{videos}/"):
            return operation_of(method, path.removeprefix(videos), "openai")
        return operation_of(method, path, self.target.dialect)

    def _headers(self, party: Party, extra: Mapping[str, str | None], *, has_body: bool) -> Headers:
        headers: dict[str, str | None] = {}
        key = self.target.key(party)
        if key is not None:
            headers["authorization"] = f"Bearer {key}"
        if has_body:
            headers["content-type"] = "application/json"
        headers.update({name.lower(): value for name, value in extra.items()})
        return tuple((name, value) for name, value in headers.items() if value is not None)

    def _counted(self, sent: Sent, about: "_About") -> Exchange:
        makes = MAKES.get(about.operation or "")
        reserved = makes is not None and about.refusal is None
        if makes is not None:
            self.budget.reserve(makes) if reserved else self.budget.check_free(makes)
        made = False
        try:
            self.budget.call()
            exchange = self._sent(sent, about)
            made = makes is not None and exchange.succeeded
        finally:
            if makes is not None:
                self.budget.settle(makes, reserved=reserved, made=made)
        if made and makes is not None:
            self._enter(exchange, makes)
        return self._remember(exchange)

    def _sent(self, sent: Sent, about: "_About") -> Exchange:
        connects: list[str] = []
        exchange = self._tried(sent, about, connects)
        # A server may close a resting connection just as it is used again (RFC 9112 §9.5): that is no answer.
        if exchange.failure in {Failure.BROKEN, Failure.INVALID} and not connects:
            self.budget.call()
            return self._tried(sent, about, connects)
        return exchange

    def _tried(self, sent: Sent, about: "_About", connects: list[str]) -> Exchange:
        """Send a request, and note in `connects` when a connection is opened for it."""

        def trace(event: str, _: object) -> None:
            if event == "connection.connect_tcp.started":
                connects.append(event)

        request = self._client.build_request(
            sent.method,
            sent.url,
            headers=[(name.encode(), value.encode("latin-1", "replace")) for name, value in sent.headers],
            content=sent.body or None,
            timeout=about.timeout or self.target.timeout,
            extensions={"trace": trace},
        )
        start = time.perf_counter()
        status: int | None = None
        headers: Headers = ()
        body, failure, detail = b"", None, ""
        try:
            reply = self._client.send(request, stream=True)
            try:
                body = _read(reply, deadline=start + 2 * (about.timeout or self.target.timeout))
            finally:
                reply.close()
            status, headers = reply.status_code, tuple(reply.headers.multi_items())
        except httpx2.TimeoutException as error:
            failure, detail = (
                Failure.TIMEOUT,
                f"no reply within {about.timeout or self.target.timeout:g} s ({_kind(error)})",
            )
        except httpx2.ConnectError as error:
            failure, detail = Failure.REFUSED, str(error)
        except httpx2.RemoteProtocolError as error:
            failure, detail = Failure.INVALID, str(error)
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            failure, detail = Failure.BROKEN, f"{_kind(error)}: {error}".removesuffix(": ")
        return Exchange(
            case=self._case,
            party=about.party,
            operation=about.operation,
            sent=sent,
            status=status,
            headers=headers,
            body=body,
            failure=failure,
            detail=detail,
            seconds=time.perf_counter() - start,
            refusal=about.refusal,
            param=about.param,
        )

    def _enter(self, exchange: Exchange, makes: str) -> None:
        found = exchange.object or {}
        name = next((str(found[field]) for field in _IDS[makes] if field in found), "?")
        kind = makes.removesuffix("s")
        at = time.time()  # noqa: TID251 - people read the ledger by the calendar
        self.ledger.write(
            Entry(at=at, kind=kind, id=name, party=exchange.party, case=exchange.case, url=self.target.url)
        )

    def _remember(self, exchange: Exchange) -> Exchange:
        with self._lock:
            self.exchanges.append(exchange)
        return exchange


class _About(msgspec.Struct, frozen=True):
    """What is known of a call before it is made."""

    party: Party
    operation: str | None
    refusal: str | None
    param: str | None
    timeout: float | None


def retry_after(exchange: Exchange) -> float:
    """Return how many seconds a reply asks to wait: what `Retry-After` says, a minute if it says nothing useful."""
    value = (exchange.header("retry-after") or "").strip()
    return float(value) if value.isascii() and value.isdigit() and len(value) < 9 else 60.0


def _read(reply: httpx2.Response, *, deadline: float) -> bytes:
    """Return the body of a reply, up to MAX_BODY bytes; a reply that drips on past the deadline is a timeout."""
    parts, size = [], 0
    for part in reply.iter_bytes():
        parts.append(part)
        size += len(part)
        if size > MAX_BODY:
            raise httpx2.ReadError(f"the reply is longer than {MAX_BODY} bytes")
        if time.perf_counter() > deadline:
            raise httpx2.ReadTimeout("the reply does not end")
    return b"".join(parts)


def _remembered(exchange: Exchange) -> Exchange:
    if len(exchange.body) <= KEPT_BODY and len(exchange.sent.body) <= KEPT_BODY:
        return exchange
    sent = msgspec.structs.replace(exchange.sent, body=exchange.sent.body[:KEPT_BODY])
    return msgspec.structs.replace(exchange, body=exchange.body[:KEPT_BODY], sent=sent)


def _kind(error: Exception) -> str:
    return type(error).__name__
