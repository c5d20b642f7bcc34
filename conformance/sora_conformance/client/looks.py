"""Looks: what every request has to be like, rule by rule.

Owns what a look is, and those that several dialects share. They are pure, and know no client and no case.
"""

import re
from collections.abc import Callable, Iterable, Iterator

import msgspec

from sora_conformance.client.arrivals import Arrival, Place

_SPAN = re.compile(r"\d+(\.\d+)?,\d+(\.\d+)?")


class Look(msgspec.Struct, frozen=True):
    """What is looked for in each arrival: `concerns` says in which, `look` what is amiss with it."""

    rule: str
    concerns: Callable[[Arrival], bool]
    look: Callable[[Arrival], Iterator[str]]


# -- which requests ---------------------------------------------------------------------------------------------------


def everywhere(arrival: Arrival) -> bool:
    """Tell whether it was sent as a call, wherever that went."""
    return arrival.place in {Place.STAGE, Place.BESIDE, Place.PROXY}


def at_server(arrival: Arrival) -> bool:
    """Tell whether it came to the staged server."""
    return arrival.place in {Place.STAGE, Place.BESIDE}


def posted(paths: Iterable[str]) -> Callable[[Arrival], bool]:
    """Return whether something is asked for at one of some paths, with a body that is an object."""
    kept = frozenset(paths)

    def concerns(arrival: Arrival) -> bool:
        mine = arrival.place is Place.STAGE and arrival.method == "POST" and arrival.path in kept
        return mine and isinstance(arrival.fields, dict)

    return concerns


# -- what is amiss ----------------------------------------------------------------------------------------------------


def exclusive(arrival: Arrival) -> Iterator[str]:
    """Say that another host was called."""
    if arrival.place is Place.PROXY:
        yield called(arrival)


def called(arrival: Arrival) -> str:
    """Say which call another host got."""
    return f"expected no other host to be called, found {arrival.method} {arrival.path}"


def prefix(paths: re.Pattern[str]) -> Callable[[Arrival], Iterator[str]]:
    """Return the look at an address: it is one of the contract's, below the given one."""

    def look(arrival: Arrival) -> Iterator[str]:
        if arrival.place is Place.BESIDE:
            yield f"expected the whole given address, found {arrival.method} {arrival.path}"
        elif not paths.fullmatch(arrival.path):
            yield f"expected a path of the contract below the given address, found {arrival.path}"

    return look


def clean(fields: Callable[[str], Iterable[str]]) -> Callable[[Arrival], Iterator[str]]:
    """Return the look at the fields of a body; `fields` are those of a path."""

    def look(arrival: Arrival) -> Iterator[str]:
        allowed = fields(arrival.path)
        for name, value in arrival.fields.items():
            if value is None:
                yield f"expected no null, found one as {name[:60]!r}"
            elif name not in allowed:
                yield f"expected only fields of the contract, found {name[:60]!r}"

    return look


def one_source(arrival: Arrival) -> Iterator[str]:
    """Say that a character has no source, or two."""
    sources = [name for name in ("url", "from_task") if arrival.fields.get(name) is not None]
    if len(sources) != 1:
        yield f"expected url or from_task, found {' and '.join(sources) or 'neither'}"


def span_text(arrival: Arrival) -> Iterator[str]:
    """Say that timestamps are no text of two numbers."""
    found = arrival.fields["timestamps"]
    if not isinstance(found, str) or not _SPAN.fullmatch(found):
        yield f"expected a text such as '1,4', found {repr(found)[:60]}"


def has(concerns: Callable[[Arrival], bool], *names: str) -> Callable[[Arrival], bool]:
    """Return whether a request that `concerns` tells of has all the fields of these names."""

    def narrower(arrival: Arrival) -> bool:
        return concerns(arrival) and all(arrival.fields.get(name) is not None for name in names)

    return narrower
