import pytest

from sora_conformance.contract.references import resolve

DOCUMENT = {"components": {"a/b~c": {"type": "string"}, "first": {"$ref": "#/components/second"}, "second": {"x": 1}}}


def test_what_is_no_reference_stands_for_itself():
    node = {"type": "string"}

    assert resolve(DOCUMENT, node) is node


def test_a_chain_of_references_is_followed_to_its_end():
    assert resolve(DOCUMENT, {"$ref": "#/components/first"}) == {"x": 1}


def test_escaped_names_are_read():
    assert resolve(DOCUMENT, {"$ref": "#/components/a~1b~0c"}) == {"type": "string"}


@pytest.mark.parametrize(
    "reference", ["#/components/third", "#/components/second/x", "#/components/second/x/y", "#/nothing/at/all"]
)
def test_a_reference_to_nothing_is_told(reference):
    with pytest.raises(LookupError, match=f"^reference '{reference}' leads nowhere$"):
        resolve(DOCUMENT, {"$ref": reference})


def test_a_reference_to_another_document_is_told():
    with pytest.raises(LookupError, match="leads out of the document"):
        resolve(DOCUMENT, {"$ref": "other.yaml#/components/first"})
