"""Redaction: what is never shown of a request.

Owns which headers carry secrets, and takes these out wherever else they stand.
"""

import re

import msgspec

from sora_mock.wire import Headers

_SECRET = re.compile(r"(proxy-)?authorization|(set-)?cookie|(.*-)?(api-?key|token|secret|password)")
"""The names of headers whose values are never shown."""

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


def secrets_in(headers: dict[str, str]) -> list[str]:
    """Return the secrets in a request's headers, the longest first, so that no part of one is left of another."""
    words = [word for name, value in headers.items() if _SECRET.fullmatch(name) for word in value.split()]
    # Several values of one header are joined by commas, which may also be a part of one.
    found = {part for word in words for part in (word, word.rstrip(",;")) if len(part) >= _SHORTEST_SECRET}
    return sorted(found, key=len, reverse=True)


def without(text: str, secrets: list[str]) -> str:
    """Return the text with every secret in it replaced."""
    for secret in secrets:
        text = text.replace(secret, REDACTED)
    return text


def discreet(body: bytes, secrets: list[str]) -> bytes:
    """Return a JSON body with every secret in its texts replaced, also where a text was cut within one."""
    for secret in secrets:
        for part in (secret, secret[:_TELLING]):
            body = body.replace(msgspec.json.encode(part)[1:-1], REDACTED.encode())
    return body
