"""A survey: one exploration of a server that speaks of several rules at once.

Owns what an exploration saw, rule by rule, and the cases that read it. The exploration is made once a run, when the
first of its cases is tried; a rule that it never came upon stays unjudged.
"""

from collections.abc import Callable, Iterable
from functools import partial

import msgspec

from sora_conformance.budget import NotJudged, inconclusive
from sora_conformance.contract import Cost
from sora_conformance.exchanges import Exchange
from sora_conformance.server.cases import Case, Price
from sora_conformance.server.stage import Stage

SHOWN_FINDINGS = 5
"""How many findings of one rule are told; the rest is counted."""

SHOWN_SAMPLES = 3
"""How many exchanges are shown of a rule that was kept."""


class Sighting(msgspec.Struct):
    """What was seen of one rule: how often it was `exercised`, what was found, and the exchanges that show it."""

    exercised: int = 0
    findings: list[str] = []
    exchanges: list[Exchange] = []


class Sightings:
    """What an exploration has seen so far. `ended` says why it was ended early, if it was."""

    def __init__(self) -> None:
        self.ended: str | None = None
        self._by_rule: dict[str, Sighting] = {}

    def of(self, rule: str) -> Sighting:
        """Return what was seen of a rule."""
        return self._by_rule.setdefault(rule, Sighting())

    def copy(self) -> "Sightings":
        """Return sightings that can be added to without changing these."""
        return Sightings.decode(self.encode())

    def encode(self) -> bytes:
        """Return the sightings as bytes, to be handed to another process."""
        return msgspec.msgpack.encode(self._by_rule)

    @classmethod
    def decode(cls, *parts: bytes) -> "Sightings":
        """Return the sightings that several processes have handed over, as one."""
        whole = cls()
        for part in parts:
            for rule, sighting in msgspec.msgpack.decode(part, type=dict[str, Sighting]).items():
                mine = whole.of(rule)
                mine.exercised += sighting.exercised
                mine.findings += sighting.findings
                mine.exchanges += sighting.exchanges
        return whole

    def note(self, rule: str, findings: Iterable[str] = (), *exchanges: Exchange) -> None:
        """Note that a rule was exercised by some exchanges, with findings or without."""
        sighting = self.of(rule)
        sighting.exercised += 1
        found = list(findings)
        if found:
            if not sighting.findings:
                sighting.exchanges.clear()
            sighting.findings += found
        if (found or not sighting.findings) and len(sighting.exchanges) < SHOWN_SAMPLES:
            sighting.exchanges += exchanges


class Survey(msgspec.Struct, frozen=True, kw_only=True):
    """An exploration: `explore` makes it and notes what it sees; `rules` are those that it can speak of.

    `name` begins the ids of its cases; `cost`, `needs`, `price` and `alone` are those of `Case`, for the whole of it.
    """

    name: str
    rules: tuple[str, ...]
    explore: Callable[[Stage, Sightings], None]
    cost: Cost
    price: Price
    needs: frozenset[str] = frozenset()
    alone: bool = False


def survey_cases(survey: Survey) -> tuple[Case, ...]:
    """Return one case for each rule that a survey can speak of; each bears the price, which is paid once for all."""
    return tuple(
        Case(
            id=f"{survey.name}/{rule.replace('.', '/')}",
            rule=rule,
            cost=survey.cost,
            needs=survey.needs,
            price=survey.price,
            alone=survey.alone,
            group=survey.name,
            run=partial(_judged, survey=survey, rule=rule),
        )
        for rule in survey.rules
    )


def sightings_of(stage: Stage, survey: Survey) -> Sightings:
    """Return what a survey saw; it is made now if it has not been."""
    seen = stage.memory.get(survey.name)
    if not isinstance(seen, Sightings):
        seen = stage.memory[survey.name] = Sightings()
        try:
            survey.explore(stage, seen)
        except NotJudged as nothing:
            seen.ended = nothing.reason
    return seen


def findings_in(stage: Stage, sightings: Sightings, rule: str) -> list[str]:
    """Return what was found about a rule, and show the exchanges; raise NotJudged if it was never exercised."""
    sighting = sightings.of(rule)
    stage.show(sighting.exchanges)
    if not sighting.exercised:
        raise inconclusive(sightings.ended or "not exercised: nothing that was tried came upon it")
    rest = len(sighting.findings) - SHOWN_FINDINGS
    more = [f"and {rest} more"] if rest > 0 else []
    return [*dict.fromkeys(sighting.findings[:SHOWN_FINDINGS]), *more]


def _judged(stage: Stage, *, survey: Survey, rule: str) -> list[str]:
    return findings_in(stage, sightings_of(stage, survey), rule)
