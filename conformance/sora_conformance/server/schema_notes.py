"""Notes: what one reply shows of the rules that a survey can speak of.

Owns the gathering of findings from one exchange, so that the same thing said by several oracles is noted once, under
the finest rule, and nothing is lost. It judges nothing by itself.
"""

from collections.abc import Collection, Iterable
from functools import cache

from sora_conformance.exchanges import Exchange
from sora_conformance.server.schema_oracle import Breach
from sora_conformance.server.survey import Sightings
from sora_conformance.server.watch import watch_cases


@cache
def watched() -> frozenset[str]:
    """Return the rules that the watch judges over every exchange, those of the schema layer included."""
    return frozenset(case.rule for case in watch_cases())


class Notes:
    """What one exchange shows; `what` says in words what was tried.

    `rules` are those that the survey can speak of; what breaks another is put down to `otherwise`, unless it is judged
    elsewhere: by the watch, or by a survey of which `elsewhere` are the rules.
    """

    def __init__(self, rules: Collection[str], otherwise: str, what: str, *, elsewhere: Collection[str] = ()) -> None:
        self._rules = rules
        self._otherwise = otherwise
        self._elsewhere = watched().union(elsewhere)
        self._what = what
        self._found: dict[str, list[str]] = {}

    def exercise(self, rules: Iterable[str], findings: Iterable[str] = ()) -> None:
        """Note that some rules were exercised, and broken if there are findings."""
        told = list(findings)
        for rule in rules:
            self._found.setdefault(rule, []).extend(told)

    def broken(self, breaches: Iterable[Breach]) -> None:
        """Note what breaks rules."""
        for breach in breaches:
            if breach.rule in self._rules:
                self.exercise([breach.rule], [breach.finding])
            elif breach.rule not in self._elsewhere:
                self.exercise([self._otherwise], [f"{breach.finding} ({breach.rule})"])

    def failed(self, rule: str, words: str) -> None:
        """Note a failure in somebody else's words, unless the rule is known to be broken already."""
        if not self._found.get(rule):
            self.broken([Breach(rule, words)])

    def can_speak_of(self, rule: str) -> bool:
        """Tell whether the survey speaks of a rule."""
        return rule in self._rules

    def write(self, seen: Sightings, exchange: Exchange) -> None:
        """Add everything to the sightings of a survey."""
        for rule, findings in self._found.items():
            seen.note(rule, [f"{self._what}: {finding}" for finding in dict.fromkeys(findings)], exchange)
