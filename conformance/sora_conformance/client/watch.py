"""The watch: what holds for every request and every answer, judged over all cases of a run.

Owns what is looked for and of which rule it speaks. It is pure: it is given what came of each case, and calls nobody.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import msgspec

from sora_conformance.client.arrivals import Arrival, Place
from sora_conformance.client.canaries import Canaries
from sora_conformance.client.cases import ClientCase
from sora_conformance.client.expecting import told
from sora_conformance.client.showing import exchange_of
from sora_conformance.client.trial import Tried
from sora_conformance.exchanges import Exchange
from sora_conformance.server.survey import Sightings

CHARACTERS = "/v1/sora/characters"
GENERATIONS = "/v1/sora/generations"

_PATH = re.compile(rf"{CHARACTERS}|{GENERATIONS}(/[^/]+(/content)?)?")
_SPAN = re.compile(r"\d+(\.\d+)?,\d+(\.\d+)?")
_FIELDS = {
    CHARACTERS: {"model", "url", "timestamps", "from_task"},
    GENERATIONS: {"model", "prompt", "scenes", "duration", "resolution"},
}
_MODELS = {CHARACTERS: "sora-2-character", GENERATIONS: "sora-2"}


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one case."""

    case: ClientCase
    tried: Tried


class Look(msgspec.Struct, frozen=True):
    """What is looked for in each arrival: `concerns` says in which, `look` what is amiss with it."""

    rule: str
    concerns: Callable[[Arrival], bool]
    look: Callable[[Arrival], Iterator[str]]


def watch(all_seen: Sequence[Seen], strays: Iterable[Arrival], logs: Iterable[str], *, other_key: str) -> Sightings:
    """Return what a run shows of the rules that hold everywhere.

    `strays` are what arrived and is of no case, `logs` what the client's processes wrote to standard error;
    `other_key` is the key in their environment.
    """
    sightings = Sightings()
    cases = {seen.tried.key: seen.case.id for seen in all_seen}
    keys = Canaries({key: "$CANARY" for key in (*cases, other_key)})
    for seen in all_seen:
        for arrival in seen.tried.arrivals:
            _note_arrival(seen, arrival, keys, other_key, sightings)
        for answer in seen.tried.answers:
            text = "" if answer is None else msgspec.json.encode(answer).decode()
            found = [f"{seen.case.id}: expected no key, found it in the answer: {told(answer)}"]
            sightings.note("client.auth.key-hidden", found if keys.within(text) else ())
    for log in logs:
        found = [f"{cases.get(key, 'the environment')}: expected no key on standard error" for key in keys.within(log)]
        sightings.note("client.auth.key-hidden", found)
    for stray in strays:
        if stray.place is Place.PROXY:
            sightings.note("client.base-url.exclusive", [_called(stray)], exchange_of(stray, ""))
    return sightings


def _note_arrival(seen: Seen, arrival: Arrival, keys: Canaries, other_key: str, sightings: Sightings) -> None:
    case, tried = seen.case, seen.tried
    shown = exchange_of(arrival, case.id)

    def note(rule: str, findings: Iterable[str]) -> None:
        sightings.note(rule, [f"{case.id}: {finding}" for finding in findings], shown)

    for look in LOOKS:
        # A case that asks for what cannot be sent right is judged by what it expects.
        if look.concerns(arrival) and case.rule != "client.body.timestamps-checked":
            note(look.rule, look.look(arrival))
    if arrival.place in {Place.STAGE, Place.BESIDE} and all(ask.key == "own" for ask in case.ask):
        note("client.auth.bearer", _bearer(arrival, tried.key))
        note("client.auth.explicit-key", _explicit(arrival, other_key))
    open_text = f"{arrival.path}?{arrival.query}\n{arrival.body.decode('latin-1')}"
    note("client.auth.header-only", ["found the key in the address or the body"] if keys.within(open_text) else ())
    if arrival.place is Place.STAGE and arrival.path == CHARACTERS:
        fetches = [fetch for fetch in tried.arrivals if fetch.place is Place.VIDEO and "/source" in fetch.path]
        taken = [f"fetched {fetch.path} with the key" for fetch in fetches if keys.within(str(fetch.headers))]
        note("client.source.not-fetched", taken)


def _bearer(arrival: Arrival, key: str) -> Iterator[str]:
    value = arrival.header("authorization")
    if value != f"Bearer {key}":
        shown = "no such header" if value is None else f"{value.partition(' ')[0]!r} and something else"
        yield f"expected 'Authorization: Bearer <key>', found {shown}"


