"""The reception: what a client gets to see of a reply's plan.

Owns the translation of deliveries into bytes, pauses and the ends of connections. It must not know which library the
client uses, nor how it waits.
"""

from collections.abc import Iterator
from typing import Literal

import msgspec
from starlette.types import Message

from sora_mock.delivery import DRIPS
from sora_mock.wire import Drip, Hang, Reply, Reset, Truncate

RESET = "[Errno 104] Connection reset by peer"

Kind = Literal["ReadTimeout", "ReadError", "RemoteProtocolError"]


class Broken(Exception):  # noqa: N818 - what was asked for, not an error of ours
    """The exchange ends as `kind` says, by the name that both client libraries give it."""

    def __init__(self, kind: Kind, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class Reception(msgspec.Struct, frozen=True, kw_only=True):
    """What arrives of a reply: its head, and the pieces of its body with the seconds to wait before each.

    `end` is what becomes of the connection after the last piece, None when nothing is missing.
    """

    status: int
    headers: list[tuple[bytes, bytes]]
    pieces: tuple[tuple[float, bytes], ...]
    end: Broken | None = None

    @property
    def body(self) -> bytes | None:
        """Return the body if it arrives whole and at once, None otherwise."""
        if self.end is not None or any(pause for pause, _ in self.pieces):
            return None
        return b"".join(piece for _, piece in self.pieces)

    def steps(self, patience: float | None) -> Iterator[tuple[float, bytes]]:
        """Yield the pieces of the body and the waits before them; raise Broken where a client of `patience` gives up.

        `patience` is the client's read timeout in seconds, None for no end.
        """
        for pause, piece in self.pieces:
            if patience is not None and pause > patience:
                raise _timeout()
            yield pause, piece
        if self.end is not None:
            raise self.end


def wait_before(reply: Reply, patience: float | None) -> float:
    """Return the seconds before anything happens; raise Broken when the client's patience is over sooner."""
    seconds = reply.delay / 1000
    if patience is not None and seconds > patience:
        raise _timeout()
    return seconds


def check_answered(reply: Reply) -> None:
    """Raise Broken for a reply of which nothing ever arrives. Nobody waits for a hanging one, whatever its patience."""
    if isinstance(reply.delivery, Hang):
        raise _timeout()
    if isinstance(reply.delivery, Reset):
        raise Broken("ReadError", RESET)


def received(reply: Reply, messages: list[Message], method: str) -> Reception:
    """Return what arrives of a reply that was sent as these ASGI messages."""
    start, body = messages[0], b"".join(message.get("body", b"") for message in messages[1:])
    headers = [(name.lower(), value) for name, value in start["headers"]]
    whole = Reception(status=start["status"], headers=headers, pieces=((0.0, body),) if body else ())
    if method == "HEAD" or not body:
        return msgspec.structs.replace(whole, pieces=())
    match reply.delivery:
        case Truncate(keep):
            return _cut_off(whole, body, int(len(body) * keep))
        case Drip(seconds):
            size = max(1, -(-len(body) // DRIPS))
            pieces = (body[at : at + size] for at in range(0, len(body), size))
            return msgspec.structs.replace(
                whole, pieces=tuple((seconds * len(piece) / len(body), piece) for piece in pieces)
            )
        case _:
            return whole


def _cut_off(whole: Reception, body: bytes, kept: int) -> Reception:
    message = (
        f"peer closed connection without sending complete message body (received {kept} bytes, expected {len(body)})"
    )
    pieces = ((0.0, body[:kept]),) if kept else ()
    return msgspec.structs.replace(whole, pieces=pieces, end=Broken("RemoteProtocolError", message))


def _timeout() -> Broken:
    return Broken("ReadTimeout", "timed out")
