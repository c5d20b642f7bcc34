"""The judge of clients before every variant: what is broken is noticed, what is sound is left alone.

Clients mostly wait; hence all of them at once in one test rather than one after the other in many.
"""

import pytest

from sora_conformance.verdicts import Verdict
from tests.clients.judging import FINE, all_judged, deviant
from tests.clients.matrix import MATRICES, row

pytestmark = pytest.mark.slow

each_dialect = pytest.mark.parametrize("matrix", MATRICES, ids=lambda matrix: matrix.dialect)


def failed(lines):
    """Return the names of the clients of which the judge could not say anything."""
    return {name for name, said in lines.items() if Verdict.ERROR in {line.verdict for line in said}}


@each_dialect
def test_a_broken_rule_is_noticed_by_its_own_verdict_as_is_published(matrix):
    lines = all_judged(matrix.faulty, dialect=matrix.dialect)
    assert failed(lines) == set()
    assert {faulty.name for faulty in matrix.faulty if not deviant(lines[faulty.name])} == set()
    published = set(matrix.path.read_text(encoding="utf-8").splitlines())
    # Which of the cases notice a wait that is none is a matter of how busy the machine is.
    found = {row(matrix, faulty, lines[faulty.name]) for faulty in matrix.faulty if faulty.rule not in FINE}
    assert found - published == set(), "run `make kill-matrix`"


@each_dialect
def test_a_harmless_variant_stays_green(matrix):
    lines = all_judged(matrix.benign, dialect=matrix.dialect)
    assert failed(lines) == set()
    assert {name: [(line.case, line.reason) for line in deviant(said)] for name, said in lines.items()} == {
        benign.name: [] for benign in matrix.benign
    }
