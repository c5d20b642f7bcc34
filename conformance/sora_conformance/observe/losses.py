"""Losses: what was made and whose id nobody has.

Owns which of the characters and videos of an account never reached the client, and which of these were made a second
time. A character can be neither listed nor deleted, so what is lost here is lost for ever. It is pure.
"""

from collections.abc import Iterable, Iterator

import msgspec

from sora_conformance.observe.asked import End, end_of
from sora_conformance.observe.calls import Call
from sora_conformance.observe.traffic import Made, Traffic, source_of


class Duplicate(msgspec.Struct, frozen=True, kw_only=True):
    """What was made again: `id` never reached the client, `kept` is the one that did.

    `call` is the number of the call that made both.
    """

    id: str
    kept: str
    source: str
    call: int


def orphans_of(traffic: Traffic) -> tuple[str, ...]:
    """Return the ids of what was made and what no whole reply told the client."""
    reached = {arrival.answered for arrival in traffic.arrivals if end_of(arrival) is End.DONE}
    return tuple(made.id for made in traffic.made if made.id not in reached)


def duplicates_of(traffic: Traffic, calls: Iterable[Call]) -> tuple[Duplicate, ...]:
    """Return what was lost on the way to a client which then made it again in the same call."""
    orphans = set(orphans_of(traffic))
    left = [made for made in traffic.made if made.id in orphans]
    found: list[Duplicate] = []
    for call in calls:
        kept = call.tries[-1].answered
        if not call.creates or len(call.tries) < 2 or call.end is not End.DONE or kept is None:
            continue
        # No more than one a try can have been lost by a call.
        for made in list(_of(call, left))[: len(call.tries) - 1]:
            left.remove(made)
            found.append(Duplicate(id=made.id, kept=kept, source=made.source, call=call.number))
    return tuple(found)


def _of(call: Call, left: Iterable[Made]) -> Iterator[Made]:
    """Yield what a call may have made: what a reply of it names, else what is of the same source."""
    source = source_of(call.tries[0].fields)
    named = {tried.answered for tried in call.tries}
    for made in left:
        if made.id in named or (source and made.source == source):
            yield made
