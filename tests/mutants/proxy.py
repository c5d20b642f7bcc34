"""A proxy in front of a mock that spoils one kind of reply, in one place, in one way.

Owns the proxy, and the mutants that follow from putting `operators` to `places`. The proxy stands in the same process,
between the mock and the server, and changes status, headers and body of a reply on their way out; a second hop would
show a judge nothing else.
"""

import json
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sora_mock.dialects.guide import BASE
from tests.mutants.craft import wrapped
from tests.mutants.mutant import App
from tests.mutants.operators import BODY, HEADER, STATUS, Operator, Told, status_to
from tests.mutants.places import CALLS, FIELDS, HEADERS, STATUSES


class ProxyMutant(NamedTuple):
    """A mock behind a proxy that spoils replies.

    `operator` is the kind of change, `field` the place that it changes, `where` the kind of reply. `specified` says
    whether the contract fixes what is changed; where it does not, survival is right.
    """

    name: str
    operator: str
    field: str
    where: str
    specified: bool
    change: Operator
    app: App


def spoiling(where: str, change: Operator) -> App:
    """Make mocks whose replies of one kind are changed."""

    async def wrap(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        if not CALLS[where].path(scope["method"], scope["path"].removeprefix(BASE)):
            await app(scope, receive, send)
            return
        await app(scope, receive, _Spoiled(send, CALLS[where].statuses, change))

    return wrapped(wrap)


class _Spoiled:
    """A `send` that holds a reply of certain statuses back until it is whole, and changes it."""

    def __init__(self, send: Send, statuses: frozenset[int], change: Operator) -> None:
        self._send = send
        self._statuses = statuses
        self._change = change
        self._start: Message | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] in self._statuses:
            self._start = message
        elif self._start is None:
            await self._send(message)
        else:
            # The mock sends what is JSON in one piece.
            for part in changed(self._start, message["body"], self._change):
                await self._send(part)


def changed(start: Message, body: bytes, change: Operator) -> tuple[Message, Message]:
    """Return the two messages of a reply after a change."""
    names = [(name.decode().lower(), value.decode("latin-1")) for name, value in start["headers"]]
    pairs = tuple(pair for pair in names if pair[0] != "content-length")
    told = Told(start["status"], pairs, json.loads(body) if body.startswith(b"{") else None)
    new = change(told)
    content = body if new.json is told.json else json.dumps(new.json, ensure_ascii=False).encode()
    headers = [(name.encode(), value.encode("latin-1")) for name, value in new.headers]
    headers.append((b"content-length", str(len(content)).encode()))
    return (
        {**start, "status": new.status, "headers": headers},
        {"type": "http.response.body", "body": content, "more_body": False},
    )


def _kinds(text: str) -> Iterator[tuple[str, bool]]:
    for word in text.split(", "):
        yield word.removeprefix("~"), not word.startswith("~")


def _places(where: str) -> Iterator[tuple[str, str, bool, Operator]]:
    """Yield kind of change, place, whether that is specified, and the operator, for one kind of reply."""
    for kind, specified in _kinds(STATUSES[where]):
        yield kind, "status", specified, status_to(STATUS[kind])
    for name, kinds in HEADERS[where].items():
        for kind, specified in _kinds(kinds):
            yield f"header {kind}", name, specified, HEADER[f"header {kind}"](name)
    for path, kinds in FIELDS[where].items():
        for kind, specified in _kinds(kinds):
            yield kind, path, specified, BODY[kind](path)


def _mutants() -> Iterator[ProxyMutant]:
    for where in CALLS:
        for kind, field, specified, change in _places(where):
            name = f"{where}: {field} {kind.removeprefix('header ').removeprefix('status ')}"
            yield ProxyMutant(name, kind, field, where, specified, change, partial(_made, where, change))


def _made(where: str, change: Operator) -> ASGIApp:
    return spoiling(where, change)()


PROXY_MUTANTS: tuple[ProxyMutant, ...] = tuple(_mutants())
