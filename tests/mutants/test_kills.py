"""The judge before every variant: what is broken is noticed, what is sound is left alone."""

import pytest

from sora_conformance.verdicts import Verdict
from tests.mutants.benign import BENIGN
from tests.mutants.judging import deviant, judged
from tests.mutants.matrix import GUIDE, row
from tests.mutants.proxy import PROXY_MUTANTS
from tests.mutants.registry import MUTANTS

pytestmark = pytest.mark.slow

CONCERNED = {
    "creation": ("character.*", "limit.headers", "protocol.*", "auth.key.secret"),
    "acceptance": ("generation.*", "protocol.*"),
    "retrieval": ("generation.*", "protocol.*"),
    "rate-limited": ("limit.*", "error.*", "protocol.*"),
}
"""Which rules look at a kind of reply; what is not named here is an error."""

OF_ERRORS = ("error.*", "auth.*", "request.*", "protocol.*", "character.source.*", "generation.retrieve.*")

SURVIVORS = {
    "creation: metadata.analysis.duration number plus one": "no rule says how a span's length is told",
    "retrieval: expires_at number plus one": "a second more or less is within what is measured",
}
"""The changes of what the contract specifies that go unnoticed, and why that is borne; any other is one too many."""


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_broken_rule_is_noticed_by_its_own_verdict(mutant):
    lines = judged(mutant.app, mutant.rule)
    assert Verdict.ERROR not in {line.verdict for line in lines}, lines
    assert deviant(line for line in lines if line.rule == mutant.rule), lines
    assert row(mutant, lines) in GUIDE.path.read_text(encoding="utf-8").splitlines(), "run `make kill-matrix`"


@pytest.mark.parametrize("variant", BENIGN, ids=lambda variant: variant.name)
def test_a_harmless_variant_stays_green(variant):
    lines = judged(variant.app)
    assert [(line.case, line.verdict, line.reason) for line in deviant(lines)] == []
    assert Verdict.ERROR not in {line.verdict for line in lines}


@pytest.mark.parametrize("mutant", [one for one in PROXY_MUTANTS if one.specified], ids=lambda mutant: mutant.name)
def test_a_spoiled_reply_is_noticed(mutant):
    lines = judged(mutant.app, *CONCERNED.get(mutant.where, OF_ERRORS), enough=lambda line: bool(deviant([line])))
    assert bool(deviant(lines)) is (mutant.name not in SURVIVORS)
