"""HTTP as uvicorn speaks it, with the mock's manners for requests that never become one.

Owns the answers to what is no HTTP, to heads that grow without end and to heads that never end. Whatever is a request
goes to the application, of which this module knows nothing.
"""

import os
from asyncio import Event, TimerHandle
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from sora_mock.delivery import HANGING, PARTING, TRANSPORT
from sora_mock.dialects.guide import refusal
from sora_mock.engine import problems
from sora_mock.engine.problems import Problem
from sora_mock.parser import Parser

MAX_HEAD = 65_536
"""The most bytes that a request line and its headers may have."""

HEAD_SECONDS = 30.0
"""How long the rest of a head may take to come."""


class HeadTooLarge(Exception):  # noqa: N818 - the parser reports it as its own error
    """The head outgrew MAX_HEAD."""


class Protocol(HttpToolsProtocol):
    """Uvicorn's HTTP protocol; what is no request is answered in the contract's error shape."""

    head_seconds = HEAD_SECONDS
    parser: Parser

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - uvicorn's business
        super().__init__(*args, **kwargs)
        self.access_log = False  # the journal is better, and costs less
        self.parser = Parser(self)
        # What uvicorn asks of its own parser: a reply may end the connection ahead of requests already sent.
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
        self._head = 0
        self._unparsed = 0
        self._in_head = False
        self._last_word: Problem | None = None
        self._head_timer: TimerHandle | None = None

    def on_message_begin(self) -> None:
        """Note that a head has begun."""
        super().on_message_begin()
        self.scope[TRANSPORT] = self.transport  # type: ignore[literal-required]
        self._in_head = True
        self._head = 0
        self._unparsed = 0

    def on_url(self, url: bytes) -> None:
        """Take in a part of the request line, within bounds."""
        self._count(url)
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take in a header, within bounds; one that comes after the body adds nothing to the head (RFC 9110 §6.5.1)."""
        self._count(name)
        self._count(value)
        if self._in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Note that the head has ended, and let it be answered; one with an offer to upgrade is told again without."""
        if self.parser.is_offered:
            return
        self._in_head = False
        self._stop_timer()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Note that a message has ended, unless it is one that is told again."""
        if not self._in_head:
            super().on_message_complete()

    def head_without_offer(self) -> bytes:
        """Return the head that was read last, without its offer to upgrade."""
        version = self.parser.get_http_version().encode()
        lines = [b"%b %b HTTP/%b" % (self.parser.get_method(), self.url, version)]
        lines += [b"%b: %b" % header for header in self.headers if header[0] != b"upgrade"]
        return b"\r\n".join([*lines, b"", b""])

    def data_received(self, data: bytes) -> None:
        """Feed the parser; when it is left in the middle of a head, the rest has to come in time and within bounds."""
        went_on = self._in_head
        super().data_received(data)
        if not self._in_head or self.transport.is_closing():
            return
        if self._head_timer is None:
            self._head_timer = self.loop.call_later(self.head_seconds, self._late)
        # The parser tells of a header once it has all of it: until then, what it was fed is counted.
        self._unparsed += len(data) if went_on else 0
        if self._unparsed > MAX_HEAD:
            self._refuse(problems.head_too_large(MAX_HEAD))

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the timer."""
        self._stop_timer()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """Let go of the connection: at once when its exchange will never be answered, soon when it has no end."""
        if self.cycle is not None and HANGING in self.cycle.scope:
            self.transport.abort()
            return
        super().shutdown()
        parting = None if self.cycle is None else self.cycle.scope.get(PARTING)
        if isinstance(parting, Event):
            parting.set()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's wording is not the contract's
        """Answer what is no HTTP, or too much of it, and hang up."""
        self._refuse(problems.head_too_large(MAX_HEAD) if self._head > MAX_HEAD else problems.http_invalid())

    def on_response_complete(self) -> None:
        """Go on to the next request, or to what is still to be said about what came after the last one."""
        was_last = not self.pipeline
        super().on_response_complete()
        if self._last_word is not None and was_last and not self.transport.is_closing():
            self._hang_up(self._last_word)

    def _count(self, part: bytes) -> None:
        self._head += len(part)
        if self._head > MAX_HEAD:
            raise HeadTooLarge

    def _late(self) -> None:
        self._refuse(problems.timed_out(self.head_seconds, of="head"))

    def _stop_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _refuse(self, problem: Problem) -> None:
        """Answer what is no request and hang up, but not before a request that came whole has had its own answer."""
        if self.cycle is None or self.cycle.more_body or self.cycle.response_complete:
            self._hang_up(problem)
        elif self._last_word is None:
            self._last_word = problem

    def _hang_up(self, problem: Problem) -> None:
        reply = refusal(problem)
        # What never became a request is no part of any sequence of calls, so its id need not be the same next time.
        lines = [*reply.headers, ("x-request-id", f"req_{os.urandom(12).hex()}"), ("x-sora-mock-rule", problem.rule)]
        lines += [("content-length", str(len(reply.body))), ("connection", "close")]
        head = "".join(f"{name}: {value}\r\n" for name, value in lines)
        self.transport.write(STATUS_LINE[reply.status] + head.encode("latin-1") + b"\r\n" + reply.body)
        self.transport.close()
