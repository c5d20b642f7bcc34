from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_conformance.reference import LocalValidationError
from sora_conformance.reference.spans import timestamps_of


@pytest.mark.parametrize("text", ["5,8", "0,0.5", "0.25,3", "00,1", "12.50,13"])
def test_a_well_formed_text_is_left_as_it_is(text):
    assert timestamps_of(text) == text


@pytest.mark.parametrize(
    ("pair", "text"),
    [
        ((5, 8), "5,8"),
        ((5.0, 8.5), "5,8.5"),
        ((0, 1e-7), "0,0.0000001"),
        ((10, 100), "10,100"),
        ((0.1, 0.2), "0.1,0.2"),
        ((Decimal("1.50"), Decimal(20)), "1.5,20"),
        ([1, 2], "1,2"),
    ],
)
def test_a_pair_of_numbers_is_written_plainly(pair, text):
    assert timestamps_of(pair) == text


@pytest.mark.parametrize(
    ("span", "says"),
    [
        ("5-8", "plain decimal"),
        ("5, 8", "plain decimal"),
        (" 5,8", "plain decimal"),
        ("5,8\n", "plain decimal"),
        ("5", "plain decimal"),
        ("5,8,9", "plain decimal"),
        ("1e0,8", "plain decimal"),
        ("5.,8", "plain decimal"),
        ("٥,٨", "plain decimal"),
        ("", "plain decimal"),
        ("-1,3", "no negative"),
        ((-1, 3), "no negative"),
        ("8,5", "after the start"),
        ("5,5", "after the start"),
        ("5,5.0", "after the start"),
        ((8, 5), "after the start"),
        ((5,), "pair"),
        ((5, 6, 7), "pair"),
        ((5, "8"), "pair"),
        ((False, True), "pair"),
        ((0, float("inf")), "plain decimal"),
        ((float("nan"), 3), "plain decimal"),
        (None, "pair"),
        ({"start": 5, "end": 8}, "pair"),
    ],
)
def test_what_can_never_work_is_refused_and_says_why(span, says):
    with pytest.raises(LocalValidationError, match=says):
        timestamps_of(span)


@given(st.floats(0, 1e9), st.floats(0, 1e9))
def test_a_pair_comes_out_as_the_numbers_that_it_is(start, end):
    if start < end:
        text = timestamps_of((start, end))
        assert tuple(map(float, text.split(","))) == (start, end)
        assert timestamps_of(text) == text
    else:
        with pytest.raises(LocalValidationError):
            timestamps_of((start, end))
