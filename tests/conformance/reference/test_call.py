import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_conformance.reference import LocalValidationError
from sora_conformance.reference.call import Call, segment, text

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


@pytest.mark.parametrize(("method", "safe"), [("GET", True), ("POST", False), ("DELETE", False)])
def test_only_a_look_can_be_repeated_at_no_risk(method, safe):
    assert Call(method, "/videos/a").safe is safe


def test_it_shows_where_it_goes_and_not_what_is_in_it():
    assert repr(Call("POST", "/videos", b"a prompt")) == "<Call POST /videos>"


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("", "prompt: expected a text that is not empty, found ''"),
        (" \n", "not empty"),
        (None, "found NoneType"),
        (7, "found int"),
        ("\ud800", "surrogate"),
        ("12345", "expected at most 4 characters, found 5"),
    ],
    ids=range(6),
)
def test_a_text_that_can_never_work_is_refused_and_names_the_argument(value, says):
    with pytest.raises(LocalValidationError, match="prompt: ") as caught:
        text("prompt", value, most=4)
    assert says in str(caught.value)


@given(TEXTS)
def test_any_other_text_is_returned_as_it_is(value):
    if value.strip():
        assert text("prompt", value, most=len(value)) == value


@given(TEXTS)
def test_no_id_leads_out_of_its_segment(value):
    if value.strip() and value not in {".", ".."}:
        found = segment("video_id", value)
        assert found.isascii()
        assert not set(found) & set("/?#")


@pytest.mark.parametrize("value", [".", ".."])
def test_a_way_out_of_the_path_is_no_id(value):
    with pytest.raises(LocalValidationError, match="video_id: expected an id"):
        segment("video_id", value)
