"""The watch's lines: what was seen over all cases, as one verdict a rule.

Owns the way from sightings to lines. What is looked for is the watch's.
"""

from collections.abc import Callable, Iterator, Sequence

import msgspec

from sora_conformance.client.choosing import watch_name
from sora_conformance.client.judging import line_of
from sora_conformance.contract import Contract, Rule
from sora_conformance.exchanges import evidence
from sora_conformance.redacting import Redactor
from sora_conformance.server.survey import Sighting, Sightings
from sora_conformance.verdicts import Line, Verdict, breach

SHOWN_FINDINGS = 4
"""How many findings of a rule are told; the rest is counted."""


def not_come_upon(_rule: str) -> str:
    """Say of a rule that no case of a run came upon it."""
    return "not exercised: no case came upon it"


def watch_lines(
    rules: Sequence[str],
    contract: Contract,
    sightings: Sightings,
    redact: Redactor,
    *,
    strict: bool,
    unfit: str | None,
    named: Callable[[str], str] = watch_name,
    unseen: Callable[[str], str] = not_come_upon,
) -> Iterator[Line]:
    """Yield the line of each rule.

    `unfit` says why nothing can be judged, if so; `named` makes the name of a line, and `unseen` says why a rule that
    was never exercised was not.
    """
    for name in rules:
        rule, sighting = contract.rule(name), sightings.of(name)
        verdict, reason = _said(rule, sighting, unseen, strict=strict) if unfit is None else (Verdict.ERROR, unfit)
        line = line_of(named(name), rule, verdict, None if reason is None else redact(reason))
        yield msgspec.structs.replace(line, evidence=evidence(sighting.exchanges, redact))


def _said(rule: Rule, sighting: Sighting, unseen: Callable[[str], str], *, strict: bool) -> tuple[Verdict, str | None]:
    if not sighting.exercised:
        return Verdict.INCONCLUSIVE, unseen(rule.id)
    if not sighting.findings:
        return Verdict.PASS, None
    rest = len(sighting.findings) - SHOWN_FINDINGS
    more = [f"and {rest} more"] if rest > 0 else []
    words = "; ".join([*dict.fromkeys(sighting.findings[:SHOWN_FINDINGS]), *more])
    return breach(rule, strict=strict), words
