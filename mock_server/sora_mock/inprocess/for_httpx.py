"""Transports for httpx clients.

Owns the translation between httpx's requests, responses and exceptions and the stage's.
"""

from collections.abc import AsyncIterator, Iterator

import httpx
from starlette.types import Scope

from sora_mock.inprocess.reception import Broken, Reception
from sora_mock.inprocess.stage import Stage, scope_of


class Transport(httpx.BaseTransport):
    """Lets an `httpx.Client` talk to a stage."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return the response, or raise what a broken exchange raises."""
        patience = _patience(request)
        try:
            reception = self._stage.perform(_scope(request), request.read(), patience)
        except Broken as broken:
            raise _error(broken, request) from None
        return _response(reception, self._stage, request, patience)


class AsyncTransport(httpx.AsyncBaseTransport):
    """Lets an `httpx.AsyncClient` talk to a stage, under asyncio."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Return the response, or raise what a broken exchange raises."""
        patience = _patience(request)
        try:
            reception = await self._stage.perform_async(_scope(request), await request.aread(), patience)
        except Broken as broken:
            raise _error(broken, request) from None
        return _response(reception, self._stage, request, patience)


class _Body(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that takes its time, or does not arrive in full."""

    def __init__(self, reception: Reception, stage: Stage, request: httpx.Request, patience: float | None) -> None:
        self._reception = reception
        self._stage = stage
        self._request = request
        self._patience = patience

    def __iter__(self) -> Iterator[bytes]:
        for pause, piece in self._steps():
            if pause:
                self._stage.sleep(pause)
            yield piece

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for pause, piece in self._steps():
            if pause:
                await self._stage.async_sleep(pause)
            yield piece

    def _steps(self) -> Iterator[tuple[float, bytes]]:
        try:
            yield from self._reception.steps(self._patience)
        except Broken as broken:
            raise _error(broken, self._request) from None


def _patience(request: httpx.Request) -> float | None:
    seconds: float | None = request.extensions.get("timeout", {}).get("read")
    return seconds


def _scope(request: httpx.Request) -> Scope:
    return scope_of(request.method, request.url.scheme, request.url.raw_path, request.headers.raw)


def _response(reception: Reception, stage: Stage, request: httpx.Request, patience: float | None) -> httpx.Response:
    body = reception.body
    return httpx.Response(
        reception.status,
        headers=reception.headers,
        content=body,
        stream=_Body(reception, stage, request, patience) if body is None else None,
        extensions={"http_version": b"HTTP/1.1"},
    )


def _error(broken: Broken, request: httpx.Request) -> httpx.TransportError:
    kinds: dict[str, type[httpx.TransportError]] = {
        "ReadTimeout": httpx.ReadTimeout,
        "ReadError": httpx.ReadError,
        "RemoteProtocolError": httpx.RemoteProtocolError,
    }
    return kinds[broken.kind](str(broken), request=request)
