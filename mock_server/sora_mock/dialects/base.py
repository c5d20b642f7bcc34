"""What a dialect is to the rest of the mock.

Owns the shapes by which exchanges use dialects. It knows no dialect.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import NoReturn, Protocol

import msgspec

from sora_mock.engine import problems
from sora_mock.engine.effects import Fate
from sora_mock.engine.problems import Problem, Refused
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


class Place(msgspec.Struct, frozen=True):
    """What stands at a path: its operations by method, and the rules that refuse the others.

    `refusals` names, by method, the rule behind a 405; a place without operations answers 404 by the rule under "".
    """

    operations: Mapping[str, Operation]
    refusals: Mapping[str, str] = {}


def not_served(place: Place, request: Request) -> NoReturn:
    """Raise Refused for a method that a place does not serve."""
    if not place.operations:
        rule = place.refusals.get(request.method) or place.refusals.get("") or "protocol.path"
        raise Refused(problems.path_unknown(request.path, rule=rule))
    rule = place.refusals.get(request.method, "protocol.method")
    raise Refused(problems.method_not_allowed(request.method, ", ".join(place.operations), rule=rule))


class Dialect(Protocol):
    """Reads requests and writes replies in one wire shape.

    `base` is the path that its clients are given, `prefixes` are how the paths begin that it answers.
    """

    name: str
    base: str
    prefixes: tuple[str, ...]

    def find(self, request: Request) -> Operation:
        """Return the operation that a request asks for; raise Refused when its path or method has none."""
        ...

    def refuse(self, problem: Problem) -> Reply:
        """Return the reply that states a problem."""
        ...
