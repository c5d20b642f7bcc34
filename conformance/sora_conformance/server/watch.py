"""The watch: rules that hold for every reply, judged over all that a run has seen.

Owns what is looked for in each exchange, whichever case made it. It sends nothing; its cases come last, when there is
most to look at.
"""

import re
from collections.abc import Callable, Iterator
from email.utils import parsedate_to_datetime
from functools import partial

from sora_conformance.contract import Cost, load
from sora_conformance.exchanges import Exchange
from sora_conformance.server.cases import Case, Price
from sora_conformance.server.matching import shown
from sora_conformance.server.stage import Stage, told
from sora_conformance.server.survey import Sightings, findings_in
from sora_conformance.target import Target
from sora_conformance.wire import MAKES

MEMORY = "watch"
"""Under which name a stage remembers what others have seen."""

INSTANTS = ("created_at", "completed_at", "expires_at")
_EARLIEST, _LATEST = 946_684_800, 4_102_444_800
"""The years 2000 and 2100: outside of them, a number is no count of seconds."""

CLOCK_SECONDS = 120.0
"""How far a server's clock and the date of its replies may be apart."""

OTHER_KEY = re.compile(r"\bsk-(?:[a-z]+-)?[A-Za-z0-9_]{20,}")
"""The form of keys of the service that a relay may stand in front of."""

_OF_CREATIONS = frozenset({"character.id.distinct", "protocol.instants"})
"""The rules that no refusal can show anything of."""

Look = Callable[[Exchange, Target], Iterator[str]]


def watch(exchanges: list[Exchange], target: Target, seen: Sightings | None = None) -> Sightings:
    """Return what the exchanges show of each rule, added to what was `seen` before."""
    seen = seen or Sightings()
    for exchange in exchanges:
        if exchange.status is None or not exchange.sent.url.startswith(target.url + "/"):
            continue
        for rule, concerns, look in _LOOKS:
            if concerns(exchange):
                findings = [f"{exchange.case}: {finding}" for finding in look(exchange, target)]
                seen.note(rule, findings, exchange)
    _look_at_all("character.id.distinct", _new_ids(exchanges), seen)
    _look_at_all("protocol.request-id", _request_ids(exchanges, target), seen)
    return seen


def watch_cases() -> tuple[Case, ...]:
    """Return the cases of the watch."""
    rules = dict.fromkeys([*(rule for rule, _, _ in _LOOKS), "character.id.distinct"])
    return tuple(
        Case(
            id=f"watch/{rule.replace('.', '/')}",
            rule=rule,
            title="Over all exchanges of the run.",
            cost=Cost.CHARACTER if rule in _OF_CREATIONS else Cost.FREE,
            price=Price(),
            alone=True,
            run=partial(_judged, rule=rule),
        )
        for rule in rules
    )


def _judged(stage: Stage, *, rule: str) -> list[str]:
    exchanges = stage.wire.exchanges
    key = f"{MEMORY} of {len(exchanges)}"
    seen = stage.memory.get(key)
    if not isinstance(seen, Sightings):
        before = stage.memory.get(MEMORY)
        seen = watch(exchanges, stage.target, before.copy() if isinstance(before, Sightings) else None)
        stage.memory[key] = seen
    return findings_in(stage, seen, rule)


def _look_at_all(rule: str, named: list[tuple[str, Exchange]], seen: Sightings) -> None:
    """Note whether every exchange has a name that no other has."""
    first: dict[str, Exchange] = {}
    for name, exchange in named:
        other = first.setdefault(name, exchange)
        findings = (
            [] if other is exchange else [f"{exchange.case}: expected a new one, found {name!r} of {other.case} again"]
        )
        seen.note(rule, findings, *({other.case: other, exchange.case: exchange}.values() if findings else (exchange,)))


def _new_ids(exchanges: list[Exchange]) -> list[tuple[str, Exchange]]:
    return [
        (name, exchange)
        for exchange in exchanges
        if exchange.operation == "createCharacter"
        and exchange.status == 200
        and isinstance(name := (exchange.object or {}).get("character_id"), str)
    ]


def _request_ids(exchanges: list[Exchange], target: Target) -> list[tuple[str, Exchange]]:
    return [
        (name, exchange)
        for exchange in exchanges
        if exchange.sent.url.startswith(target.url + "/") and (name := exchange.header("x-request-id"))
    ]


# -- which exchanges a rule concerns ---------------------------------------------------------------------------------


def _is_error(exchange: Exchange) -> bool:
    return (exchange.status or 0) >= 400 and exchange.sent.method != "HEAD"


def _is_expected_refusal(exchange: Exchange) -> bool:
    return _is_error(exchange) and exchange.refusal in _KINDS and exchange.status != 429


def _names_a_field(exchange: Exchange) -> bool:
    return _is_expected_refusal(exchange) and exchange.param is not None


def _has_words(exchange: Exchange) -> bool:
    return _is_error(exchange) and exchange.refusal in _KINDS and _KINDS[exchange.refusal].words is not None


def _is_mistake(exchange: Exchange) -> bool:
    return exchange.refusal in _KINDS and _KINDS[exchange.refusal].status < 500


def _is_json(exchange: Exchange) -> bool:
    return exchange.object is not None


def _has_instant(exchange: Exchange) -> bool:
    return exchange.status == 200 and any((exchange.object or {}).get(name) is not None for name in INSTANTS)


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
    expected = _KINDS[exchange.refusal or ""].status
    if exchange.status != expected:
        yield f"expected {expected} for {exchange.refusal}, found {exchange.status}"


def _field(name: str, expected: Callable[[Exchange], object]) -> Look:
    def look(exchange: Exchange, _: Target) -> Iterator[str]:
        wanted, found = expected(exchange), (exchange.error or {}).get(name)
        if found != wanted:
            yield f"expected error.{name} {wanted!r}, found {shown(found)}"

    return look


def _words(exchange: Exchange, _: Target) -> Iterator[str]:
    words, message = _KINDS[exchange.refusal or ""].words or "", (exchange.error or {}).get("message")
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

_LOOKS: tuple[tuple[str, Callable[[Exchange], bool], Look], ...] = (
    ("error.body", _is_error, _body),
    ("error.json", _is_error, _json),
    ("error.shape", _is_error, _shape),
    ("error.status", _is_expected_refusal, _status),
    ("error.type", _is_expected_refusal, _field("type", lambda exchange: _KINDS[exchange.refusal or ""].type)),
    ("error.code", _is_expected_refusal, _field("code", lambda exchange: exchange.refusal)),
    ("error.param", _names_a_field, _field("param", lambda exchange: exchange.param)),
    ("error.message", _has_words, _words),
    ("error.client-fault", _is_mistake, _caller_fault),
    ("protocol.content-type", _is_json, _declared),
    ("protocol.request-id", _is_any, _has_request_id),
    ("protocol.instants", _has_instant, _instants),
    ("auth.key.secret", _is_any, _secrets),
)
"""Each rule with the exchanges that it concerns, and what is looked for in them."""
