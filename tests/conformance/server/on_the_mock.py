"""Cases tried on a mock, with what each of them has called and made."""

import sora_mock
from sora_conformance.budget import CALLS, CHARACTERS, GENERATIONS, Budget, Limits
from sora_conformance.contract import Cost
from sora_conformance.server.judge import Judge
from sora_conformance.server.stage import Stage
from sora_conformance.target import MOCK_SOURCES, Target
from sora_conformance.wire import Wire

COUNTED = (CALLS, CHARACTERS, GENERATIONS)


def lines_and_spendings(contract, cases):
    """Return the line of each case by its name, and how many calls, characters and generations it took."""
    found = {}
    with sora_mock.running() as sora:
        target = Target(
            url=sora.base_url.partition("/v1")[0] + contract.base_path,
            api_key="sk-first-account",
            second_api_key="sk-second-account",
            dialect=contract.dialect,
            sources=MOCK_SOURCES,
            mock=True,
        )
        with Wire(target, Budget(Limits())) as wire:
            judge = Judge(Stage(wire), contract, strict=True, allow=tuple(Cost))
            for case in cases:
                before = [wire.budget.spent(name) for name in COUNTED]
                line = judge.judge(case)
                spent = [wire.budget.spent(name) - then for name, then in zip(COUNTED, before, strict=True)]
                found[case.id] = (line, spent)
    return found
