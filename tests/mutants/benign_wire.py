"""Mocks that write the same replies otherwise on the connection, as HTTP leaves it open."""

import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sora_mock.protocol import Protocol
from tests.mutants.craft import fresh_mock, wrapped
from tests.mutants.mutant import App, Benign
from tests.mutants.protocol import Spoken

_NAME = re.compile(rb"(?<=\r\n)[a-z0-9-]+(?=: )")


def sending(change) -> App:
    """Make mocks that change each message on its way out; `change` gets the message and returns those to send."""

    async def wrap(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        async def changed(message: Message) -> None:
            for part in change(message):
                await send(part)

        await app({**scope, "extensions": {}}, receive, changed)

    return wrapped(wrap)


def _closing(message: Message) -> list[Message]:
    if message["type"] == "http.response.start":
        message = {**message, "headers": [*message["headers"], (b"connection", b"close")]}
    return [message]


def _chunked(message: Message) -> list[Message]:
    if message["type"] == "http.response.start":
        # Of a reply to HEAD and of a range the length is told; all else comes in pieces.
        named = dict(message["headers"])
        json = named.get(b"content-type", b"").startswith(b"application/json")
        kept = [pair for pair in message["headers"] if pair[0] != b"content-length"] if json else message["headers"]
        return [{**message, "headers": kept}]
    return [message]


def _in_pieces(message: Message) -> list[Message]:
    body = message.get("body", b"")
    if message["type"] == "http.response.start" or len(body) < 2 or message.get("more_body"):
        return [message]
    return [
        {"type": "http.response.body", "body": body[:1], "more_body": True},
        {"type": "http.response.body", "body": body[1:], "more_body": False},
    ]


def _capital(match: re.Match[bytes]) -> bytes:
    return match[0].title()


def _shouting(match: re.Match[bytes]) -> bytes:
    return match[0].upper()


class _Pen:
    """A transport whose heads are written with other letters; all else is the transport's own."""

    def __init__(self, transport, spell) -> None:
        self._transport = transport
        self._spell = spell

    def __getattr__(self, name: str):
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Write some bytes, the head of a reply in other letters."""
        if data.startswith(b"HTTP/1.1 "):
            head, gap, body = data.partition(b"\r\n\r\n")
            data = _NAME.sub(self._spell, head) + gap + body
        self._transport.write(data)


def spelling(spell) -> App:
    """Make mocks that write the names of headers with other letters."""

    class Speller(Protocol):
        """Speaks HTTP in other letters."""

        def connection_made(self, transport) -> None:
            """Take up another pen."""
            super().connection_made(_Pen(transport, spell))

    return lambda: Spoken(fresh_mock(), Speller)


BENIGN = (
    Benign("header-names-capitalised", "the names of headers have no case", spelling(_capital)),
    Benign("header-names-in-capitals", "the names of headers have no case", spelling(_shouting)),
    Benign("connection-closed", "a connection may end with each reply", sending(_closing)),
    Benign("chunked", "a body may come without its length being told", sending(_chunked)),
    Benign("in-two-pieces", "a body may come in any pieces", sending(_in_pieces)),
)
