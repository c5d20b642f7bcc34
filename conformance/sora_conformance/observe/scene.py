"""A scene: traffic with the calls that it was made of, ready to be looked at.

Owns what every exhibit asks of it: what went on when, and how a try is told. It is pure, and judges nothing.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import msgspec

from sora_conformance.client.arrivals import Arrival
from sora_conformance.observe.calls import Call, calls_of
from sora_conformance.observe.spoken import of_another
from sora_conformance.observe.traffic import Traffic

ON_EXIT_SECONDS = 0.5
"""How near to the command's end a reply has to be given up to be so by the end rather than by the client."""

_OWN_PAGES = re.compile(r"/(_mock|docs|openapi\.json|files)(/|$)")
"""What a mock serves beside the contract: its control, its pages, and finished clips."""


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """The traffic of a command, those of its requests that concern the contract in order, and its calls."""

    traffic: Traffic
    arrivals: tuple[Arrival, ...]
    calls: tuple[Call, ...]

    @classmethod
    def of(cls, traffic: Traffic) -> "Scene":
        """Return the scene of some traffic."""
        dialect = traffic.dialect
        concerned = tuple(
            arrival
            for arrival in traffic.arrivals
            if not _OWN_PAGES.match(arrival.path) and not of_another(arrival, dialect)
        )
        arrivals = tuple(sorted(concerned, key=lambda arrival: (arrival.at, arrival.number)))
        return cls(traffic=traffic, arrivals=arrivals, calls=calls_of(arrivals, dialect))

    @property
    def exit(self) -> float:
        """Return when the command ended, on the clock of the arrivals."""
        return self.traffic.began + self.traffic.ended.seconds

    def went_on(self, instant: float) -> bool:
        """Tell whether the command did anything after an instant, or lived on long enough to have done so."""
        return self.exit > instant + ON_EXIT_SECONDS or self.arrivals[-1].at > instant

    def by_exit(self, instant: float) -> bool:
        """Tell whether what ended at an instant may have ended because the command did."""
        return instant >= self.exit - ON_EXIT_SECONDS

    def told(self, call: Call, number: int = 0) -> str:
        """Return in words which try of which call is meant, and when it was."""
        tried = call.tries[number]
        since = tried.at - self.arrivals[0].at
        return f"call {call.number} ({call.operation or tried.method}), try {number + 1} at {since:.2f} s"


class Shown(NamedTuple):
    """Some requests that exercise a rule, and what was found amiss with them, if anything."""

    arrivals: Sequence[Arrival]
    findings: Sequence[str] = ()


Exhibit = Callable[[Scene], Iterator[Shown]]
"""Looks at a scene for one rule. A rule of which nothing is shown was not exercised."""
