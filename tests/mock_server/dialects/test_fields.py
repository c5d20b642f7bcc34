"""The reading of bodies."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_mock.dialects.fields import items, json_object, text, whole
from sora_mock.engine.problems import Refused, too_large
from sora_mock.wire import Request

JSON = {"content-type": "application/json"}
VALUES = {
    "an object": {},
    "an array": [],
    "a string": "x",
    "a boolean": True,
    "an integer": 1,
    "a number": 0.5,
    "null": None,
}


def read(body, headers=JSON, **changes):
    return json_object(Request(method="POST", path="/", headers=headers, body=body, **changes))


def refusal_of(call, *arguments, **changes):
    with pytest.raises(Refused) as caught:
        call(*arguments, **changes)
    return caught.value.problem


@pytest.mark.parametrize("declared", ["application/json", "Application/JSON", "application/json; charset=utf-8"])
def test_a_json_object_is_read(declared):
    assert read(b'{"a": 1}', {"content-type": declared}) == {"a": 1}


@pytest.mark.parametrize(
    "declared", ["text/plain", "application/jsonp", "", "multipart/form-data", "application/x+json"]
)
def test_another_content_type_is_refused(declared):
    problem = refusal_of(read, b"{}", {"content-type": declared})
    assert (problem.status, problem.code) == (415, "unsupported_media_type")


def test_a_missing_content_type_is_refused():
    assert "found none" in refusal_of(read, b"{}", {}).message


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "ends too early, or a string holds half of a surrogate pair"),
        (b"{", "ends too early, or a string holds half of a surrogate pair"),
        (b"nope", "invalid"),
        (b"{'a': 1}", "object keys must be strings"),
        (b'{"a": NaN}', "invalid"),
        (b'{"a": Infinity}', "invalid"),
        (b'{"a": 1e400}', "out of range"),
        (b'{"a": ' + b"9" * 5000 + b"}", "out of range"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a": "\xff"}', "not valid UTF-8"),
        (b'{"a": "\\ud800"}', "ends too early, or a string holds half of a surrogate pair"),
        (b"\xef\xbb\xbf{}", "invalid"),
        ("{}".encode("utf-16"), "invalid"),
        (b"[]", "expected an object, found an array"),
        (b"null", "expected an object, found null"),
        (b'"x"', "expected an object, found a string"),
        (b"1.5", "expected an object, found a number"),
    ],
)
def test_what_is_no_json_object_is_refused_with_the_reason(body, words):
    problem = refusal_of(read, body)
    assert (problem.status, problem.code, problem.param) == (400, "invalid_json", None)
    assert words in problem.message


@given(st.binary())
def test_any_bytes_are_an_object_or_refused(body):
    try:
        assert isinstance(read(body), dict)
    except Refused as refused:
        assert refused.problem.code == "invalid_json"


def test_a_body_that_could_not_be_taken_in_is_refused_with_that_reason():
    assert refusal_of(read, b"", unreadable=too_large(10)).status == 413


def test_unknown_fields_are_refused_only_where_the_known_ones_are_given():
    request = Request(method="POST", path="/", headers=JSON, body=b'{"promt": "x"}')
    assert json_object(request) == {"promt": "x"}
    problem = refusal_of(json_object, request, known=("model", "prompt"))
    assert (problem.param, problem.rule) == ("promt", "request.field.unknown")
    assert "Did you mean 'prompt'?" in problem.message


def test_an_unknown_field_that_resembles_nothing_gets_the_list():
    request = Request(method="POST", path="/", headers=JSON, body=b'{"zzz": 1}')
    assert "expected one of model, prompt" in refusal_of(json_object, request, known=("prompt", "model")).message


@pytest.mark.parametrize(("read_as", "fitting"), [(text, {"a string"}), (whole, {"an integer"})])
@pytest.mark.parametrize("kind", VALUES)
def test_a_field_of_another_type_is_refused_with_both_types(read_as, fitting, kind):
    body = {"it": VALUES[kind]}
    if kind in fitting:
        assert read_as(body, "it") == VALUES[kind]
    else:
        problem = refusal_of(read_as, body, "it", param="scenes[0].it")
        assert (problem.code, problem.param) == ("invalid_type", "scenes[0].it")
        assert problem.message == f"Invalid type for 'scenes[0].it': expected {fitting.copy().pop()}, found {kind}."


def test_a_field_that_is_absent_is_none():
    assert (text({}, "it"), whole({}, "it"), items({}, "it")) == (None, None, None)


def test_a_number_without_a_fraction_is_whole():
    assert whole({"it": 10.0}, "it") == 10


def test_every_item_of_an_array_must_be_an_object():
    problem = refusal_of(items, {"it": [{}, "x"]}, "it")
    assert (problem.param, problem.code) == ("it[1]", "invalid_type")
