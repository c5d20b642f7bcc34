"""Looks: what every request has to be like, rule by rule.

Owns what is looked for in a request, whichever case it was made for. It is pure, and knows no client and no case.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from sora_conformance.client.arrivals import Arrival, Place

CHARACTERS = "/v1/sora/characters"
GENERATIONS = "/v1/sora/generations"

_PATH = re.compile(rf"{CHARACTERS}|{GENERATIONS}(/[^/]+(/content)?)?")
_SPAN = re.compile(r"\d+(\.\d+)?,\d+(\.\d+)?")
_FIELDS = {
    CHARACTERS: {"model", "url", "timestamps", "from_task"},
    GENERATIONS: {"model", "prompt", "scenes", "duration", "resolution"},
}
_MODELS = {CHARACTERS: "sora-2-character", GENERATIONS: "sora-2"}


class Look(msgspec.Struct, frozen=True):
    """What is looked for in each arrival: `concerns` says in which, `look` what is amiss with it."""

    rule: str
    concerns: Callable[[Arrival], bool]
    look: Callable[[Arrival], Iterator[str]]


def _exclusive(arrival: Arrival) -> Iterator[str]:
    if arrival.place is Place.PROXY:
        yield called(arrival)


def called(arrival: Arrival) -> str:
    """Say that another host was called."""
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
