"""Replies: what an outcome means to the caller, a value or an error.

Owns the reading of bodies, and which status is which error. Every text that leaves here has the key hidden. Errors are
returned and not raised: a traceback would lead to what the server sent.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from sora_conformance.reference.errors import (
    InvalidRequestError,
    NotFoundError,
    ProcessingFailedError,
    ProtocolError,
    RateLimitedError,
    ServerError,
    SoraError,
    TimedOutError,
    TransportError,
    UnauthorizedError,
)
from sora_conformance.reference.outcomes import NOT_SENT, Failure, Outcome, Reply, Trouble
from sora_conformance.reference.retry_after import retry_after
from sora_conformance.reference.secret import Secret
from sora_conformance.reference.values import Character, Task

LONGEST_MESSAGE = 500
"""How much of a server's message is kept, in characters."""

_CLASSES: dict[int, type[SoraError]] = {
    401: UnauthorizedError,
    403: UnauthorizedError,
    404: NotFoundError,
    429: RateLimitedError,
}
_DOUBTFUL = frozenset({502, 504})
"""Statuses of a go-between that does not know what became of the request."""


def character_of(reply: Reply, secret: Secret) -> Character | ProtocolError:
    """Return the character that a reply brings, or the error that it is."""
    found = _object(reply)
    name = _id(found, ("character_id",))
    if name is None or secret.shows_in(name):
        return _senseless(reply, secret, "character_id", found, name)
    return Character(
        character_id=name,
        created_at=_number(found.get("created_at")),
        model=_text(found.get("model"), secret),
        metadata=secret.hide_in(_mapping(found.get("metadata"))),
        request_id=_request_id(reply, secret),
    )


def task_of(reply: Reply, secret: Secret) -> Task | ProtocolError:
    """Return the task that a reply shows, or the error that it is."""
    found = _object(reply)
    name = _id(found, ("task_id", "id"))
    if name is None or secret.shows_in(name):
        return _senseless(reply, secret, "task_id", found, name)
    error = found.get("error")
    return Task(
        task_id=name,
        status=_text(found.get("status"), secret),
        progress=_number(found.get("progress")),
        created_at=_number(found.get("created_at")),
        video_url=_text(found.get("video_url"), secret),
        error=secret.hide_in(error) if isinstance(error, Mapping) else None,
        fields=secret.hide_in(found),
        request_id=_request_id(reply, secret),
    )


def error_of(outcome: Outcome, secret: Secret, *, safe: bool, attempts: int, date: float) -> SoraError | None:
    """Return the error that an outcome is, None for a whole reply of success.

    `safe` tells that the request makes nothing, `date` is the present in Unix seconds.
    """
    if isinstance(outcome, Failure):
        return _failed(outcome, secret, safe=safe, attempts=attempts)
    if outcome.success:
        return _broken(outcome, secret, safe=safe, attempts=attempts)
    status = outcome.status
    message, code = told_by(outcome, secret)
    about: dict[str, Any] = {
        "status": status,
        "code": code,
        "request_id": _request_id(outcome, secret),
        "attempts": attempts,
    }
    if status < 400:
        where = _shown(outcome.headers.get("location", ""), secret)
        return ProtocolError("redirects are not followed" + (f": to {where}" if where else ""), **about)
    about["retry_after"] = retry_after(outcome.headers, date=date)
    if status >= 500:
        failed = status == 500 and (code == "processing_failed" or "processing failed" in message.lower())
        doubtful = status in _DOUBTFUL and not safe
        return (ProcessingFailedError if failed else ServerError)(message, maybe_done=doubtful, **about)
    return _CLASSES.get(status, InvalidRequestError)(message, **about)


def told_by(reply: Reply, secret: Secret) -> tuple[str, str | None]:
    """Return the server's own message and code; of a body that is no JSON, its beginning as it is."""
    try:
        found = msgspec.json.decode(reply.body)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return _shown(reply.body.decode("utf-8", "replace"), secret) or _shown(reply.detail, secret), None
    error = found.get("error", found) if isinstance(found, dict) else found
    if isinstance(error, dict):
        message = next((error[name] for name in ("message", "detail", "msg") if isinstance(error.get(name), str)), "")
        code = next((str(error[name]) for name in ("code", "type") if isinstance(error.get(name), str | int)), None)
        return _shown(message, secret), _shown(code, secret)[:100] if code else None
    return _shown(error, secret) if isinstance(error, str) else "", None


def _failed(failure: Failure, secret: Secret, *, safe: bool, attempts: int) -> SoraError:
    detail = _shown(failure.detail, secret)
    message = f"{failure.trouble}: {detail}" if detail else str(failure.trouble)
    slow = failure.trouble in {Trouble.TIMEOUT, Trouble.NO_CONNECTION_IN_TIME}
    maybe_done = not safe and failure.trouble not in NOT_SENT
    return (TimedOutError if slow else TransportError)(message, maybe_done=maybe_done, attempts=attempts)


def _broken(reply: Reply, secret: Secret, *, safe: bool, attempts: int) -> SoraError | None:
    if reply.trouble is None:
        return None
    kind = TimedOutError if reply.trouble is Trouble.TIMEOUT else ProtocolError
    detail = _shown(reply.detail, secret)
    message = f"the reply began and did not end well: {reply.trouble}" + (f" ({detail})" if detail else "")
    request_id = _request_id(reply, secret)
    return kind(message, status=reply.status, request_id=request_id, maybe_done=not safe, attempts=attempts)


def _object(reply: Reply) -> dict[str, Any]:
    """Return the JSON object in a reply; an empty one if there is none."""
    try:
        found = msgspec.json.decode(reply.body)
    except (msgspec.DecodeError, ValueError, RecursionError):
        found = None
    return found if isinstance(found, dict) else {}


def _id(found: dict[str, Any], names: tuple[str, ...]) -> str | None:
    value = next((found[name] for name in names if name in found), None)
    return value if isinstance(value, str) and value else None


def _senseless(reply: Reply, secret: Secret, field: str, found: dict[str, Any], name: str | None) -> ProtocolError:
    if name is not None:
        message = f"expected {field} to be an id, found that it repeats the key"
    elif found:
        message = f"expected {field} in it, found none"
    else:
        kind = _shown(reply.headers.get("content-type", "no content type"), secret)[:100]
        what = f"{len(reply.body)} bytes of {kind}" if reply.body else "nothing"
        message = f"expected a JSON object with {field}, found {what}"
    return ProtocolError(message, status=reply.status, request_id=_request_id(reply, secret), maybe_done=True)


def _request_id(reply: Reply, secret: Secret) -> str | None:
    value = reply.headers.get("x-request-id")
    return secret.hide(value)[:200] if value else None


def _shown(text: str, secret: Secret) -> str:
    """Return a server's text as it can be shown: in one line, without the key and whatever steers a terminal."""
    hidden = secret.hide(text)
    return " ".join("".join(mark if mark.isprintable() else " " for mark in hidden).split())[:LONGEST_MESSAGE]


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _number(value: object) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _text(value: object, secret: Secret) -> str | None:
    return secret.hide(value) if isinstance(value, str) else None
