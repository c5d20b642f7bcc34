"""The looks of the watch: what each rule that holds for every reply asks of an exchange.

Owns which exchanges a rule concerns and what is looked for in them, as pure functions. It keeps no count.
"""

import re
from collections.abc import Callable, Iterator
from email.utils import parsedate_to_datetime

from sora_conformance.exchanges import Exchange
from sora_conformance.server.looks_refusals import Refusals, is_error
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
Looks = tuple[tuple[str, Callable[[Exchange], bool], Look], ...]
"""Rules, each with the exchanges that it concerns, and what is looked for in them."""

_REFUSALS = Refusals("guide")

# -- which exchanges a rule concerns ---------------------------------------------------------------------------------


def is_json(exchange: Exchange) -> bool:
    """Tell whether an exchange was answered with a JSON object."""
    return exchange.object is not None


def has_instant(exchange: Exchange) -> bool:
    """Tell whether a success states an instant."""
    return exchange.status == 200 and any((exchange.object or {}).get(name) is not None for name in INSTANTS)


def _is_character(exchange: Exchange) -> bool:
    return exchange.status == 200 and exchange.operation == "createCharacter"


def _is_task(exchange: Exchange) -> bool:
    return exchange.status == 200 and exchange.operation in {"createGeneration", "retrieveGeneration"}


def is_any(_: Exchange) -> bool:
    """Hold for every exchange."""
    return True


# -- what is looked for ------------------------------------------------------------------------------------------------


def error_body(exchange: Exchange, _: Target) -> Iterator[str]:
    """Expect an error to have a body."""
    if not exchange.body.strip():
        yield f"expected an error with a body, found {exchange.status} without"


def error_json(exchange: Exchange, _: Target) -> Iterator[str]:
    """Expect an error to be JSON."""
    if exchange.object is None:
        yield f"expected a JSON error, found {told(exchange)}"


def error_shape(exchange: Exchange, _: Target) -> Iterator[str]:
    """Expect an error to have the four fields."""
    error = exchange.error
    if error is None:
        yield f"expected an object under 'error', found {shown(exchange.json)}"
        return
    for name, optional in (("message", False), ("type", False), ("param", True), ("code", False)):
        if name not in error:
            yield f"expected error.{name}, found none"
        elif not isinstance(error[name], str) and not (optional and error[name] is None):
            yield f"expected error.{name} to be a string, found {shown(error[name])}"


def declared(exchange: Exchange, _: Target) -> Iterator[str]:
    """Expect JSON to be declared as such."""
    if exchange.media_type != "application/json":
        yield f"expected JSON to be declared as application/json, found {exchange.media_type or 'nothing'}"


def has_request_id(exchange: Exchange, _: Target) -> Iterator[str]:
    """Expect an id of the request."""
    if not exchange.header("x-request-id"):
        yield "expected a header x-request-id, found none"


def instants(exchange: Exchange, target: Target) -> Iterator[str]:
    """Expect instants in whole Unix seconds, and that of a creation to be about now."""
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


def secrets(exchange: Exchange, target: Target) -> Iterator[str]:
    """Expect no key anywhere in a reply."""
    redact = target.redact
    places = [(f"header {name}", value) for name, value in exchange.headers]
    places.append(("the body", exchange.body.decode("utf-8", "replace")))
    for place, text in places:
        if redact(text) != text or OTHER_KEY.search(text):
            yield f"expected no key in a reply, found one in {place}"


def _described(exchange: Exchange, _: Target) -> Iterator[str]:
    # Here, because the validators take the whole API description, which a plan or a --help can do without.
    from sora_conformance.server.schema_oracle import schema_findings

    yield from schema_findings(exchange)


def error_looks(refusals: Refusals) -> Looks:
    """Return the looks that every dialect has at errors, with its own table of them."""
    return (
        ("error.body", is_error, error_body),
        ("error.json", is_error, error_json),
        ("error.shape", is_error, error_shape),
        ("error.status", refusals.is_expected, refusals.status),
        ("error.type", refusals.is_expected, refusals.type),
        ("error.code", refusals.is_expected, refusals.code),
        ("error.param", refusals.names_a_field, refusals.param),
    )


LOOKS: Looks = (
    *error_looks(_REFUSALS),
    ("error.message", _REFUSALS.has_words, _REFUSALS.words),
    ("error.client-fault", _REFUSALS.is_mistake, _REFUSALS.caller_fault),
    ("protocol.content-type", is_json, declared),
    ("protocol.request-id", is_any, has_request_id),
    ("protocol.instants", has_instant, instants),
    ("character.reply.shape", _is_character, _described),
    ("generation.reply.shape", _is_task, _described),
    ("auth.key.secret", is_any, secrets),
)
"""The looks of the guide."""
