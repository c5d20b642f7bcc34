"""The survey of a relay's limit: characters until one is refused.

Owns the burst and what it shows. It runs alone, since it uses up the account's minute.
"""

from sora_conformance.budget import inconclusive
from sora_conformance.contract import Cost
from sora_conformance.server.advice import advice_of
from sora_conformance.server.cases import Price
from sora_conformance.server.stage import Stage, told
from sora_conformance.server.survey import Sightings, Survey

MOST = 75
"""How many characters are clearly more than a minute's."""

MINUTE = 60.0


def explore(stage: Stage, seen: Sightings) -> None:
    """Make characters until one is refused, or there are clearly too many."""
    stage.wire.waiting.wait(MINUTE + 1)
    seconds = 0.0
    for number in range(MOST):
        reply = stage.create(patient=False)
        seconds += reply.seconds
        if reply.status == 429:
            seen.note("limit.characters", [], reply)
            seen.note("limit.retry-after", advice_of(reply).illegible, reply)
            return
        if reply.status != 200:
            raise inconclusive(f"setup: character {number + 1} was to be made, and the answer was {told(reply)}")
    if seconds >= MINUTE:
        raise inconclusive(f"time: {MOST} creations took {seconds:.0f} s, which is no burst")
    seen.note("limit.characters", [f"expected 429 to clearly more than 60 characters a minute, found {MOST}"], reply)
    raise inconclusive("not exercised: the account was not limited")


LIMIT = Survey(
    name="burst",
    rules=("limit.characters", "limit.retry-after"),
    explore=explore,
    cost=Cost.BURST,
    price=Price(calls=MOST, characters=MOST),
    needs=frozenset({"source video"}),
    alone=True,
)