def _explicit(arrival: Arrival, other_key: str) -> Iterator[str]:
    if other_key in (arrival.header("authorization") or ""):
        yield "expected the key that was given, found the one in the environment"


def _exclusive(arrival: Arrival) -> Iterator[str]:
    if arrival.place is Place.PROXY:
        yield _called(arrival)


def _called(arrival: Arrival) -> str:
    return f"expected no other host to be called, found {arrival.method} {arrival.path}"


def _prefix(arrival: Arrival) -> Iterator[str]:
    if arrival.place is Place.BESIDE:
        yield f"expected the whole given address, found {arrival.method} {arrival.path}"
    elif not _PATH.fullmatch(arrival.path):
        yield f"expected a path of the contract below the given address, found {arrival.path}"


def _no_listing(arrival: Arrival) -> Iterator[str]:
    if arrival.method != "POST":
        yield f"expected only POST, found {arrival.method}"


def _one_source(arrival: Arrival) -> Iterator[str]:
    sources = [name for name in ("url", "from_task") if arrival.json.get(name) is not None]
    if len(sources) != 1:
        yield f"expected url or from_task, found {' and '.join(sources) or 'neither'}"


def _with_timestamps(arrival: Arrival) -> Iterator[str]:
    if arrival.json.get("timestamps") is None:
        yield "expected timestamps beside the url, found none"


def _span(arrival: Arrival) -> Iterator[str]:
    found = arrival.json["timestamps"]
    if not isinstance(found, str) or not _SPAN.fullmatch(found):
        yield f"expected a text such as '1,4', found {found!r}"


def _model(arrival: Arrival) -> Iterator[str]:
    expected = _MODELS[arrival.path]
    if arrival.json.get("model") != expected:
        yield f"expected the model {expected!r}, found {arrival.json.get('model')!r}"


def _clean(arrival: Arrival) -> Iterator[str]:
    for name, value in arrival.json.items():
        if value is None:
            yield f"expected no null, found one as {name!r}"
        elif name not in _FIELDS[arrival.path]:
            yield f"expected only fields of the contract, found {name!r}"


def _json(arrival: Arrival) -> Iterator[str]:
    media, _, rest = (arrival.header("content-type") or "").partition(";")
    charset = rest.strip().lower().removeprefix("charset=").strip('"')
    if media.strip().lower() != "application/json" or charset not in {"", "utf-8", "utf8"}:
        yield f"expected it to be declared as application/json, found {arrival.header('content-type')!r}"
    try:
        arrival.body.decode()
    except UnicodeDecodeError:
        yield "expected UTF-8, found other bytes"
    if not isinstance(arrival.json, dict):
        yield f"expected a JSON object, found {arrival.body[:60]!r}"


def _everywhere(arrival: Arrival) -> bool:
    return arrival.place in {Place.STAGE, Place.BESIDE, Place.PROXY}


def _at_server(arrival: Arrival) -> bool:
    return arrival.place in {Place.STAGE, Place.BESIDE}


def _to_characters(arrival: Arrival) -> bool:
    return arrival.place is Place.STAGE and arrival.path.startswith(CHARACTERS)


def _post(arrival: Arrival) -> bool:
    return arrival.place is Place.STAGE and arrival.method == "POST" and arrival.path in _FIELDS


def _object(arrival: Arrival) -> bool:
    return _post(arrival) and isinstance(arrival.json, dict)


def _creation(arrival: Arrival) -> bool:
    return _object(arrival) and arrival.path == CHARACTERS


def _has(name: str) -> Callable[[Arrival], bool]:
    def has(arrival: Arrival) -> bool:
        body: Any = arrival.json
        return _creation(arrival) and body.get("url") is not None and (name == "url" or body.get(name) is not None)

    return has


LOOKS = (
    Look("client.base-url.prefix", _at_server, _prefix),
    Look("client.base-url.exclusive", _everywhere, _exclusive),
    Look("client.request.no-listing", _to_characters, _no_listing),
    Look("client.body.one-source", _creation, _one_source),
    Look("client.body.timestamps-with-url", _has("url"), _with_timestamps),
    Look("client.body.timestamps-text", _has("timestamps"), _span),
    Look("client.body.model", _object, _model),
    Look("client.body.clean", _object, _clean),
    Look("client.body.json", _post, _json),
)
"""What is looked for in each arrival."""

WATCHED = (
    *(look.rule for look in LOOKS),
    "client.auth.bearer",
    "client.auth.header-only",
    "client.auth.explicit-key",
    "client.auth.key-hidden",
    "client.source.not-fetched",
)
"""The rules that the watch speaks of."""
