"""Losses: characters that were made and whose ids nobody has.

Owns which of the characters of an account never reached the client, and which of these were made a second time. A
character can be neither listed nor deleted, so what is lost here is lost for ever. It is pure.
"""

from collections.abc import Iterable, Iterator

import msgspec

from sora_conformance.observe.asked import End, end_of
from sora_conformance.observe.calls import Call
from sora_conformance.observe.traffic import Made, Traffic


class Duplicate(msgspec.Struct, frozen=True, kw_only=True):
    """A character that was made again: `character_id` never reached the client, `kept` is the one that did.

    `call` is the number of the call that made both.
    """

    character_id: str
    kept: str
    source: str
    call: int


def orphans_of(traffic: Traffic) -> tuple[str, ...]:
    """Return the ids of the characters that were made and that no whole reply told the client."""
    reached = {arrival.answered for arrival in traffic.arrivals if end_of(arrival) is End.DONE}
    return tuple(made.character_id for made in traffic.made if made.character_id not in reached)


def duplicates_of(traffic: Traffic, calls: Iterable[Call]) -> tuple[Duplicate, ...]:
    """Return the characters that were lost on the way to a client which then made them again in the same call."""
    orphans = set(orphans_of(traffic))
    left = [made for made in traffic.made if made.character_id in orphans]
    found: list[Duplicate] = []
    for call in calls:
        kept = call.tries[-1].answered
        if not call.creates or len(call.tries) < 2 or call.end is not End.DONE or kept is None:
            continue
        # No more than one a try can have been lost by a call.
        for made in list(_of(call, left))[: len(call.tries) - 1]:
            left.remove(made)
            found.append(Duplicate(character_id=made.character_id, kept=kept, source=made.source, call=call.number))
    return tuple(found)


def _of(call: Call, left: Iterable[Made]) -> Iterator[Made]:
    """Yield what a call may have made: what a reply of it names, else what is of the same source."""
    said = call.tries[0].json if isinstance(call.tries[0].json, dict) else {}
    sources = {f"{said.get('url')} {said.get('timestamps')}", f"task {said.get('from_task')}"}
    named = {tried.answered for tried in call.tries}
    for made in left:
        if made.character_id in named or made.source in sources:
            yield made
