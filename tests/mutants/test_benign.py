"""Benign variants: they differ from the reference, and never in what is refused."""

from functools import cache

import pytest

from sora_mock.app import Mock
from tests.mutants.benign import BENIGN
from tests.mutants.conversation import converse
from tests.mutants.craft import fresh_mock
from tests.mutants.talk import Heard

UNSERVED = [benign for benign in BENIGN if isinstance(benign.app(), Mock)]


@cache
def reference() -> tuple[Heard, ...]:
    return tuple(converse(fresh_mock()))


def test_names_are_unique():
    assert len({benign.name for benign in BENIGN}) == len(BENIGN)


@pytest.mark.parametrize("benign", UNSERVED, ids=lambda benign: benign.name)
def test_a_variant_differs_from_the_reference(benign):
    assert tuple(converse(benign.app())) != reference()


@pytest.mark.parametrize(
    "benign", [one for one in UNSERVED if not one.name.startswith("tasks-take")], ids=lambda one: one.name
)
def test_a_variant_accepts_and_refuses_like_the_reference(benign):
    assert [heard.status for heard in converse(benign.app())] == [heard.status for heard in reference()]
