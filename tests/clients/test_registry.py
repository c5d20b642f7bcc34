"""The registries of clients: every rule is broken by one, and the published matrices tell of all of them."""

import pytest

from sora_conformance.contract import Side
from tests.clients.matrix import MATRICES
from tests.clients.registry import BENIGN, FAULTY, SHARED, VARIANTS

each_dialect = pytest.mark.parametrize("matrix", MATRICES, ids=lambda matrix: matrix.dialect)
RULES = [
    pytest.param(matrix, rule.id, id=f"{matrix.dialect}-{rule.id}")
    for matrix in MATRICES
    for rule in matrix.contract.rules
    if rule.side is Side.CLIENT
]


def test_every_name_is_that_of_one_variant():
    everyone = {
        id(variant): variant.name for registry in (FAULTY, BENIGN) for each in registry.values() for variant in each
    }
    assert sorted(everyone.values()) == sorted(VARIANTS)


def test_every_client_that_is_chosen_is_there():
    assert {faulty.name for faulty in FAULTY["guide"]} >= SHARED


@pytest.mark.parametrize(("matrix", "rule"), RULES)
def test_every_rule_has_a_faulty_client(matrix, rule):
    assert rule in {faulty.rule for faulty in matrix.faulty}


@each_dialect
def test_only_rules_of_clients_are_broken(matrix):
    stated = {rule.id for rule in matrix.contract.rules if rule.side is Side.CLIENT}
    assert {faulty.rule for faulty in matrix.faulty} <= stated


@each_dialect
def test_the_published_matrix_has_one_row_for_each_and_none_survives(matrix):
    page = matrix.path.read_text(encoding="utf-8")
    rows = [line.split(" | ") for line in page.splitlines() if line.startswith("| `client.")]
    told = {(cells[0].strip("| `"), cells[2].strip("`"), cells[3]) for cells in rows}
    assert told == {(faulty.rule, faulty.name, faulty.why) for faulty in matrix.faulty}
    assert len(rows) == len(matrix.faulty)
    assert "**survived**" not in page


@each_dialect
def test_the_published_list_of_harmless_clients_is_theirs(matrix):
    page = matrix.path.read_text(encoding="utf-8").splitlines()
    for benign in matrix.benign:
        assert f"| `{benign.name}` | {benign.why} |" in page
