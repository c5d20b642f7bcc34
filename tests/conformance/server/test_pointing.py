"""Pointing: what stands where in a document."""

import pytest

from sora_conformance.server.matching import ABSENT
from sora_conformance.server.pointing import at

DOCUMENT = {"a": {"b": [10, {"c": None}]}, "": 1, "x/y": 2, "m~n": 3, "0": 4}


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("", DOCUMENT),
        ("/a/b/0", 10),
        ("/a/b/1/c", None),
        ("/", 1),
        ("/x~1y", 2),
        ("/m~0n", 3),
        ("/0", 4),
        ("/a/b/2", ABSENT),
        ("/a/b/-1", ABSENT),
        ("/a/b/x", ABSENT),
        ("/a/b/0/c", ABSENT),
        ("/nothing", ABSENT),
        ("/a/nothing/c", ABSENT),
    ],
)
def test_a_pointer_leads_to_a_value_or_to_none(pointer, value):
    assert at(DOCUMENT, pointer) is value or at(DOCUMENT, pointer) == value


@pytest.mark.parametrize("document", [None, 3, "text", [], True])
def test_no_document_upsets_a_pointer(document):
    assert at(document, "/a/0") is ABSENT
