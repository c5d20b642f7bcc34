"""The errors of the contract: the file, and the mock's catalogue beside it."""

import pytest

from sora_conformance.contract import ContractError, dialects, load
from sora_conformance.contract.errors import parse_errors
from tests.mock_server.test_contract import catalogue

KINDS = {kind.code: kind for kind in load("guide").errors}
OWN = {"control", "fault"}
"""Stand for what is no rule of the contract but the mock's own doing."""


@pytest.mark.parametrize("dialect", dialects())
def test_no_word_stands_for_two_errors(dialect):
    errors = load(dialect).errors

    assert len({kind.code for kind in errors}) == len(errors)


@pytest.mark.parametrize("problem", [problem for problem in catalogue() if problem.rule not in OWN])
def test_the_mock_answers_an_error_as_the_contract_has_it(problem):
    kind = KINDS[problem.code]
    assert (problem.status, problem.type) == (kind.status, kind.type)
    assert problem.message.startswith(kind.words or "")


def test_a_broken_file_is_refused_with_its_name():
    with pytest.raises(ContractError, match="guide/errors"):
        parse_errors('[[error]]\ncode = "a"\n', file="guide/errors.toml")
    with pytest.raises(ContractError, match="guide/errors"):
        parse_errors("[[", file="guide/errors.toml")
