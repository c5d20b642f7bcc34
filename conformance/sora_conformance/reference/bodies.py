"""Bodies: what stands in a reply, read without trust.

Owns the way to an object, an id, a number and a text in whatever a server sends; every text that leaves here has the
key hidden. It knows no operation.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from sora_conformance.reference.errors import ProtocolError
from sora_conformance.reference.outcomes import Reply
from sora_conformance.reference.secret import Secret

LONGEST_MESSAGE = 500
"""How much of a server's message is kept, in characters."""


def json_in(reply: Reply) -> Any:  # noqa: ANN401 - any JSON
    """Return the JSON of a reply. Raises ValueError if there is none."""
    try:
        return msgspec.json.decode(reply.body)
    except (msgspec.DecodeError, ValueError, RecursionError):
        raise ValueError("no JSON") from None


def object_in(reply: Reply) -> dict[str, Any]:
    """Return the JSON object in a reply; an empty one if there is none."""
    try:
        found = json_in(reply)
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {}


def id_in(found: Mapping[str, Any], *names: str) -> str | None:
    """Return the id that an object has under the first of these names that it has, None if that is no id."""
    value = next((found[name] for name in names if name in found), None)
    return value if isinstance(value, str) and value else None


def identified(reply: Reply, secret: Secret, *names: str) -> tuple[str, dict[str, Any]] | ProtocolError:
    """Return the id that a reply has under one of these names, and its whole object; or the error that it has none."""
    found = object_in(reply)
    value = id_in(found, *names)
    if value is not None and not secret.shows_in(value):
        return value, found
    if value is not None:
        message = f"expected {names[0]} to be an id, found that it repeats the key"
    elif found:
        message = f"expected {names[0]} in it, found none"
    else:
        message = f"expected a JSON object with {names[0]}, found {described(reply, secret)}"
    return strange(reply, secret, message)


def render_in(found: Mapping[str, Any], reply: Reply, secret: Secret) -> dict[str, Any]:
    """Return the fields of a Render that an object has."""
    error = found.get("error")
    return {
        "status": text(found.get("status"), secret),
        "progress": number(found.get("progress")),
        "created_at": number(found.get("created_at")),
        "error": secret.hide_in(error) if isinstance(error, Mapping) else None,
        "fields": secret.hide_in(found),
        "request_id": request_id_in(reply, secret),
    }


def strange(reply: Reply, secret: Secret, message: str, *, maybe_done: bool = True) -> ProtocolError:
    """Return the error of a success that makes no sense. The message has no key in it."""
    return ProtocolError(message, status=reply.status, request_id=request_id_in(reply, secret), maybe_done=maybe_done)


def described(reply: Reply, secret: Secret) -> str:
    """Return how long a body is and of what kind, as it is declared."""
    kind = shown(reply.headers.get("content-type", "no content type"), secret)[:100]
    return f"{len(reply.body)} bytes of {kind}" if reply.body else "nothing"


def request_id_in(reply: Reply, secret: Secret) -> str | None:
    """Return what the server calls the request, None if it does not say."""
    value = reply.headers.get("x-request-id")
    return secret.hide(value)[:200] if value else None


def shown(words: str, secret: Secret) -> str:
    """Return a server's text as it can be shown: in one line, without the key and whatever steers a terminal."""
    hidden = secret.hide(words)
    return " ".join("".join(mark if mark.isprintable() else " " for mark in hidden).split())[:LONGEST_MESSAGE]


def mapping(value: object) -> Mapping[str, Any]:
    """Return a value that is an object, an empty one in the place of another."""
    return value if isinstance(value, Mapping) else {}


def number(value: object) -> float | None:
    """Return a value that is a number, None in the place of another."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def text(value: object, secret: Secret) -> str | None:
    """Return a value that is a text, without the key; None in the place of another."""
    return secret.hide(value) if isinstance(value, str) else None
