"""The core: what a client does, without doing it.

Owns the order of things, as programs: generators that yield a request to send or a time to wait, are handed the
outcome, and return a value or raise. Both clients run the same programs; neither knows one. A program knows nothing of
connections, threads or event loops.
"""

import logging
import threading
from collections.abc import Callable, Generator, Sequence
from typing import TypeVar

import msgspec

from sora_conformance.reference import calls, replies
from sora_conformance.reference.breaker import Breaker
from sora_conformance.reference.calls import Call
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
from sora_conformance.reference.values import Batch, Character, Result, Task

log = logging.getLogger("sora_conformance.reference")


class Send(msgspec.Struct, frozen=True):
    """Send a request; the outcome is handed back."""

    call: Call


class Pause(msgspec.Struct, frozen=True):
    """Wait; None is handed back."""

    seconds: float


Value = TypeVar("Value")
Program = Generator[Send | Pause, Outcome | None, Value]


class Core:
    """What a client knows, what it remembers from call to call, and its programs."""

    def __init__(self, secret: Secret, choices: Choices) -> None:
        self.secret = secret
        self.choices = choices
        self._breaker = Breaker()
        self._lock = threading.Lock()

    # -- programs ------------------------------------------------------------------------------------------------

    def create(self, call: Call) -> Program[Character]:
        """Make a character."""
        character = _sound(replies.character_of((yield from self._perform(call)), self.secret))
        # Should everything else be lost, the log still has the id.
        log.info("made %r", character.character_id)
        return character

    def task(self, call: Call) -> Program[Task]:
        """Ask for a generation, or look at one."""
        task = _sound(replies.task_of((yield from self._perform(call)), self.secret))
        if not call.safe:
            log.info("began %r", task.task_id)
        return task

    def wait(self, task_id: str, *, every_s: float, within_s: float) -> Program[Task]:
        """Look at a task until it is completed. Raises RenderFailedError, TimedOutError."""
        until = self.choices.clock() + within_s
        while True:
            task = yield from self.task(calls.retrieval(task_id))
            if task.completed:
                return task
            if task.finished:
                told = task.error.get("message") if task.error else None
                raise RenderFailedError(f"{task_id} is {task.status}" + (f": {told}" if told else ""), task=task)
            if self.choices.clock() + every_s > until:
                raise TimedOutError(f"{task_id} is {task.status or 'not finished'} after {within_s:g} s")
            yield Pause(every_s)

    def batch(
        self,
        character_ids: str | Sequence[str],
        scenarios: Sequence[str],
        *,
        duration: int,
        resolution: str,
        test: tuple[int, str],
        wait: Callable[[str], Program[Task]],
    ) -> Program[Batch]:
        """Render the first scenario small, and once that is completed ask for all of them.

        All are checked before the first is sent. Errors of single scenarios are results, too.
        """
        wanted = [calls.generation(character_ids, each, duration=duration, resolution=resolution) for each in scenarios]
        if not wanted:
            raise LocalValidationError("scenarios: expected at least one, found none")
        trial = calls.generation(character_ids, scenarios[0], duration=test[0], resolution=test[1])
        begun = yield from self.task(trial)
        tested = begun if begun.completed else (yield from wait(begun.task_id))
        results = []
        for scenario, call in zip(scenarios, wanted, strict=True):
            try:
                results.append(Result(scenario=scenario, task=(yield from self.task(call))))
            except SoraError as error:
                # The frames of the attempt would be kept alive for as long as the result is.
                results.append(Result(scenario=scenario, error=error.with_traceback(None)))
        return Batch(test=tested, results=tuple(results))

    def _perform(self, call: Call) -> Program[Reply]:
        """Send a request as often as the policy has it, and return the reply of success; raise what else came."""
        if self.secret.shows_in(f"{call.path} {(call.body or b'').decode()}"):
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
            error = replies.error_of(outcome, self.secret, safe=call.safe, attempts=attempt, date=date)
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


def _sound(value: Value | SoraError) -> Value:
    if isinstance(value, SoraError):
        raise value
    return value


def _server_failed(outcome: Outcome, error: SoraError | None) -> bool:
    """Tell whether the server is to blame, and not what it was asked."""
    if not isinstance(outcome, Reply):
        return True
    return outcome.trouble is not None or (outcome.status >= 500 and not isinstance(error, ProcessingFailedError))
