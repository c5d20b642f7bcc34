"""Validators: what is wrong with a value, told apart."""

import pytest

from sora_conformance.server.schema_validators import Wrong, validator, wrongs

SCENE = {"$ref": "#/components/schemas/Scene"}


def told(schema, value):
    return [(wrong.pointer, wrong.keyword) for wrong in wrongs(validator(schema), value)]


def test_a_schema_may_refer_to_the_contract():
    assert told(SCENE, {"prompt": "Rain", "duration": 4}) == []
    assert told(SCENE, {"prompt": "", "duration": 61}) == [("/prompt", "minLength"), ("/duration", "maximum")]


def test_a_missing_field_is_named_by_its_pointer():
    assert wrongs(validator(SCENE), {"prompt": "Rain"}) == [Wrong("/duration", "required", "a value", "nothing", None)]


def test_a_pointer_is_escaped():
    schema = {"properties": {"a/b": {"properties": {"~": {"type": "string"}}}}}
    assert told(schema, {"a/b": {"~": 1}}) == [("/a~1b/~0", "type")]


def test_a_choice_of_types_is_told_from_one_type():
    assert told({"type": "string"}, 1) == [("", "type")]
    assert told({"type": ["string", "null"]}, 1) == [("", "types")]


@pytest.mark.parametrize(
    ("schema", "value", "finding"),
    [
        ({"type": ["string", "null"]}, 1, "the body: expected null or string, found 1"),
        ({"const": "a"}, "b", "the body: expected 'a', found 'b'"),
        ({"enum": ["a", "b"]}, "c", "the body: expected one of ['a', 'b'], found 'c'"),
        ({"items": {"minimum": 3}}, [3, 2], "/1: expected at least 3, found 2"),
        ({"uniqueItems": True}, [1, 1], "the body: expected what 'uniqueItems' asks for, found [1, 1]"),
        ({"format": "sora-timestamps"}, "1-2", "the body: expected the format 'sora-timestamps', found '1-2'"),
    ],
)
def test_a_finding_is_a_sentence(schema, value, finding):
    assert [wrong.finding for wrong in wrongs(validator(schema), value)] == [finding]


def test_of_a_choice_the_alternative_that_fits_best_is_told():
    kinds = [{"properties": {"kind": {"const": name}}, "required": [name], "type": "object"} for name in ("a", "b")]
    assert told({"oneOf": [*kinds, {"type": "null"}]}, {"kind": "b"}) == [("/b", "required")]


@pytest.mark.parametrize("text", ["1,2", "0.5,2.75", "10,11"])
def test_timestamps_have_a_form(text):
    assert told({"format": "sora-timestamps"}, text) == []


@pytest.mark.parametrize("text", ["https://a.example/b?c=é", "http://127.0.0.1:80/"])
def test_an_address_is_absolute(text):
    assert told({"format": "uri"}, text) == []


@pytest.mark.parametrize("text", ["", "a/b", "//a.example/b", "http://[", "mailto:a@b"])
def test_what_names_no_host_is_no_address(text):
    assert told({"format": "uri"}, text) == [("", "format")]
