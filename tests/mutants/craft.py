"""The craft of changing a mock: fresh mocks, and the three seams at which one can be bent.

Owns the seams: around one exchange, around one operation once the caller is known, and around the whole application.
What is changed there, and why, is the variants' own business.
"""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import msgspec
from starlette.types import ASGIApp, Receive, Scope, Send

from sora_mock.app import Mock, create_app
from sora_mock.dialects.base import Call, Operation
from sora_mock.edge import Edge
from sora_mock.engine.latency import parse_latency
from sora_mock.engine.policy import Policy
from sora_mock.settings import Settings
from sora_mock.wire import Reply, Request
from tests.mutants.mutant import App

PATIENCE = 2.0
"""For how many seconds a variant waits for the rest of a body: its judge need not wait half a minute."""

SLOW = "generation=60"
"""A latency that leaves every task a minute at work, for mutants that show in such tasks only."""

Answer = Callable[[Request], Awaitable[Reply]]
Perform = Callable[[Call], Awaitable[Reply]]
Bend = Callable[[Mock], None]


def fresh_mock(*, body_seconds: float = PATIENCE, **knobs: Any) -> Mock:
    """Return a mock with these knobs of the policy; `latency` is in the notation of `--latency`."""
    if "latency" in knobs:
        knobs["latency"] = parse_latency(knobs["latency"])
    settings = Settings(policy=Policy(**knobs))
    mock = create_app(settings)
    mock._edge = Edge(mock.exchange, bounds=settings.bounds, body_seconds=body_seconds, silent_seconds=body_seconds)
    return mock


def settled(**knobs: Any) -> App:
    """Make mocks with other knobs, and no other change."""
    return partial(fresh_mock, **knobs)


def bent(*bends: Bend, **knobs: Any) -> App:
    """Make mocks that each bend changes in place; what a bend remembers belongs to one mock."""

    def make() -> Mock:
        mock = fresh_mock(**knobs)
        for bend in bends:
            bend(mock)
        return mock

    return make


def reroute(mock: Mock, way: Callable[[Request, Answer], Awaitable[Reply]]) -> None:
    """Let `way` answer every request outside the control plane; it is given the mock's own answer to fall back on."""
    answer = mock.exchange.answer

    async def rerouted(request: Request) -> Reply:
        return await way(request, answer)

    mock.exchange.answer = rerouted


def reperform(mock: Mock, name: str, way: Callable[[Call, Perform], Awaitable[Reply]]) -> None:
    """Let `way` perform an operation, whichever dialect has it; Refused is answered and marked like every refusal."""
    for dialect in mock.exchange.dialects:
        dialect.find = _finding(dialect.find, name, way)


def _finding(
    find: Callable[[Request], Operation], name: str, way: Callable[[Call, Perform], Awaitable[Reply]]
) -> Callable[[Request], Operation]:
    def found(request: Request) -> Operation:
        operation = find(request)
        if operation.name != name:
            return operation
        perform = operation.perform
        return msgspec.structs.replace(operation, perform=lambda call: way(call, perform))

    return found


class Wrapped:
    """A mock behind a function that is given the application and the three parts of every ASGI call."""

    def __init__(self, mock: Mock, wrap: Callable[[ASGIApp, Scope, Receive, Send], Awaitable[None]]) -> None:
        self.mock = mock
        self._wrap = wrap

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not scope["path"].startswith("/_mock"):
            await self._wrap(self.mock, scope, receive, send)
        else:
            await self.mock(scope, receive, send)


def wrapped(wrap: Callable[[ASGIApp, Scope, Receive, Send], Awaitable[None]], **knobs: Any) -> App:
    """Make mocks behind an ASGI wrapper, which leaves the control plane alone."""
    return lambda: Wrapped(fresh_mock(**knobs), wrap)
