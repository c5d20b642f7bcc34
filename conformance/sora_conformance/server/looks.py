"""The looks of the watch: what each rule that holds for every reply asks of an exchange.

Owns which exchanges a rule concerns and what is looked for in them, as pure functions. It keeps no count.
"""

import re
from collections.abc import Callable, Iterator
from email.utils import parsedate_to_datetime

from sora_conformance.contract import ErrorKind, load
from sora_conformance.exchanges import Exchange
from sora_conformance.server.matching import shown
from sora_conformance.server.stage import told
from sora_conformance.target import Target
from sora_conformance.wire import MAKES

INSTANTS = ("created_at", "completed_at", "expires_at")

_EARLIEST, _LATEST = 946_684_800, 4_102_444_800
"""The years 2000 and 2100: outside of them, a number is no count of seconds."""

CLOCK_SECONDS = 120.0
"""How far a server's clock and the date of its replies may be apart."""

OTHER_KEY = re.compile(r"\bsk-(?:[a-z]+-)?[A-Za-z0-9_]{20,}")
"""The form of keys of the service that a relay may stand in front of."""

Look = Callable[[Exchange, Target], Iterator[str]]

# -- which exchanges a rule concerns ---------------------------------------------------------------------------------


def _is_error(exchange: Exchange) -> bool:
    return (exchange.status or 0) >= 400 and exchange.sent.method != "HEAD"


def _kind(exchange: Exchange) -> ErrorKind | None:
    """Return the kind of error that an exchange has to be answered with; whoever is limited is told just that."""
    return _KINDS.get("rate_limit_exceeded" if exchange.status == 429 else exchange.refusal or "")


def _is_expected_refusal(exchange: Exchange) -> bool:
    return _is_error(exchange) and _kind(exchange) is not None


def _names_a_field(exchange: Exchange) -> bool:
    return _is_expected_refusal(exchange) and exchange.param is not None and exchange.status != 429


def _has_words(exchange: Exchange) -> bool:
    return _is_error(exchange) and (kind := _kind(exchange)) is not None and kind.words is not None


def _is_mistake(exchange: Exchange) -> bool:
    return exchange.refusal in _KINDS and _KINDS[exchange.refusal].status < 500


def _is_json(exchange: Exchange) -> bool:
    return exchange.object is not None


def _has_instant(exchange: Exchange) -> bool:
    return exchange.status == 200 and any((exchange.object or {}).get(name) is not None for name in INSTANTS)


def _is_character(exchange: Exchange) -> bool:
    return exchange.status == 200 and exchange.operation == "createCharacter"


def _is_task(exchange: Exchange) -> bool:
    return exchange.status == 200 and exchange.operation in {"createGeneration", "retrieveGeneration"}


def _is_any(_: Exchange) -> bool:
    return True


# -- what is looked for ------------------------------------------------------------------------------------------------


def _body(exchange: Exchange, _: Target) -> Iterator[str]:
    if not exchange.body.strip():
        yield f"expected an error with a body, found {exchange.status} without"


def _json(exchange: Exchange, _: Target) -> Iterator[str]:
    if exchange.object is None:
        yield f"expected a JSON error, found {told(exchange)}"


def _shape(exchange: Exchange, _: Target) -> Iterator[str]:
    error = exchange.error
    if error is None:
        yield f"expected an object under 'error', found {shown(exchange.json)}"
        return
    for name, optional in (("message", False), ("type", False), ("param", True), ("code", False)):
        if name not in error:
            yield f"expected error.{name}, found none"
        elif not isinstance(error[name], str) and not (optional and error[name] is None):
            yield f"expected error.{name} to be a string, found {shown(error[name])}"


def _status(exchange: Exchange, _: Target) -> Iterator[str]:
    kind = _kind(exchange)
    if kind is not None and exchange.status != kind.status:
        yield f"expected {kind.status} for {kind.code}, found {exchange.status}"


def _type(exchange: Exchange, _: Target) -> Iterator[str]:
    kind = _kind(exchange)
    return _differs("type", exchange, None if kind is None else kind.type)


