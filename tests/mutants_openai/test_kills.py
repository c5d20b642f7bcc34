"""The judge before every variant of the Videos API: what is broken is noticed, what is sound is left alone."""

import pytest

from sora_conformance.verdicts import Verdict
from tests.mutants.judging import deviant, judged
from tests.mutants.matrix import VIDEOS, row
from tests.mutants_openai.benign import BENIGN

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("mutant", VIDEOS.mutants, ids=lambda mutant: mutant.name)
def test_a_broken_rule_is_noticed_by_its_own_verdict(mutant):
    lines = judged(mutant.app, mutant.rule, dialect="openai")
    assert Verdict.ERROR not in {line.verdict for line in lines}, lines
    assert deviant(line for line in lines if line.rule == mutant.rule), lines
    assert row(mutant, lines) in VIDEOS.path.read_text(encoding="utf-8").splitlines(), "run `make kill-matrix`"


@pytest.mark.parametrize("variant", BENIGN, ids=lambda variant: variant.name)
def test_a_harmless_variant_stays_green(variant):
    lines = judged(variant.app, dialect="openai")
    assert [(line.case, line.verdict, line.reason) for line in deviant(lines)] == []
    assert Verdict.ERROR not in {line.verdict for line in lines}
