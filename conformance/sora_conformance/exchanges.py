"""Exchanges: one request that was sent and what came of it, and the same as evidence that can be shown.

Owns both shapes and the way from the one to the other. It sends nothing and judges nothing.
"""

import json
import re
import shlex
from collections.abc import Iterable
from enum import StrEnum
from functools import cached_property
from typing import Any

import msgspec

from sora_conformance.redacting import Redactor

Headers = tuple[tuple[str, str], ...]

SHOWN_BODY = 4096
"""How many characters of a body evidence shows."""

SHOWN_HEADER = 512
"""How many characters of a header's value evidence shows."""


_NOT_KEPT = re.compile(r"<\d+ bytes( of [^>]*)?>")
"""What stands for a body that is no text."""


class Party(StrEnum):
    """Who sends a request: the account under test, a second one, one with a key that opens nothing, or nobody."""

    FIRST = "first"
    SECOND = "second"
    BAD = "bad"
    NOBODY = "nobody"


class Failure(StrEnum):
    """Why no reply came."""

    REFUSED = "connection refused"
    TIMEOUT = "timeout"
    BROKEN = "connection broken"
    INVALID = "not HTTP"


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """A request as it was sent; `url` is absolute."""

    method: str
    url: str
    headers: Headers = ()
    body: bytes = b""


class Exchange(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """One request and what came of it: a reply with a `status`, or a `failure` with words for it in `detail`.

    `operation` is the contract's name for the call, None for one that it does not know; `case` is the case that made
    it; `refusal` is the code of the error that the case expects, None where it expects none; `param` the field that
    the error is expected to name. `seconds` is from the first byte sent to the last received.
    """

    case: str = ""
    party: Party = Party.FIRST
    operation: str | None = None
    sent: Sent
    status: int | None = None
    headers: Headers = ()
    body: bytes = b""
    failure: Failure | None = None
    detail: str = ""
    seconds: float = 0.0
    refusal: str | None = None
    param: str | None = None

    def header(self, name: str) -> str | None:
        """Return the first value of a header of the reply, None when it has none of that name."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    @cached_property
    def json(self) -> Any:  # noqa: ANN401 - whatever a server answers
        """Return the body of the reply as JSON, None when it is not JSON (or null)."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    @property
    def object(self) -> dict[str, Any] | None:
        """Return the body of the reply if it is a JSON object."""
        return self.json if isinstance(self.json, dict) else None

    @property
    def error(self) -> dict[str, Any] | None:
        """Return what stands under `error` in the reply, if that is an object."""
        error = (self.object or {}).get("error")
        return error if isinstance(error, dict) else None

    @property
    def media_type(self) -> str:
        """Return the media type that the reply is declared as, in lower case; empty when there is none."""
        return (self.header("content-type") or "").partition(";")[0].strip().lower()

    @property
    def succeeded(self) -> bool:
        """Tell whether the reply has a status of success."""
        return self.status is not None and 200 <= self.status < 300


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """The request of an exchange, to be shown."""

    method: str
    url: str
    headers: dict[str, str]
    body: str


class Response(msgspec.Struct, frozen=True, kw_only=True):
    """The reply of an exchange, to be shown."""

    status: int
    headers: dict[str, str]
    body: str


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """An exchange as it may be shown: no keys, long bodies cut, no bytes.

    `party` is who sent it, `response` None where none came, `failure` the words for why.
    """

    party: Party
    request: Request
    response: Response | None
    failure: str | None
    seconds: float

    @property
    def curl(self) -> str:
        """Return a command for bash that sends the request again, with the key to be found in the environment.

        Bytes that are not kept are to be put into a file `body.bin`.
        """
        words = ["curl", "-i", "-X", self.request.method, shlex.quote(self.request.url)]
        for name, value in self.request.headers.items():
            # In double quotes, so that the shell puts the key in place of its name.
            words += ["-H", _double_quoted(f"{name}: {value}")]
        if _NOT_KEPT.fullmatch(self.request.body):
            words += ["--data-binary", "@body.bin"]
        elif self.request.body:
            words += ["--data-binary", _quoted(self.request.body)]
        return " ".join(words)


def evidence(exchanges: Iterable[Exchange], redact: Redactor) -> tuple[Evidence, ...]:
    """Return exchanges as they may be shown."""
    return tuple(_shown(exchange, redact) for exchange in exchanges)


def _shown(exchange: Exchange, redact: Redactor) -> Evidence:
    sent = exchange.sent
    response = None
    if exchange.status is not None:
        body = _text(exchange.body, exchange.media_type)
        response = Response(
            status=exchange.status, headers=_headers(exchange.headers, redact), body=_cut(redact(body), SHOWN_BODY)
        )
    failure = None if exchange.failure is None else redact(f"{exchange.failure}: {exchange.detail}".removesuffix(": "))
    return Evidence(
        party=exchange.party,
        request=Request(
            method=sent.method,
            url=redact(sent.url),
            headers=_headers(sent.headers, redact),
            body=_cut(redact(_text(sent.body, "")), SHOWN_BODY),
        ),
        response=response,
        failure=failure,
        seconds=round(exchange.seconds, 4),
    )


def _headers(headers: Headers, redact: Redactor) -> dict[str, str]:
    shown: dict[str, str] = {}
    for raw, value in headers:
        name = redact(raw)
        shown[name] = _cut(redact(f"{shown[name]}, {value}" if name in shown else value), SHOWN_HEADER)
    return shown


def _text(body: bytes, media_type: str) -> str:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return f"<{len(body)} bytes{f' of {media_type}' if media_type else ''}>"
    return text if text.isprintable() or not any(ord(sign) < 9 for sign in text) else f"<{len(body)} bytes>"


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[:length]}… ({len(text)} characters)"


def _quoted(text: str) -> str:
    """Return a text as one word of bash, on one line."""
    if text.isprintable():
        return shlex.quote(text)
    return "$'" + "".join(sign if sign.isprintable() and sign not in "\\'" else _escaped(sign) for sign in text) + "'"


def _escaped(sign: str) -> str:
    named = {"\r": "\\r", "\n": "\\n", "\t": "\\t", "\\": "\\\\", "'": "\\'"}
    return named.get(sign) or "".join(f"\\x{byte:02x}" for byte in sign.encode("utf-8", "replace"))


def _double_quoted(text: str) -> str:
    return '"' + re.sub(r'[\\"`]|\$(?!SORA_|CANARY)', lambda sign: "\\" + sign[0], text) + '"'
