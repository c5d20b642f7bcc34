"""Malformed messages: bytes that look like a request and are not valid HTTP.

Owns the bytes, and what a server that takes them for a request after all would answer. It sends nothing.
"""

from collections.abc import Callable

import msgspec

AS_A_REQUEST = frozenset({401, 403, 404, 405})
"""The refusals of a server that has read who asks for what: it took the message for a request."""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a message goes: the path of a task that does not exist, that of the characters, and the usual headers."""

    task: bytes
    characters: bytes
    headers: tuple[bytes, ...]

    def look(self, *more: bytes) -> bytes:
        """Return a request for the task, with more lines in its head."""
        return _lines(b"GET %b HTTP/1.1" % self.task, *self.headers, *more) + b"\r\n"

    def send(self, body: bytes, *more: bytes) -> bytes:
        """Return a creation with a body, with more lines in its head."""
        head = _lines(b"POST %b HTTP/1.1" % self.characters, *self.headers, b"Content-Type: application/json", *more)
        return head + b"\r\n" + body


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A message that is not valid HTTP.

    `reads_body` tells that the head alone is in order: a server may refuse the request before it reads on.
    """

    name: str
    title: str
    data: Callable[[Place], bytes]
    reads_body: bool = False


def _lines(*lines: bytes) -> bytes:
    return b"".join(line + b"\r\n" for line in lines)


_CHUNKED = b"Transfer-Encoding: chunked"

MESSAGES = (
    Message(name="words", title="Words instead of a request", data=lambda _: b"THIS IS NOT HTTP\r\n\r\n"),
    Message(
        name="another-protocol",
        title="The beginning of another protocol",
        data=lambda _: b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    ),
    Message(
        name="nul",
        title="A NUL in the address (RFC 9112 §3.2)",
        data=lambda place: place.look().replace(b" HTTP/", b"\x00 HTTP/", 1),
    ),
    Message(
        name="header-name",
        title="A space between the name of a header and its colon (RFC 9112 §5.1)",
        data=lambda place: place.look(b"X-Sora : 1"),
    ),
    Message(
        name="content-length",
        title="A length that is no number (RFC 9112 §6.3)",
        data=lambda place: place.look(b"Content-Length: many"),
    ),
    Message(
        name="two-lengths",
        title="Two lengths that differ (RFC 9112 §6.3)",
        data=lambda place: place.send(b"{}", b"Content-Length: 2", b"Content-Length: 1"),
        reads_body=True,
    ),
    Message(
        name="length-and-chunks",
        title="A length beside chunks, as smugglers of requests send it (RFC 9112 §6.1)",
        data=lambda place: place.send(b"2\r\n{}\r\n0\r\n\r\n", b"Content-Length: 4", _CHUNKED),
        reads_body=True,
    ),
    Message(
        name="chunk-size",
        title="A chunk whose size is no number (RFC 9112 §7.1)",
        data=lambda place: place.send(b"many\r\n{}\r\n0\r\n\r\n", _CHUNKED),
        reads_body=True,
    ),
)
"""Each of them has to be refused by what the RFC says, whatever it asks for."""
