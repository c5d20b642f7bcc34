"""The registries of clients: every rule is broken by one, and the published matrix tells of all of them."""

import pytest

from sora_conformance.contract import Side
from tests.clients.benign import BENIGN
from tests.clients.judging import CONTRACT
from tests.clients.matrix import PAGE
from tests.clients.registry import FAULTY

RULES = [rule for rule in CONTRACT.rules if rule.side is Side.CLIENT]


def test_names_are_unique():
    names = [client.name for client in (*FAULTY, *BENIGN)]
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_has_a_faulty_client(rule):
    assert rule.id in {faulty.rule for faulty in FAULTY}


def test_only_rules_of_clients_are_broken():
    assert {faulty.rule for faulty in FAULTY} <= {rule.id for rule in RULES}


def test_the_published_matrix_has_one_row_for_each_and_none_survives():
    rows = [
        line.split(" | ") for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `client.")
    ]
    told = {(cells[0].strip("| `"), cells[2].strip("`"), cells[3]) for cells in rows}
    assert told == {(faulty.rule, faulty.name, faulty.why) for faulty in FAULTY}
    assert len(rows) == len(FAULTY)
    assert "**survived**" not in PAGE.read_text(encoding="utf-8")


def test_the_published_list_of_harmless_clients_is_theirs():
    page = PAGE.read_text(encoding="utf-8").splitlines()
    for benign in BENIGN:
        assert f"| `{benign.name}` | {benign.why} |" in page
