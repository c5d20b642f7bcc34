"""The watch: what holds for every request and every answer, judged over all cases of a run.

Owns the walk over what came of each case, and where keys must not be; what each request has to be like is `looks`'s.
It is pure, and calls nobody.
"""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from sora_conformance.client.arrivals import Arrival, Place
from sora_conformance.client.canaries import VEIL, Canaries
from sora_conformance.client.cases import ClientCase
from sora_conformance.client.dialects.base import Dialect
from sora_conformance.client.expecting import told
from sora_conformance.client.looks import called
from sora_conformance.client.showing import exchange_of
from sora_conformance.client.trial import Tried
from sora_conformance.server.survey import Sightings


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one case."""

    case: ClientCase
    tried: Tried


_ALWAYS = (
    "client.auth.bearer",
    "client.auth.header-only",
    "client.auth.explicit-key",
    "client.auth.key-hidden",
    "client.source.not-fetched",
)


def watched(dialect: Dialect) -> tuple[str, ...]:
    """Return the rules of a dialect that the watch speaks of."""
    stated = {rule.id for rule in dialect.contract.rules}
    return tuple(rule for rule in (*(look.rule for look in dialect.looks), *_ALWAYS) if rule in stated)


def watch(
    dialect: Dialect, all_seen: Sequence[Seen], strays: Iterable[Arrival], logs: Iterable[str], *, other_key: str
) -> Sightings:
    """Return what a run shows of the rules that hold everywhere.

    `strays` are what arrived and is of no case, `logs` what the client's processes wrote to standard error;
    `other_key` is the key in their environment.
    """
    sightings = Sightings()
    cases = {seen.tried.key: seen.case.id for seen in all_seen}
    keys = Canaries(dict.fromkeys((*cases, other_key), VEIL))
    for seen in all_seen:
        for arrival in seen.tried.arrivals:
            _note_arrival(dialect, seen, arrival, keys, other_key, sightings)
        for answer in seen.tried.answers:
            text = "" if answer is None else msgspec.json.encode(answer).decode()
            found = [f"{seen.case.id}: expected no key, found it in the answer: {told(answer)}"]
            sightings.note("client.auth.key-hidden", found if keys.within(text) else ())
    for log in logs:
        found = [f"{cases.get(key, 'the environment')}: expected no key on standard error" for key in keys.within(log)]
        sightings.note("client.auth.key-hidden", found)
    for stray in strays:
        if stray.place is Place.PROXY:
            sightings.note("client.base-url.exclusive", [called(stray)], exchange_of(stray, ""))
    return sightings


def _note_arrival(
    dialect: Dialect, seen: Seen, arrival: Arrival, keys: Canaries, other_key: str, sightings: Sightings
) -> None:
    case, tried = seen.case, seen.tried
    shown = exchange_of(arrival, case.id)

    def note(rule: str, findings: Iterable[str]) -> None:
        sightings.note(rule, [f"{case.id}: {finding}" for finding in findings], shown)

    for look in dialect.looks:
        # A case that asks for what cannot be sent right is judged by what it expects.
        if look.concerns(arrival) and case.rule != "client.body.timestamps-checked":
            note(look.rule, look.look(arrival))
    if arrival.place in {Place.STAGE, Place.BESIDE} and all(ask.key == "own" for ask in case.ask):
        note("client.auth.bearer", bearer(arrival, tried.key))
        note("client.auth.explicit-key", _explicit(arrival, other_key))
    note("client.auth.header-only", header_only(arrival, keys))
    if arrival.place is Place.STAGE and isinstance(arrival.fields, dict) and "url" in arrival.fields:
        fetches = [fetch for fetch in tried.arrivals if fetch.place is Place.VIDEO and "/source" in fetch.path]
        taken = [
            f"fetched {fetch.path} with the key" for fetch in fetches if keys.within(f"{fetch.query}\n{fetch.headers}")
        ]
        note("client.source.not-fetched", taken)


def bearer(arrival: Arrival, key: str) -> Iterator[str]:
    """Say what is amiss with the header that a key is sent in."""
    value = arrival.header("authorization")
    if value != f"Bearer {key}":
        shown = "no such header" if value is None else f"{value.partition(' ')[0]!r} and something else"
        yield f"expected 'Authorization: Bearer <key>', found {shown}"


def header_only(arrival: Arrival, keys: Canaries) -> Iterator[str]:
    """Say if a key stands where an address or a body is written down."""
    if keys.within(f"{arrival.path}?{arrival.query}\n{arrival.body.decode('latin-1')}"):
        yield "found the key in the address or the body"


def _explicit(arrival: Arrival, other_key: str) -> Iterator[str]:
    if other_key in (arrival.header("authorization") or ""):
        yield "expected the key that was given, found the one in the environment"
