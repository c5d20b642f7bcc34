"""A call to the control plane as a value, and the means to describe one method for both kinds of client.

Owns what a call is made of, how its answer is read, and the error a refusal becomes. It knows no HTTP library.
"""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Concatenate, Generic, ParamSpec, Protocol, TypeVar, cast, overload

import msgspec

ALL = "*"
"""The account that means all of them."""

PATH = "/_mock"

P = ParamSpec("P")
T = TypeVar("T")
S = TypeVar("S", bound="Part[Any]")


class ControlError(Exception):
    """The mock refused a call, or something else answered it: `status`, `code` and `message` say why."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message


class Call(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """One request, and the type of what it is answered with; `pick` is the field in which lists are wrapped."""

    method: str
    path: str
    answer: Any
    query: Mapping[str, str | int] = {}
    body: bytes = b""
    content_type: str | None = None
    headers: Mapping[str, str] = {}
    pick: str | None = None

    def read(self, status: int, body: bytes) -> T:
        """Return the answer; raise ControlError when it is a refusal, or not one of a mock."""
        if not 200 <= status < 300:
            raise _refusal(status, body)
        if self.answer is None:
            return cast("T", None)
        if self.answer is bytes:
            return cast("T", body)
        try:
            value = msgspec.json.decode(body)
            return cast("T", msgspec.convert(value if self.pick is None else value[self.pick], self.answer))
        except (msgspec.DecodeError, LookupError, TypeError) as error:
            raise ControlError(status, "unreadable_answer", f"This is not what a mock answers: {error}") from None


def _refusal(status: int, body: bytes) -> ControlError:
    try:
        error = msgspec.json.decode(body)["error"]
        return ControlError(status, str(error["code"]), str(error["message"]))
    except (msgspec.DecodeError, LookupError, TypeError):
        return ControlError(status, "not_a_mock", f"The server answered {status}; it is not a mock, or not at this URL")


class Sync:
    """Marks a client whose methods return when they are done."""


class Async:
    """Marks a client whose methods are awaited."""


Mode = TypeVar("Mode", Sync, Async)


class Executor(Protocol):
    """Carries calls out, at once or when awaited."""

    def execute(self, call: Call[Any]) -> Any:  # noqa: ANN401 - a value, or the promise of one
        """Return what the call is answered with."""
        ...


class Part(Generic[Mode]):
    """A group of methods of a client, about `account`."""

    def __init__(self, executor: Executor, account: str) -> None:
        self._executor = executor
        self.account = account

    @property
    def _base(self) -> str:
        return PATH if self.account == ALL else f"{PATH}/accounts/{quoted(self.account)}"

    def _about(self, path: str) -> str:
        """Return the path of what concerns this part's account."""
        return f"{self._base}/{path}"


class method(Generic[S, P, T]):  # noqa: N801 - a decorator
    """Makes a method of one that describes a call: it carries the call out, in the manner of its client."""

    def __init__(self, describe: Callable[Concatenate[S, P], Call[T]]) -> None:
        self._describe = describe
        functools.update_wrapper(cast("Any", self), describe)

    @overload
    def __get__(self, part: None, owner: type) -> method[S, P, T]: ...
    @overload
    def __get__(self, part: Part[Sync], owner: type) -> Callable[P, T]: ...
    @overload
    def __get__(self, part: Part[Async], owner: type) -> Callable[P, Awaitable[T]]: ...
    def __get__(self, part: Part[Any] | None, owner: type) -> Any:
        """Return the method of a part."""
        if part is None:
            return self
        describe = functools.partial(self._describe, cast("S", part))

        @functools.wraps(self._describe)
        def carry_out(*args: P.args, **kwargs: P.kwargs) -> Any:  # noqa: ANN401 - the overloads tell
            return part._executor.execute(describe(*args, **kwargs))  # noqa: SLF001 - the part's own

        return carry_out


def quoted(part: str) -> str:
    """Return a name as it may stand in a path; the slash of a scenario's faults stays."""
    from urllib.parse import quote

    return quote(part)


def json_call(verb: str, path: str, answer: Any, order: object) -> Call[Any]:  # noqa: ANN401 - a type form has no type
    """Return a call with a JSON body: `order`, without the fields of a dict that are None; bytes are JSON already."""
    fields = {name: value for name, value in order.items() if value is not None} if isinstance(order, dict) else order
    body = fields if isinstance(fields, bytes) else msgspec.json.encode(fields)
    return Call(method=verb, path=path, answer=answer, body=body, content_type="application/json")
