"""Late: requests that came when their case was over.

Owns what is still held against a client then: that it sent more than it may. How long after the end of a case that is
seen depends on how long the run goes on. It is pure.
"""

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from sora_conformance.client.arrivals import Arrival, Place
from sora_conformance.client.expecting import too_many
from sora_conformance.client.showing import exchange_of
from sora_conformance.client.watch import Seen
from sora_conformance.contract import Rule
from sora_conformance.exchanges import evidence
from sora_conformance.redacting import Redactor
from sora_conformance.verdicts import Line, Verdict, breach

SHOWN = 3
"""How many of the late requests are shown."""


def with_late(seen: Iterable[Seen], strays: Iterable[Arrival]) -> dict[str, Seen]:
    """Return by their ids the cases for which something came late, with all that came.

    A case whose calls were given up is left out: the client was not done with it.
    """
    late: dict[str, list[Arrival]] = defaultdict(list)
    for stray in strays:
        if stray.place is Place.STAGE:
            late[stray.case].append(stray)
    return {
        one.case.id: msgspec.structs.replace(
            one, tried=msgspec.structs.replace(one.tried, arrivals=(*one.tried.arrivals, *late[one.tried.token]))
        )
        for one in seen
        if one.tried.token in late and None not in one.tried.answers
    }


def held_against(line: Line, rule: Rule, seen: Seen, redact: Redactor, *, strict: bool) -> Line:
    """Return the line of a case once all is known that came for it. Only what was passed may change."""
    found = too_many(seen.case, seen.tried)
    if not found or line.verdict is not Verdict.PASS:
        return line
    shown = [exchange_of(arrival, seen.case.id) for arrival in seen.tried.arrivals[-SHOWN:]]
    return msgspec.structs.replace(
        line,
        verdict=breach(rule, strict=strict),
        reason=f"{'; '.join(found)}, some of them after the call had ended",
        evidence=evidence(shown, redact),
    )
