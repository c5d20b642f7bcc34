"""Redaction: what is never shown of a request.

Owns which headers and which parameters of a query carry secrets, and takes these out wherever else they stand.
"""

import json
import re
from typing import Any
from urllib.parse import parse_qsl, quote, unquote_plus

import msgspec

from sora_mock.wire import Headers

_SECRET = re.compile(r"(proxy-)?authorization|(set-)?cookie|(.*-)?(api-?key|token|secret|password)")
"""The names of headers whose values are never shown; those of parameters too, once they are written alike."""

REDACTED = "[redacted]"

_TELLING = 60
"""How much of a long secret may stand in a text that was cut short."""

_SHORTEST_SECRET = 8
"""The shortest secret that is looked for elsewhere: shorter ones are words."""


def redacted(headers: dict[str, str]) -> dict[str, str]:
    """Return the headers with every value that may hold a secret replaced."""
    return {name: REDACTED if _SECRET.fullmatch(name) else value for name, value in headers.items()}


def redacted_pairs(headers: Headers) -> dict[str, str]:
    """Return a reply's headers as a table, with every value that may hold a secret replaced."""
    return redacted(dict(headers))


def redacted_query(query: str) -> str:
    """Return the query with the value of every parameter that may hold a secret replaced."""
    return "&".join(map(_redacted_parameter, query.split("&"))) if query else query


def _redacted_parameter(parameter: str) -> str:
    name, equals, _ = parameter.partition("=")
    return f"{name}={REDACTED}" if equals and _names_secret(unquote_plus(name)) else parameter


def _names_secret(parameter: str) -> bool:
    name = parameter.lower().replace("_", "-")
    return name == "key" or _SECRET.fullmatch(name) is not None


def secrets_in(headers: dict[str, str], query: str = "") -> list[str]:
    """Return the secrets in headers and query, the longest first, so that no part of one is left of another."""
    words = [word for name, value in headers.items() if _SECRET.fullmatch(name) for word in value.split()]
    if query:
        words += [value for name, value in parse_qsl(query) if _names_secret(name)]
    # Several values of one header are joined by commas, which may also be a part of one.
    found = {part for word in words for part in (word, word.rstrip(",;")) if len(part) >= _SHORTEST_SECRET}
    return sorted(found, key=len, reverse=True)


def written(secrets: list[str]) -> list[str]:
    """Return the secrets in every form in which they may stand in a text, the longest first."""
    return sorted({form for secret in secrets for form in _forms(secret)}, key=len, reverse=True)


def _forms(secret: str) -> tuple[str, ...]:
    """Return how a secret may be written: plain, read as UTF-8 (headers are not), in JSON, in a query."""
    decoded = secret.encode("latin-1", "replace").decode("utf-8", "backslashreplace")
    escaped = msgspec.json.encode(secret).decode()[1:-1]
    in_ascii = json.dumps(secret)[1:-1]
    return secret, decoded, escaped, in_ascii, in_ascii.replace("/", "\\/"), quote(secret, safe="")


def without(value: Any, secrets: list[str], *, names: bool = True) -> Any:  # noqa: ANN401 - any JSON value
    """Return a JSON value with every secret in its texts and numbers replaced; in the `names` in objects unless False.

    Raises RecursionError for one too deep.
    """
    match value:
        case str():
            for secret in secrets:
                value = value.replace(secret, REDACTED)
            return value
        case dict():
            return {
                without(name, secrets) if names else name: without(part, secrets, names=names)
                for name, part in value.items()
            }
        case list() | tuple():
            return [without(part, secrets, names=names) for part in value]
        case int() | float():
            text = str(value)
            return value if without(text, secrets) == text else REDACTED
        case _:
            return value


def discreet(body: bytes, secrets: list[str]) -> bytes:
    """Return a JSON body with every secret in its texts replaced, also where a text was cut within one."""
    for secret in secrets:
        for part in (secret, secret[:_TELLING]):
            body = body.replace(msgspec.json.encode(part)[1:-1], REDACTED.encode())
    return body
