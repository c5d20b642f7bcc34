"""Clients of the control plane: `Client`, and `AsyncClient` for code that awaits.

Owns the connection, and the errors of the way there. What can be asked is described in `stage_parts`,
`record_parts` and `webhook_parts`, once for both.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any, Self, Unpack

import httpx2
import msgspec

from sora_mock.control import record_parts, stage_parts, webhook_parts
from sora_mock.control.call import ALL, PATH, Async, Call, ControlError, Executor, Mode, Part, Sync, method
from sora_mock.control.guard import TOKEN_HEADER, is_loopback
from sora_mock.control.views import EntryView, HealthView

__all__ = ["ALL", "AsyncClient", "Client", "ControlError"]

DEFAULT_URL = "http://127.0.0.1:8000"
_NO_END = httpx2.Timeout(5.0, read=None)


class _Calls(Part[Mode]):
    """What both clients offer; each part is about the client's account."""

    def __init__(self, executor: Executor, account: str) -> None:
        super().__init__(executor, account)
        self.accounts: record_parts.Accounts[Mode] = record_parts.Accounts(executor, account)
        self.clock: stage_parts.Clock[Mode] = stage_parts.Clock(executor, account)
        self.faults: stage_parts.Faults[Mode] = stage_parts.Faults(executor, account)
        self.scenario: stage_parts.Scenarios[Mode] = stage_parts.Scenarios(executor, account)
        self.settings: stage_parts.Settings[Mode] = stage_parts.Settings(executor, account)
        self.generations: stage_parts.Generations[Mode] = stage_parts.Generations(executor, account)
        self.webhooks: webhook_parts.Webhooks[Mode] = webhook_parts.Webhooks(executor, account)
        self.state: record_parts.State[Mode] = record_parts.State(executor, account)

    @method
    def health(self) -> Call[HealthView]:
        """Return what the mock is."""
        return Call(method="GET", path=f"{PATH}/health", answer=HealthView)

    @method
    def metrics(self) -> Call[bytes]:
        """Return the mock's numbers in Prometheus' form."""
        return Call(method="GET", path=f"{PATH}/metrics", answer=bytes)

    @method
    def reset(self) -> Call[None]:
        """Forget what has happened to the account, or to all: faults, scenarios, time and journal included."""
        return Call(method="POST", path=self._about("reset"), answer=None)


class Journal(record_parts.JournalPart[Sync]):
    """Every exchange, as it was, and as it happens."""

    def follow(self, **filters: Unpack[record_parts.Filters]) -> Iterator[EntryView]:
        """Yield entries as they are recorded, without end; with `since`, those after that number first."""
        call = self._stream(filters)
        executor = self._executor
        assert isinstance(executor, _SyncExecutor)  # noqa: S101 - there is no other of this kind
        with executor.http.stream(**_request(call), timeout=_NO_END) as response:
            if response.status_code != 200:
                call.read(response.status_code, response.read())
            for line in response.iter_lines():
                if line.startswith("data: "):
                    yield _entry(line)


class AsyncJournal(record_parts.JournalPart[Async]):
    """Every exchange, as it was, and as it happens."""

    async def follow(self, **filters: Unpack[record_parts.Filters]) -> AsyncIterator[EntryView]:
        """Yield entries as they are recorded, without end; with `since`, those after that number first."""
        call = self._stream(filters)
        executor = self._executor
        assert isinstance(executor, _AsyncExecutor)  # noqa: S101 - there is no other of this kind
        async with executor.http.stream(**_request(call), timeout=_NO_END) as response:
            if response.status_code != 200:
                call.read(response.status_code, await response.aread())
            async for line in response.aiter_lines():
                if line.startswith("data: "):
                    yield _entry(line)


class _SyncExecutor:
    def __init__(self, http: httpx2.Client) -> None:
        self.http = http

    def execute(self, call: Call[Any]) -> Any:  # noqa: ANN401 - what the call says
        response = self.http.request(**_request(call))
        return call.read(response.status_code, response.content)


class _AsyncExecutor:
    def __init__(self, http: httpx2.AsyncClient) -> None:
        self.http = http

    async def execute(self, call: Call[Any]) -> Any:  # noqa: ANN401 - what the call says
        response = await self.http.request(**_request(call))
        return call.read(response.status_code, response.content)


class Client(_Calls[Sync]):
    """Controls the mock at `url` (its origin; a longer URL of it will do), for one account or for all.

    `account` is a name, `self` for the account of `key`, or ALL. `token` is the mock's control token, if it has one.
    Calls raise ControlError when the mock refuses, and httpx2.TransportError when it cannot be reached.
    """

    def __init__(
        self,
        url: str = DEFAULT_URL,
        *,
        key: str | None = None,
        account: str = "self",
        token: str | None = None,
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        self._settle(httpx2.Client(transport=transport, **_manners(url, key, token)), account)

    def _settle(self, http: httpx2.Client, account: str) -> None:
        self._http = http
        super().__init__(_SyncExecutor(http), account)
        self.journal = Journal(self._executor, account)

    def of(self, account: str) -> Client:
        """Return a client about another account, or ALL, over the same connection."""
        other = Client.__new__(Client)
        other._settle(self._http, account)  # noqa: SLF001 - one of ours
        return other

    def close(self) -> None:
        """Close the connection, which all clients made by `of` share."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncClient(_Calls[Async]):
    """Controls the mock as Client does; every call is awaited."""

    def __init__(
        self,
        url: str = DEFAULT_URL,
        *,
        key: str | None = None,
        account: str = "self",
        token: str | None = None,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self._settle(httpx2.AsyncClient(transport=transport, **_manners(url, key, token)), account)

    def _settle(self, http: httpx2.AsyncClient, account: str) -> None:
        self._http = http
        super().__init__(_AsyncExecutor(http), account)
        self.journal = AsyncJournal(self._executor, account)

    def of(self, account: str) -> AsyncClient:
        """Return a client about another account, or ALL, over the same connection."""
        other = AsyncClient.__new__(AsyncClient)
        other._settle(self._http, account)  # noqa: SLF001 - one of ours
        return other

    async def aclose(self) -> None:
        """Close the connection, which all clients made by `of` share."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


def _manners(url: str, key: str | None, token: str | None) -> dict[str, Any]:
    """Return what both kinds of client are made with; of a URL, scheme, host and port are what counts."""
    origin = httpx2.URL(url).copy_with(path="/", query=None, fragment=None)
    given = {"authorization": f"Bearer {key}" if key is not None else None, TOKEN_HEADER: token}
    headers = {name: value for name, value in given.items() if value is not None}
    # A proxy that the environment names does not lead to this machine.
    return {"base_url": origin, "headers": headers, "trust_env": not is_loopback(origin.host)}


def _request(call: Call[Any]) -> dict[str, Any]:
    kind = {} if call.content_type is None else {"content-type": call.content_type}
    return {
        "method": call.method,
        "url": call.path,
        "params": dict(call.query),
        "content": call.body,
        "headers": {**call.headers, **kind},
    }


def _entry(line: str) -> EntryView:
    return msgspec.json.decode(line.removeprefix("data: "), type=EntryView)
