"""The errors of the reference client: one family, each saying in one line what went wrong.

Owns their names and what they carry. An error holds text only: never a key, a request, a reply or another library's
exception. Whoever raises one has hidden the key in its texts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from sora_conformance.reference.values import Character, Task, Video


class SoraError(Exception):
    """A call failed.

    `status` is that of the reply, None if there was none. `message` is the server's own where it gave one; `code` and
    `request_id` are what it named them. `retry_after` is how many seconds it asked to wait. `maybe_done` tells that
    the request may have been carried out all the same: a character may exist that nobody knows the id of. `attempts`
    is how often the request was sent.
    """

    summary: ClassVar[str] = "the call failed"

    def __init__(
        self,
        message: str = "",
        *,
        status: int | None = None,
        code: str | None = None,
        retry_after: float | None = None,
        request_id: str | None = None,
        maybe_done: bool = False,
        attempts: int = 0,
    ) -> None:
        self.message = message
        self.status = status
        self.code = code
        self.retry_after = retry_after
        self.request_id = request_id
        self.maybe_done = maybe_done
        self.attempts = attempts
        super().__init__(message)

    def __reduce__(self) -> tuple[object, ...]:
        return _restored, (type(self), self.__dict__)

    def __str__(self) -> str:
        about = [str(part) for part in (self.status, self.code) if part is not None]
        notes = []
        if self.retry_after is not None:
            notes.append(f"retry after {self.retry_after:.10g} s")
        if self.attempts > 1:
            notes.append(f"{self.attempts} attempts")
        if self.maybe_done:
            notes.append("it may have been done all the same")
        if self.request_id is not None:
            notes.append(f"request {self.request_id}")
        head = self.summary + (f" ({' '.join(about)})" if about else "")
        return head + (f": {self.message}" if self.message else "") + (f" [{'; '.join(notes)}]" if notes else "")


def _restored(kind: type[SoraError], fields: dict[str, object]) -> SoraError:
    """Return an error as it was, without what its own class asks to be made of it."""
    error = kind.__new__(kind, fields["message"])
    error.__dict__.update(fields)
    return error


class LocalValidationError(SoraError, ValueError):
    """The call was refused before anything was sent: the message names the argument, what was expected and found."""

    summary = "refused before it was sent"


class MissingKeyError(LocalValidationError):
    """There is no API key, or an empty one, or one that cannot be sent in a header."""

    summary = "no usable API key"


class RateLimitedError(SoraError):
    """The server answered 429, up to the last attempt, or asked for a longer wait than the policy allows."""

    summary = "rate limited"


class InvalidRequestError(SoraError):
    """The server refused the request as it is (400, or another 4xx that has no class of its own)."""

    summary = "the request was refused"


class UnauthorizedError(SoraError):
    """The server did not accept the key, or not for this (401, 403)."""

    summary = "the key was refused"


class NotFoundError(SoraError):
    """There is no such task, video, character or address (404)."""

    summary = "not found"


class ServerError(SoraError):
    """The server failed (5xx)."""

    summary = "the server failed"


class ProcessingFailedError(ServerError):
    """The source video could not be made a character of (500): another span or video may help, a repetition not."""

    summary = "processing failed"


class TimedOutError(SoraError, TimeoutError):
    """The server did not answer in time, or a task was not finished in time."""

    summary = "timed out"


class TransportError(SoraError):
    """No connection came about, or it was lost."""

    summary = "the connection failed"


class ProtocolError(SoraError):
    """A reply is none of the contract: no JSON, no id, half of one, one without end, a redirect."""

    summary = "the reply makes no sense"


class CircuitOpenError(SoraError):
    """The server failed so often that it is left alone for a while; nothing was sent."""

    summary = "the server is left alone after repeated failures"


class RenderFailedError(SoraError):
    """A task ended without a video; `task` is how it ended, a Video where the API has these in the place of tasks."""

    summary = "the render failed"

    def __init__(self, message: str, *, task: Task | Video) -> None:
        super().__init__(message)
        self.task = task


class LibraryError(SoraError):
    """The library's file cannot be used; `character` is one that was made and could not be written down."""

    summary = "the library cannot be used"

    def __init__(self, message: str, *, character: Character | None = None) -> None:
        super().__init__(message)
        self.character = character

    def __str__(self) -> str:
        told = super().__str__()
        return told if self.character is None else f"{told} (the character is {self.character.character_id})"
