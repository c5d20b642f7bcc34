"""The core: what a client does, without doing it.

Owns the form of programs, which are generators that yield a request to send or a time to wait, are handed the outcome,
and return a value or raise; and what all of them are made of. All clients run the same programs; none knows one. A
program knows nothing of connections, threads or event loops.
"""

import logging
import threading
from collections.abc import Callable, Generator
from typing import TypeVar

import msgspec

from sora_conformance.reference import failures
from sora_conformance.reference.breaker import Breaker
from sora_conformance.reference.call import Call
from sora_conformance.reference.errors import (
    CircuitOpenError,
    LocalValidationError,
    ProcessingFailedError,
    RenderFailedError,
    SoraError,
    TimedOutError,
)
from sora_conformance.reference.options import Choices
from sora_conformance.reference.outcomes import Outcome, Reply
from sora_conformance.reference.retry import pause_before_next
from sora_conformance.reference.secret import Secret
from sora_conformance.reference.values import Task, Video

log = logging.getLogger("sora_conformance.reference")


class Send(msgspec.Struct, frozen=True):
    """Send a request; the outcome is handed back."""

    call: Call


class Pause(msgspec.Struct, frozen=True):
    """Wait; None is handed back."""

    seconds: float


Value = TypeVar("Value")
Making = TypeVar("Making", Task, Video)
Program = Generator[Send | Pause, Outcome | None, Value]


class Core:
    """What a client knows, what it remembers from call to call, and what its programs are made of."""

    def __init__(self, secret: Secret, choices: Choices) -> None:
        self.secret = secret
        self.choices = choices
        self._breaker = Breaker()
        self._lock = threading.Lock()

    # -- programs ------------------------------------------------------------------------------------------------

    def completed(
        self, look: Callable[[], Program[Making]], name: str, *, every_s: float, within_s: float
    ) -> Program[Making]:
        """Look at what `name` stands for until it is completed. Raises RenderFailedError, TimedOutError."""
        until = self.choices.clock() + within_s
        while True:
            found = yield from look()
            if found.completed:
                return found
            if found.finished:
                told = found.error.get("message") if found.error else None
                raise RenderFailedError(f"{name} is {found.status}" + (f": {told}" if told else ""), task=found)
            if self.choices.clock() + every_s > until:
                raise TimedOutError(f"{name} is {found.status or 'not finished'} after {within_s:g} s")
            yield Pause(every_s)

    def perform(self, call: Call) -> Program[Reply]:
        """Send a request as often as the policy has it, and return the reply of success; raise what else came."""
        # A key is ASCII: it reads the same in every body, even in the middle of a file.
        if self.secret.shows_in(f"{call.path} {(call.body or b'').decode('latin-1')}"):
            raise LocalValidationError("expected the key in no argument, found it in one")
        attempt = 0
        error: SoraError | None = None
        while True:
            self._enter(error)
            attempt += 1
            try:
                outcome = yield Send(call)
            except BaseException:
                self._leave(None, None)
                raise
            assert outcome is not None  # noqa: S101 - a Send is always handed its outcome
            choices, date = self.choices, self.choices.date()
            error = failures.error_of(outcome, self.secret, safe=call.safe, attempts=attempt, date=date)
            self._leave(outcome, error)
            if error is None:
                # A reply has no trouble unless it is an error.
                assert isinstance(outcome, Reply)  # noqa: S101
                return outcome
            pause = pause_before_next(
                attempt, outcome, choices.retry, safe=call.safe, chance=choices.chance(), date=date
            )
            if pause is None:
                raise error
            log.debug("%s %s: %s; again in %.2f s", call.method, call.path, type(error).__name__, pause)
            yield Pause(pause)

    # -- the breaker ---------------------------------------------------------------------------------------------

    def _enter(self, last: SoraError | None) -> None:
        """Let a request through, or raise: the error that the call has met already, else CircuitOpenError."""
        with self._lock:
            wait = self._breaker.wait(self.choices.clock(), self.choices.breaker)
            if wait == 0:
                self._breaker = self._breaker.entered()
                return
        if last is not None:
            raise last
        raise CircuitOpenError(f"the next request is let through in {wait:.0f} s", retry_after=wait)

    def _leave(self, outcome: Outcome | None, error: SoraError | None) -> None:
        with self._lock:
            if outcome is None:
                self._breaker = self._breaker.abandoned()
            elif _server_failed(outcome, error):
                self._breaker = self._breaker.failed(self.choices.clock(), self.choices.breaker)
            else:
                self._breaker = self._breaker.succeeded()


def sound(value: Value | SoraError) -> Value:
    """Return a value that was read; raise the error in its place."""
    if isinstance(value, SoraError):
        raise value
    return value


def _server_failed(outcome: Outcome, error: SoraError | None) -> bool:
    """Tell whether the server is to blame, and not what it was asked."""
    if not isinstance(outcome, Reply):
        return True
    return outcome.trouble is not None or (outcome.status >= 500 and not isinstance(error, ProcessingFailedError))
