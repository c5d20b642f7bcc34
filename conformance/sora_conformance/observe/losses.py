"""Losses: what was made and whose id nobody has.

Owns which of the characters and videos of an account never reached the client, and which of these were made a second
time. A character can be neither listed nor deleted, so what is lost here is lost for ever; a video is found again by
whoever lists what there is. It is pure.
"""

import re
from collections.abc import Iterable, Iterator

import msgspec

from sora_conformance.observe.asked import End, end_of
from sora_conformance.observe.calls import Call
from sora_conformance.observe.traffic import Made, Traffic, bare, source_of

_LISTED = re.compile(rb'"id"\s*:\s*"([^"\\]+)"')


class Duplicate(msgspec.Struct, frozen=True, kw_only=True):
    """What was made again: `id` never reached the client, `kept` is the one that did.

    `call` is the number of the call that made both.
    """

    id: str
    kept: str
    source: str
    call: int


def orphans_of(traffic: Traffic) -> tuple[str, ...]:
    """Return the ids of what was made and what no whole reply told the client, be it a list."""
    lists = (arrival for arrival in traffic.arrivals if arrival.method == "GET" and end_of(arrival) is End.DONE)
    listed = {bare(name.decode("latin-1")) for arrival in lists for name in _LISTED.findall(arrival.reply_body)}
    return tuple(made.id for made in _untold(traffic) if bare(made.id) not in listed)


def duplicates_of(traffic: Traffic, calls: Iterable[Call]) -> tuple[Duplicate, ...]:
    """Return what was lost on the way to a client which then made it again in the same call."""
    left = _untold(traffic)
    found: list[Duplicate] = []
    for call in calls:
        kept = call.tries[-1].answered
        if not call.creates or len(call.tries) < 2 or call.end is not End.DONE or kept is None:
            continue
        # No more than one a try can have been lost by a call, and none by a try that was turned away.
        lost = sum(end_of(tried) in {End.LOST, End.FAILED} for tried in call.tries[:-1])
        for made in list(_of(call, left))[:lost]:
            left.remove(made)
            found.append(Duplicate(id=made.id, kept=kept, source=made.source, call=call.number))
    return tuple(found)


def _untold(traffic: Traffic) -> list[Made]:
    """Return what was made and what no whole reply to a request for it told the client."""
    told = {bare(one.answered) for one in traffic.arrivals if one.answered and end_of(one) is End.DONE}
    return [made for made in traffic.made if bare(made.id) not in told]


def _of(call: Call, left: Iterable[Made]) -> Iterator[Made]:
    """Yield what a call may have made: what a reply of it names, else what is of the same source."""
    source = source_of(call.tries[0].fields, call.tries[0].path)
    named = {bare(tried.answered) for tried in call.tries if tried.answered}
    for made in left:
        if bare(made.id) in named or (source and made.source == source):
            yield made
