"""What a dialect is to the rest of the mock.

Owns the shapes by which exchanges use dialects. It knows no dialect.
"""

from collections.abc import Awaitable, Callable
from typing import Protocol

import msgspec

from sora_mock.engine.effects import Fate
from sora_mock.engine.problems import Problem
from sora_mock.visit import Visit
from sora_mock.wire import Headers, Reply, Request


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """A request on its way to its operation: its caller's visit, and what a fault has in store for a task it makes."""

    request: Request
    visit: Visit
    fate: Fate | None = None


class Operation(msgspec.Struct, frozen=True):
    """What a request asks for: the operation's name in the contract, and how it is performed.

    `headers` gives those that every reply of the operation carries once the caller is known, refusals included.
    """

    name: str
    perform: Callable[[Call], Awaitable[Reply]]
    headers: Callable[[Visit], Headers] | None = None


class Dialect(Protocol):
    """Reads requests and writes replies in one wire shape."""

    base: str

    def find(self, request: Request) -> Operation:
        """Return the operation that a request asks for; raise Refused when its path or method has none."""
        ...

    def refuse(self, problem: Problem) -> Reply:
        """Return the reply that states a problem."""
        ...
