"""Failures: which error an outcome is to the caller.

Owns which status is which error, and what is kept of the server's own words. Every text that leaves here has the key
hidden. Errors are returned and not raised: a traceback would lead to what the server sent.
"""

from typing import Any

from sora_conformance.reference import bodies
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

_CLASSES: dict[int, type[SoraError]] = {
    401: UnauthorizedError,
    403: UnauthorizedError,
    404: NotFoundError,
    429: RateLimitedError,
}
_DOUBTFUL = frozenset({502, 504})
"""Statuses of a go-between that does not know what became of the request."""


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
        "request_id": bodies.request_id_in(outcome, secret),
        "attempts": attempts,
    }
    if status < 400:
        where = bodies.shown(outcome.headers.get("location", ""), secret)
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
        found = bodies.json_in(reply)
    except ValueError:
        return bodies.shown(reply.body.decode("utf-8", "replace"), secret) or bodies.shown(reply.detail, secret), None
    error = found.get("error", found) if isinstance(found, dict) else found
    if isinstance(error, dict):
        message = next((error[name] for name in ("message", "detail", "msg") if isinstance(error.get(name), str)), "")
        code = next((str(error[name]) for name in ("code", "type") if isinstance(error.get(name), str | int)), None)
        return bodies.shown(message, secret), bodies.shown(code, secret)[:100] if code else None
    return bodies.shown(error, secret) if isinstance(error, str) else "", None


def _failed(failure: Failure, secret: Secret, *, safe: bool, attempts: int) -> SoraError:
    detail = bodies.shown(failure.detail, secret)
    message = f"{failure.trouble}: {detail}" if detail else str(failure.trouble)
    slow = failure.trouble in {Trouble.TIMEOUT, Trouble.NO_CONNECTION_IN_TIME}
    maybe_done = not safe and failure.trouble not in NOT_SENT
    return (TimedOutError if slow else TransportError)(message, maybe_done=maybe_done, attempts=attempts)


def _broken(reply: Reply, secret: Secret, *, safe: bool, attempts: int) -> SoraError | None:
    if reply.trouble is None:
        return None
    kind = TimedOutError if reply.trouble is Trouble.TIMEOUT else ProtocolError
    detail = bodies.shown(reply.detail, secret)
    message = f"the reply began and did not end well: {reply.trouble}" + (f" ({detail})" if detail else "")
    request_id = bodies.request_id_in(reply, secret)
    return kind(message, status=reply.status, request_id=request_id, maybe_done=not safe, attempts=attempts)
