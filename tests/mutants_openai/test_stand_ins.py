from pathlib import Path

import pytest

from sora_conformance.budget import Budget, Limits
from sora_conformance.contract import Cost, load
from sora_conformance.expectations import known_server, load_expectations, overlaid, unmatched
from sora_conformance.report.summary import JUDGED
from sora_conformance.server.features import lacking
from sora_conformance.server.judge import Judge
from sora_conformance.server.layers import all_cases
from sora_conformance.server.preflight import known_mock
from sora_conformance.server.stage import Stage
from sora_conformance.target import Target
from sora_conformance.verdicts import DEVIATIONS, Overlay, Verdict
from sora_conformance.wire import Wire
from sora_mock.dialects.guide import BASE
from tests.mutants.judging import DEAR, FIRST, SECOND
from tests.mutants.serving import serving
from tests.mutants_openai.stand_ins import STAND_INS

CASES = [case for case in all_cases("openai") if not case.id.startswith(DEAR["openai"])]


def test_every_stand_in_has_its_file():
    assert all(known_server("openai", Path(stand_in.name)) for stand_in in STAND_INS)
    assert known_server("openai", Path("no-such-server")) is None


def lines_of(stand_in):
    with serving(stand_in.app()) as url:
        base = url.removesuffix(BASE) + "/v1"
        target = Target(url=base, api_key=FIRST, second_api_key=SECOND, dialect="openai", features=stand_in.features)
        target = known_mock(target)
        with Wire(target, Budget(Limits())) as wire:
            lacks = lacking(wire)
        with Wire(target, Budget(Limits())) as wire:
            judge = Judge(Stage(wire), load("openai"), strict=False, allow=tuple(Cost), lacks=lacks)
            return [judge.judge(case) for case in CASES]


@pytest.mark.slow
@pytest.mark.parametrize("stand_in", STAND_INS, ids=lambda stand_in: stand_in.name)
def test_what_is_known_of_a_server_is_all_that_is_found(stand_in):
    expectations = load_expectations(known_server("openai", Path(stand_in.name)))
    lines = [overlaid(line, expectations) for line in lines_of(stand_in)]
    unexpected = [line for line in lines if line.verdict in DEVIATIONS and line.overlay is not Overlay.XFAIL]
    assert [(line.case, line.reason) for line in unexpected] == []
    assert [(line.case, line.reason) for line in lines if line.overlay is Overlay.XPASS] == []
    judged = {line.rule for line in lines if line.verdict in JUDGED}
    # What a watch has not come upon is no matter where another case of the rule has.
    moot = [line for line in lines if (line.reason or "").startswith("not exercised") and line.rule in judged]
    unsaid = [line for line in lines if line.verdict in {Verdict.ERROR, Verdict.INCONCLUSIVE} and line not in moot]
    assert [(line.case, line.reason) for line in unsaid] == []
    assert unmatched(expectations, lines) == ()
