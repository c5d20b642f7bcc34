"""The judge before every variant: what is broken is noticed, what is sound is left alone."""

import pytest

from sora_conformance.verdicts import Verdict
from tests.mutants.benign import BENIGN
from tests.mutants.judging import deviant, judged
from tests.mutants.matrix import PAGE, row
from tests.mutants.proxy import PROXY_MUTANTS
from tests.mutants.registry import MUTANTS

pytestmark = pytest.mark.slow

SURVIVORS_ALLOWED = 0.05
"""Of the proxy's mutants that touch what the contract specifies, so many may go unnoticed."""


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_broken_rule_is_noticed_by_its_own_verdict(mutant):
    lines = judged(mutant.app, mutant.rule)
    assert Verdict.ERROR not in {line.verdict for line in lines}, lines
    assert deviant(line for line in lines if line.rule == mutant.rule), lines
    assert row(mutant, lines) in PAGE.read_text(encoding="utf-8").splitlines(), "run `make kill-matrix`"


@pytest.mark.parametrize("variant", BENIGN, ids=lambda variant: variant.name)
def test_a_harmless_variant_stays_green(variant):
    lines = judged(variant.app)
    assert [(line.case, line.verdict, line.reason) for line in deviant(lines)] == []
    assert Verdict.ERROR not in {line.verdict for line in lines}


def test_spoiled_replies_are_noticed():
    specified = [mutant for mutant in PROXY_MUTANTS if mutant.specified]
    survivors = [mutant.name for mutant in specified if not _is_noticed(mutant)]
    assert len(survivors) <= SURVIVORS_ALLOWED * len(specified), survivors


def _is_noticed(mutant):
    def is_deviant(line):
        return bool(deviant([line]))

    return bool(deviant(judged(mutant.app, enough=is_deviant)))
