"""Calls: what a client was asked for, reconstructed from the requests that it made of it.

Owns which requests are tries of one call. Nobody tells: a request is another try of a call if it says the same, and
began after an end that calls for one. Where it may be either, it is what speaks better of the client.
It is pure, and judges nobody.
"""

import math
from collections import Counter, deque
from collections.abc import Iterable
from itertools import islice, pairwise

import msgspec

from sora_conformance.client.arrivals import Arrival, Place
from sora_conformance.client.bodies import without_boundary
from sora_conformance.client.dialects import Dialect
from sora_conformance.client.expecting import EARLY_SECONDS
from sora_conformance.observe.asked import AGAIN, End, due_after, end_of, keeps_open
from sora_conformance.operations import CREATIONS, operation_of

REPEAT_SECONDS = 10.0
"""How long after a refusal the same request is a repeat of it, rather than somebody's next call."""

RETRY_SECONDS = 120.0
"""How long after a wait is over another try is still taken for one; later it is a new call."""

LATE_SECONDS = 5.0
"""How late a try may be that was waited for, if the wait itself is not longer."""

LOOKED_AT = 50
"""How many calls that wait at once for the same are looked at; where there are more, nobody can tell them apart."""

Identity = tuple[str, str, str, bytes, str | None]


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """A call: its tries in order, each but the first after an end that called for it or that it should have heeded.

    `number` is its place among all calls, from 1; `operation` the contract's name for what it asks, None for what the
    contract does not know.
    """

    number: int
    operation: str | None
    tries: tuple[Arrival, ...]

    @property
    def pairs(self) -> tuple[tuple[Arrival, Arrival], ...]:
        """Return each try with the one that came after it."""
        return tuple(zip(self.tries, self.tries[1:], strict=False))

    @property
    def end(self) -> End:
        """Return how the last try ended."""
        return end_of(self.tries[-1])

    @property
    def creates(self) -> bool:
        """Tell whether the call makes what is not to be made twice."""
        return self.operation in CREATIONS


def calls_of(arrivals: Iterable[Arrival], dialect: Dialect) -> tuple[Call, ...]:
    """Return the calls that requests were made for, in the order in which they began; each request is in one."""
    ordered = sorted(arrivals, key=lambda arrival: (arrival.at, arrival.number))
    wire = _Wire(ordered)
    chains: list[list[Arrival]] = []
    waiting: dict[Identity, list[list[Arrival]]] = {}
    to_come: dict[Identity, deque[Arrival]] = {}
    identities = [_identity(arrival) for arrival in ordered]
    for arrival, identity in zip(ordered, identities, strict=True):
        to_come.setdefault(identity, deque()).append(arrival)
    for arrival, identity in zip(ordered, identities, strict=True):
        to_come[identity].popleft()
        mine = waiting.setdefault(identity, [])
        mine[:] = [chain for chain in mine if arrival.at <= wire.until[id(chain[-1])]]
        chain = _chain_for(arrival, mine, to_come[identity], wire)
        if chain is None:
            chain = []
            chains.append(chain)
            mine.append(chain)
        chain.append(arrival)
    return tuple(
        Call(number=number, operation=_operation(chain[0], dialect), tries=tuple(chain))
        for number, chain in enumerate(chains, 1)
    )


def _chain_for(
    arrival: Arrival, mine: Iterable[list[Arrival]], to_come: Iterable[Arrival], wire: "_Wire"
) -> list[Arrival] | None:
    """Return the tries that a request follows, None if it begins a call; `to_come` are those that say the same later.

    A try in time is given to the call whose wait was over first. One that would be early is a try only if no later one
    is in time instead: where several work at once on the same, it is more likely to be another's first.
    """
    over = [chain for chain in mine if chain[-1].done <= arrival.at]
    over.sort(key=lambda chain: wire.due[id(chain[-1])])
    fits = list(islice((chain for chain in over if _continues(chain[-1], arrival, wire)), LOOKED_AT))
    if not fits or arrival.at >= wire.due[id(fits[0][-1])] - EARLY_SECONDS:
        return fits[0] if fits else None
    for chain in fits:
        if wire.follows_alone(chain[-1], arrival):
            return chain
    rest = iter(to_come)
    for chain in fits:
        due = wire.due[id(chain[-1])]
        later = next((other for other in rest if other.at >= due - EARLY_SECONDS), None)
        if later is None or later.at > due + max(LATE_SECONDS, due - chain[-1].done):
            return chain
    return None


class _Wire:
    """What was carried by which connection: the trace of whether two requests are one client's.

    `due` and `until` are, by request, from when and until when another try of it may come.
    """

    def __init__(self, ordered: list[Arrival]) -> None:
        self.due = {id(arrival): due_after(arrival) for arrival in ordered}
        self.until = {id(arrival): _last_moment(arrival) for arrival in ordered}
        self._ordered = ordered
        self._places = {id(arrival): place for place, arrival in enumerate(ordered)}
        self._at_once = any(later.at < earlier.done for earlier, later in pairwise(ordered))
        self._kept = max(Counter(arrival.connection for arrival in ordered).values(), default=0) > 1

    def repeats(self, earlier: Arrival, later: Arrival) -> bool:
        """Tell whether the same request looks like the same call again, rather than like the caller's next.

        A client that repeats itself sends nothing in between, and on the connection that it has. Where nobody keeps
        connections, or this one was to be closed, they tell nothing.
        """
        between = self._ordered[self._places[id(earlier)] + 1 : self._places[id(later)]]
        if earlier.connection == later.connection:
            return all(other.connection != later.connection for other in between)
        return not self._kept or not keeps_open(earlier)

    def follows_alone(self, earlier: Arrival, later: Arrival) -> bool:
        """Tell whether a request came right after another in a run in which nothing ever went on at once."""
        successive = self._places[id(later)] == self._places[id(earlier)] + 1
        return not self._at_once and successive and (earlier.connection == later.connection or not self._kept)


def _last_moment(earlier: Arrival) -> float:
    """Return until when the same request may be another try."""
    match end_of(earlier):
        case end if end in AGAIN:
            return due_after(earlier) + RETRY_SECONDS
        # To ask after something again is polling, whatever came of it before.
        case End.REFUSED if earlier.method == "POST":
            return earlier.done + REPEAT_SECONDS
        case End.DONE if earlier.header("idempotency-key"):
            return math.inf
        case _:
            return -math.inf


def _continues(earlier: Arrival, later: Arrival, wire: _Wire) -> bool:
    """Tell whether a request is another try after one that says the same and is over, at the time for one."""
    match end_of(earlier):
        case End.REFUSED:
            return wire.repeats(earlier, later)
        case End.DONE:
            return earlier.header("idempotency-key") == later.header("idempotency-key")
        case _:
            return True


def _identity(arrival: Arrival) -> Identity:
    address = f"{arrival.place} {arrival.path}"
    said = without_boundary(arrival.header("content-type") or "", arrival.body)
    return arrival.method, address, arrival.query, said, arrival.header("authorization")


def _operation(arrival: Arrival, dialect: Dialect) -> str | None:
    base_path = dialect.contract.base_path
    if arrival.place is not Place.STAGE or not arrival.path.startswith(base_path + "/"):
        return None
    return operation_of(arrival.method, arrival.path.removeprefix(base_path), dialect.name)