def _code(exchange: Exchange, _: Target) -> Iterator[str]:
    kind = _kind(exchange)
    return _differs("code", exchange, None if kind is None else kind.code)


def _param(exchange: Exchange, _: Target) -> Iterator[str]:
    return _differs("param", exchange, exchange.param)


def _differs(name: str, exchange: Exchange, expected: str | None) -> Iterator[str]:
    found = (exchange.error or {}).get(name)
    if found != expected:
        yield f"expected error.{name} {expected!r}, found {shown(found)}"


def _words(exchange: Exchange, _: Target) -> Iterator[str]:
    kind, message = _kind(exchange), (exchange.error or {}).get("message")
    words = (kind.words if kind is not None else None) or ""
    if not isinstance(message, str) or not message.startswith(words):
        yield f"expected a message that begins with {words!r}, found {shown(message)}"


def _caller_fault(exchange: Exchange, _: Target) -> Iterator[str]:
    if (exchange.status or 0) >= 500:
        yield f"expected {exchange.refusal} to be the caller's fault, found {told(exchange)}"


def _declared(exchange: Exchange, _: Target) -> Iterator[str]:
    if exchange.media_type != "application/json":
        yield f"expected JSON to be declared as application/json, found {exchange.media_type or 'nothing'}"


def _has_request_id(exchange: Exchange, _: Target) -> Iterator[str]:
    if not exchange.header("x-request-id"):
        yield "expected a header x-request-id, found none"


def _instants(exchange: Exchange, target: Target) -> Iterator[str]:
    for name in INSTANTS:
        value = (exchange.object or {}).get(name)
        if value is None:
            continue
        if not isinstance(value, int) or isinstance(value, bool) or not _EARLIEST <= value <= _LATEST:
            yield f"expected {name} in whole Unix seconds, found {shown(value)}"
            return
    yield from _off_the_clock(exchange, target)


def _off_the_clock(exchange: Exchange, target: Target) -> Iterator[str]:
    """Hold the instant of a creation against the reply's own date; a mock's time may be ahead, never behind."""
    created, date = (exchange.object or {}).get("created_at"), exchange.header("date")
    if exchange.operation not in MAKES or not isinstance(created, int) or date is None:
        return
    try:
        ahead = created - parsedate_to_datetime(date).timestamp()
    except ValueError:
        return
    tolerance = CLOCK_SECONDS + exchange.seconds
    if ahead < -tolerance or (ahead > tolerance and not target.mock):
        yield f"expected created_at to be about now in UTC, found it {ahead:+.0f} s from the reply's date"


def _secrets(exchange: Exchange, target: Target) -> Iterator[str]:
    redact = target.redact
    places = [(f"header {name}", value) for name, value in exchange.headers]
    places.append(("the body", exchange.body.decode("utf-8", "replace")))
    for place, text in places:
        if redact(text) != text or OTHER_KEY.search(text):
            yield f"expected no key in a reply, found one in {place}"


_KINDS = {kind.code: kind for kind in load("guide").errors}


def _described(exchange: Exchange, _: Target) -> Iterator[str]:
    # Here, because the validators take the whole API description, which a plan or a --help can do without.
    from sora_conformance.server.schema_oracle import schema_findings

    yield from schema_findings(exchange)


LOOKS: tuple[tuple[str, Callable[[Exchange], bool], Look], ...] = (
    ("error.body", _is_error, _body),
    ("error.json", _is_error, _json),
    ("error.shape", _is_error, _shape),
    ("error.status", _is_expected_refusal, _status),
    ("error.type", _is_expected_refusal, _type),
    ("error.code", _is_expected_refusal, _code),
    ("error.param", _names_a_field, _param),
    ("error.message", _has_words, _words),
    ("error.client-fault", _is_mistake, _caller_fault),
    ("protocol.content-type", _is_json, _declared),
    ("protocol.request-id", _is_any, _has_request_id),
    ("protocol.instants", _has_instant, _instants),
    ("character.reply.shape", _is_character, _described),
    ("generation.reply.shape", _is_task, _described),
    ("auth.key.secret", _is_any, _secrets),
)
"""Each rule with the exchanges that it concerns, and what is looked for in them."""
