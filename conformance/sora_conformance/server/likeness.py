"""Likeness: whether two refusals can be told apart by anything that is said in them.

Owns the comparison. What differs between two refusals of the same kind anyway, such as the id that was asked for or the
name of the exchange, tells nothing.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from sora_conformance.exchanges import Exchange
from sora_conformance.server.matching import ABSENT, shown


def told_apart(one: Exchange, name: str, others: Sequence[tuple[Exchange, str]]) -> list[str]:
    """Expect a refusal to look like the others, of the same kind, that go before it.

    `name` and those beside the others are the ids that each was asked for. Only that in which the others agree is
    compared.
    """
    found = traits(one, name)
    known = [traits(exchange, other) for exchange, other in others]
    places = {place for each in known for place in each}
    agreed = {
        place: known[0].get(place, ABSENT)
        for place in sorted(places)
        if all(each.get(place, ABSENT) == known[0].get(place, ABSENT) for each in known)
    }
    findings = [
        f"{place}: expected {shown(value)} as for one that does not exist, found {shown(found.get(place, ABSENT))}"
        for place, value in agreed.items()
        if found.get(place, ABSENT) != value
    ]
    return findings + [f"{place}: expected nothing as for one that does not exist" for place in found.keys() - places]


def traits(exchange: Exchange, name: str) -> dict[str, Any]:
    """Return all that a reply says, by place, without the id that was asked for and the name of the exchange."""
    told: dict[str, Any] = {"status": exchange.status, "content type": exchange.media_type}
    hidden = [word for word in (exchange.header("x-request-id"), name) if word]
    text = exchange.body.decode("utf-8", "replace")
    try:
        leaves = dict(_leaves(json.loads(text), "body"))
    except (ValueError, RecursionError):
        leaves = {"body": text}
    return told | {place: _without(hidden, value) for place, value in leaves.items()}


def _leaves(value: Any, place: str) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - any JSON value
    inner = value.items() if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else ()
    if not inner:
        yield place, value
    for key, each in inner:
        yield from _leaves(each, f"{place}/{key}")


def _without(hidden: Sequence[str], value: Any) -> Any:  # noqa: ANN401 - any JSON value
    for word in hidden if isinstance(value, str) else ():
        value = value.replace(word, "…")
    return value
