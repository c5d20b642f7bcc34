"""Mocks that are bad at HTTP."""

import datetime as dt
from typing import Any

import msgspec

from sora_mock.app import Mock
from sora_mock.protocol import Protocol
from sora_mock.wire import Reply, Request
from tests.mutants.calls import CREATE, GENERATE, RETRIEVE, operation
from tests.mutants.craft import Answer, bent, fresh_mock, reroute
from tests.mutants.edits import always, answering, by, header, of, refusals, status
from tests.mutants.mutant import App, Mutant
from tests.mutants.ways import telling


class Greeting(Protocol):
    """Answers 200 to what is no HTTP."""

    def send_400_response(self, msg: str) -> None:
        """Answer as if all were well."""
        self.transport.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}")
        self.transport.close()


class Silent(Protocol):
    """Answers nothing to what is no HTTP, and keeps the connection."""

    def send_400_response(self, msg: str) -> None:
        """Leave the caller waiting."""


class Failing(Protocol):
    """Answers 500 to what is no HTTP."""

    def send_400_response(self, msg: str) -> None:
        """Take the blame for it."""
        self.transport.write(b"HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        self.transport.close()


def mortal() -> type[Protocol]:
    """Return a protocol that dies of the first message that is no HTTP: no connection is answered after that."""

    class Mortal(Protocol):
        """Serves until it is told something that is no HTTP."""

        dead = False

        def data_received(self, data: bytes) -> None:
            """Hang up on whoever speaks to the dead."""
            if type(self).dead:
                self.transport.abort()
            else:
                super().data_received(data)

        def send_400_response(self, msg: str) -> None:
            """Die."""
            type(self).dead = True
            self.transport.abort()

    return Mortal


class Spoken:
    """A mock over another protocol."""

    def __init__(self, mock: Mock, protocol: type[Protocol]) -> None:
        self.mock = mock
        self.protocol = protocol

    async def __call__(self, scope, receive, send) -> None:
        await self.mock(scope, receive, send)


def _over(protocol) -> App:
    return lambda: Spoken(fresh_mock(), protocol())


async def _no_head(request: Request, answer: Answer) -> Reply:
    if request.method != "HEAD" or operation(request) is None:
        return await answer(request)
    reply = await answer(msgspec.structs.replace(request, method="PUT"))
    return header("allow", "GET")(reply)


async def _head_404(request: Request, answer: Answer) -> Reply:
    if request.method != "HEAD" or operation(request) is None:
        return await answer(request)
    return await answer(msgspec.structs.replace(request, path="/v1/sora/nowhere", method="GET"))


def _instants(change) -> App:
    def edit(reply: Reply) -> Reply:
        body = msgspec.json.decode(reply.body)
        for name in ("created_at", "completed_at", "expires_at"):
            if body.get(name) is not None:
                body[name] = change(body[name])
        return msgspec.structs.replace(reply, body=msgspec.json.encode(body))

    return telling(of(CREATE, GENERATE, RETRIEVE), edit)


def _iso(seconds: int) -> Any:
    return dt.datetime.fromtimestamp(seconds, dt.UTC).isoformat()


def _has_status(number: int):
    return lambda request, reply: reply.status == number


def _is_json(request: Request, reply: Reply) -> bool:
    return reply.body.startswith(b"{")


_METHOD, _PATH, _HTTP, _HEAD = "protocol.method", "protocol.path", "protocol.http", "protocol.head"
_TYPE, _REQUEST_ID, _INSTANTS = "protocol.content-type", "protocol.request-id", "protocol.instants"

MUTANTS = (
    Mutant(
        "other-methods-404",
        _METHOD,
        "a method that is not served is answered with 404",
        telling(_has_status(405), status(404), header("allow", None)),
    ),
    Mutant(
        "other-methods-without-allow",
        _METHOD,
        "a 405 does not say which methods are served",
        telling(_has_status(405), header("allow", None)),
    ),
    Mutant(
        "other-methods-with-wrong-allow",
        _METHOD,
        "a 405 names methods that are not served",
        telling(_has_status(405), header("allow", "PATCH, TRACE")),
    ),
    Mutant(
        "other-paths-200",
        _PATH,
        "a path that there is not is answered with 200",
        telling(by(_PATH), status(200), answering(b"{}")),
    ),
    Mutant("other-paths-400", _PATH, "a path that there is not is answered with 400", telling(by(_PATH), status(400))),
    Mutant(
        "other-paths-500", _PATH, "a path that there is not is a failure of the server", telling(by(_PATH), status(500))
    ),
    Mutant("garbage-200", _HTTP, "what is no HTTP is answered with 200", _over(lambda: Greeting)),
    Mutant("garbage-500", _HTTP, "what is no HTTP is a failure of the server", _over(lambda: Failing)),
    Mutant("garbage-left-hanging", _HTTP, "what is no HTTP is not answered at all", _over(lambda: Silent)),
    Mutant("garbage-is-deadly", _HTTP, "after what is no HTTP nothing is answered any more", _over(mortal)),
    Mutant("head-405", _HEAD, "HEAD is not served", bent(lambda mock: reroute(mock, _no_head))),
    Mutant("head-404", _HEAD, "HEAD finds nothing", bent(lambda mock: reroute(mock, _head_404))),
    Mutant(
        "json-as-plain-text",
        _TYPE,
        "JSON is declared as plain text",
        telling(_is_json, header("content-type", "text/plain")),
    ),
    Mutant("json-undeclared", _TYPE, "JSON is not declared at all", telling(_is_json, header("content-type", None))),
    Mutant(
        "errors-as-html",
        _TYPE,
        "the JSON of errors is declared as HTML",
        telling(refusals, header("content-type", "text/html")),
    ),
    Mutant("no-request-id", _REQUEST_ID, "replies have no id", telling(always, header("x-request-id", None))),
    Mutant(
        "one-request-id",
        _REQUEST_ID,
        "all replies have the same id",
        telling(always, header("x-request-id", "req_00000000")),
    ),
    Mutant(
        "errors-without-request-id", _REQUEST_ID, "errors have no id", telling(refusals, header("x-request-id", None))
    ),
    Mutant("instants-in-milliseconds", _INSTANTS, "instants are milliseconds", _instants(lambda at: at * 1000)),
    Mutant("instants-as-text", _INSTANTS, "instants are written as dates", _instants(_iso)),
    Mutant("instants-with-fractions", _INSTANTS, "instants have fractions", _instants(lambda at: at + 0.25)),
    Mutant(
        "instants-in-local-time",
        _INSTANTS,
        "instants are those of another time zone",
        _instants(lambda at: at - 18_000),
    ),
)
