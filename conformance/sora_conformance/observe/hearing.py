"""Hearing: what is written down of a relayed connection.

Owns the reading of both its streams as HTTP/1.1, and which reply belongs to which request. It is pure: bytes and
instants are told to it, and it never changes what is relayed. What it cannot read it does not write down.
"""

from collections import deque

import h11

from sora_conformance.client.arrivals import KEPT_BODY
from sora_conformance.exchanges import Headers
from sora_conformance.observe.notes import MAX_BODY, Call, Notes

MAX_HEAD = 64 * 1024
"""The longest head that is read; what is longer is not taken for HTTP."""


class Hearing:
    """What is heard on one connection, numbered `connection`. Instants are those of a clock that only runs forward."""

    def __init__(self, notes: Notes, connection: int) -> None:
        self._notes = notes
        self._connection = connection
        self._requests: h11.Connection | None = _reader_of_requests()
        self._began: float | None = None
        self._sending: Call | None = None
        self._waiting: deque[Call] = deque()
        self._reply: h11.Connection | None = None
        self._deaf_to_replies = False
        self._client_ended: float | None = None

    def from_client(self, data: bytes, now: float) -> None:
        """Hear bytes of the client."""
        if self._requests is None:
            return
        try:
            self._requests = self._read_requests(self._requests, data, now)
        except h11.RemoteProtocolError:
            self._requests = None
            self._notes.strange = True

    def from_server(self, data: bytes, now: float) -> None:
        """Hear bytes of the server; none mean that there will be no more."""
        if self._deaf_to_replies:
            return
        try:
            self._read_replies(data, now)
        except (h11.RemoteProtocolError, h11.LocalProtocolError):
            self._deaf_to_replies = True

    def client_ended(self, now: float) -> None:
        """Hear that the client sends no more; it may still listen."""
        if self._client_ended is None:
            self._client_ended = now

    def client_gone(self, now: float) -> None:
        """Hear that the client is gone."""
        self.client_ended(now)
        self._give_up(now)

    def server_gone(self, now: float) -> None:
        """Hear that the server sends no more."""
        if self._reply is not None:
            self.from_server(b"", now)
        self._give_up(now)

    def _give_up(self, now: float) -> None:
        for call in self._waiting:
            if self._client_ended is None:
                call.cut, call.done = True, now
            else:
                call.abandoned, call.done = True, max(call.at, self._client_ended)
        self._waiting.clear()
        self._deaf_to_replies = True

    def _read_requests(self, reader: h11.Connection, data: bytes, now: float) -> h11.Connection:
        """Read requests and return the reader of what comes next."""
        while data:
            if self._began is None:
                self._began = now
            reader.receive_data(data)
            data = b""
            while (event := reader.next_event()) is not h11.NEED_DATA:
                if isinstance(event, h11.Request):
                    self._begin(event, self._began)
                elif isinstance(event, h11.Data) and self._sending is not None:
                    self._notes.keep(self._sending.body, bytes(event.data), MAX_BODY)
                elif isinstance(event, h11.EndOfMessage):
                    # Each message gets a reader of its own: this one would wait until it had been answered.
                    data, reader, self._began = reader.trailing_data[0], _reader_of_requests(), None
                    break
        return reader

    def _begin(self, request: h11.Request, at: float) -> None:
        self._sending = Call(
            at=at,
            connection=self._connection,
            method=request.method.decode("latin-1"),
            target=request.target.decode("latin-1"),
            headers=_headers(request),
        )
        self._notes.begin(self._sending)
        self._waiting.append(self._sending)

    def _read_replies(self, data: bytes, now: float) -> None:
        while True:
            if self._reply is None:
                if not self._waiting:
                    self._deaf_to_replies = True
                    return
                self._reply = _reader_of_reply(self._waiting[0].method)
            call = self._waiting[0]
            self._reply.receive_data(data)
            while not isinstance(event := self._reply.next_event(), h11.EndOfMessage):
                if isinstance(event, h11.Response):
                    call.status, call.reply_headers = event.status_code, _headers(event)
                elif isinstance(event, h11.Data):
                    self._notes.keep(call.reply_body, bytes(event.data), KEPT_BODY)
                elif not isinstance(event, h11.InformationalResponse):
                    return
            call.done = now
            self._waiting.popleft()
            data, self._reply = self._reply.trailing_data[0], None
            if not data:
                return


def _reader_of_requests() -> h11.Connection:
    return h11.Connection(h11.SERVER, max_incomplete_event_size=MAX_HEAD)


def _reader_of_reply(method: str) -> h11.Connection:
    """Return a reader that knows what the reply is to: one to HEAD has no body, whatever it says."""
    reader = h11.Connection(h11.CLIENT, max_incomplete_event_size=MAX_HEAD)
    reader.send(h11.Request(method=method, target="/", headers=[("host", "")]))
    return reader


def _headers(message: h11.Request | h11.Response) -> Headers:
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in message.headers)
