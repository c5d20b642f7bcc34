"""The layers: all cases of a dialect, in the order in which they are tried.

Owns the list of layers, and the order: what costs nothing first, what must not run beside others after it, and the
watch over everything last.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import chain

from sora_conformance.contract import Contract, Cost
from sora_conformance.server import (
    concurrency,
    probes_auth,
    probes_character,
    probes_content,
    probes_effect,
    probes_generation,
    probes_limit,
    probes_raw,
    probes_replies,
    probes_result,
    probes_task,
)
from sora_conformance.server.cases import Case
from sora_conformance.server.metamorphic import metamorphic_cases
from sora_conformance.server.model_layer import model_cases
from sora_conformance.server.relay_probes import relay_cases
from sora_conformance.server.schema import schema_cases
from sora_conformance.server.survey import survey_cases
from sora_conformance.server.survey_burst import burst_cases
from sora_conformance.server.survey_errors import ERRORS
from sora_conformance.server.survey_expiry import EXPIRY
from sora_conformance.server.survey_life import LIFE
from sora_conformance.server.survey_mentions import MENTIONS
from sora_conformance.server.table import table_cases
from sora_conformance.server.video_probes import video_cases
from sora_conformance.server.watch import watch_cases
from sora_conformance.verdicts import Line, Verdict

_BY_COST = tuple(Cost)

NO_CASE = "the suite has no case for this rule yet"
"""Why a rule is not judged that could be."""


@cache
def all_cases(dialect: str = "guide") -> tuple[Case, ...]:
    """Return every case of a dialect; all but tables and the watch have their own for each."""
    layers = _LAYERS[dialect]()
    ordered = sorted(chain(table_cases(dialect), layers), key=lambda case: (case.alone, _BY_COST.index(case.cost)))
    return (*ordered, *watch_cases(dialect))


def _guide_cases() -> Iterator[Case]:
    return chain(
        probes_auth.PROBES.cases,
        probes_character.PROBES.cases,
        probes_effect.PROBES.cases,
        probes_generation.PROBES.cases,
        probes_task.PROBES.cases,
        probes_content.PROBES.cases,
        probes_result.PROBES.cases,
        probes_limit.PROBES.cases,
        probes_raw.PROBES.cases,
        probes_replies.PROBES.cases,
        concurrency.PROBES.cases,
        burst_cases(),
        metamorphic_cases(),
        model_cases(),
        schema_cases(),
        *map(survey_cases, (ERRORS, MENTIONS, LIFE, EXPIRY)),
    )


_LAYERS: dict[str, Callable[[], Iterator[Case]]] = {
    "guide": _guide_cases,
    "openai": video_cases,
    "relay": relay_cases,
}


def untried(contract: Contract, cases: Iterable[Case]) -> tuple[Line, ...]:
    """Return a line for each rule of servers that no case can judge, or that there is no case for yet."""
    tried = {case.rule for case in cases}
    return tuple(
        Line(
            case=f"untestable/{rule.id}",
            rule=rule.id,
            level=rule.level,
            basis=rule.basis,
            verdict=Verdict.NOT_APPLICABLE,
            reason=rule.untestable or NO_CASE,
        )
        for rule in contract.rules
        if rule.side == "server" and (rule.untestable is not None or rule.id not in tried)
    )
