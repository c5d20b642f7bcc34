"""The company: what all examples of one survey of the model layer share.

Owns the accounts that take part, the price that must not be exceeded, and what was learnt of the server so far.
"""

import msgspec

from sora_conformance.budget import inconclusive
from sora_conformance.exchanges import Exchange, Party
from sora_conformance.server.cases import Price
from sora_conformance.server.checks import accepted
from sora_conformance.server.stage import Stage, told
from sora_conformance.server.survey import Sightings


class Slot(msgspec.Struct, eq=False):
    """A character or task of an account; without a name where none was made."""

    owner: Party
    name: str | None = None


class Company:
    """What all examples of a survey share: the stage, the price that must not be exceeded, and what was seen so far."""

    def __init__(self, stage: Stage, seen: Sightings, price: Price) -> None:
        self.stage, self.seen, self.price = stage, seen, price
        self.taken: set[str] = set()
        self.kinds: set[str] = set()
        self.losses: set[str] = set()
        self.spans: set[tuple[Party, str]] = set()
        self.unknown: dict[tuple[str, Party], list[tuple[Exchange, str]]] = {}
        self.characters = self.generations = 0
        self._start = len(stage.wire.exchanges)

    @property
    def parties(self) -> tuple[Party, ...]:
        """Return the accounts that take part."""
        return (Party.FIRST,) if self.stage.target.second_api_key is None else (Party.FIRST, Party.SECOND)

    def affords(self, calls: int, *, characters: int = 0, generations: int = 0) -> bool:
        """Tell whether an action is within the price, and count what it makes if so."""
        made = len(self.stage.wire.exchanges) - self._start
        within = (
            made + calls <= self.price.calls
            and self.characters + characters <= self.price.characters
            and self.generations + generations <= self.price.generations
        )
        if within:
            self.characters += characters
            self.generations += generations
        return within


def answered(exchange: Exchange) -> list[str]:
    """Return what is wrong with a reply as a success; raise NotJudged where none came."""
    if exchange.failure is not None:
        raise inconclusive(f"no answer: {told(exchange)}")
    return accepted(exchange)
