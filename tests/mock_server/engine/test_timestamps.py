"""The span of a source video."""

import re
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sora_mock.engine.problems import Refused
from sora_mock.engine.timestamps import check_bounds, parse_span

SECONDS = st.decimals(0, 86_400, places=3)


@given(st.one_of(st.text(), st.from_regex(r"[0-9.,+\-eE ]{0,12}", fullmatch=True)))
@example("5,8")
@example("5,8\n")
@example("٥,٨")
@example("1e1,2e1")
@example("-1,2")
@example(",")
@example("5,")
@example("1" * 5000 + ",8")
def test_every_text_reads_as_a_span_or_is_refused_as_invalid_timestamps(text):
    try:
        span = parse_span(text)
    except Refused as refused:
        assert refused.problem.status == 400
        assert refused.problem.code == "invalid_timestamps"
        assert refused.problem.param == "timestamps"
        assert refused.problem.message.startswith("Invalid timestamps")
    else:
        assert re.fullmatch(r"[0-9]+(\.[0-9]+)?,[0-9]+(\.[0-9]+)?", text)
        assert 0 <= span.start < span.end


@given(SECONDS, SECONDS)
def test_two_plain_instants_in_order_are_read_exactly(start, end):
    if start < end:
        span = parse_span(f"{start},{end}")
        assert (span.start, span.end, span.length) == (start, end, end - start)


@given(SECONDS, SECONDS)
def test_an_end_that_is_not_after_the_start_is_refused_by_the_rule_of_order(start, end):
    if start >= end:
        with pytest.raises(Refused) as caught:
            parse_span(f"{start},{end}")
        assert caught.value.problem.rule == "character.timestamps.order"


def test_instants_that_differ_beyond_float_precision_are_told_apart():
    assert parse_span("1.00000000000000000001,1.00000000000000000002").length == Decimal("1E-20")


@pytest.mark.parametrize("text", ["5-8", "5, 8", " 5,8", "5,8 ", "5;8", "5,8,9", "+5,8", ".5,8", "5.,8", "5,8s", "5"])
def test_other_notations_are_refused_by_the_rule_of_form(text):
    with pytest.raises(Refused) as caught:
        parse_span(text)
    assert caught.value.problem.rule == "character.timestamps.format"


@given(SECONDS, SECONDS)
def test_a_span_must_end_within_the_video(end, length):
    if end <= 0:
        return
    span = parse_span(f"0,{end}")
    if end <= length:
        check_bounds(span, video_length=float(length), min_span=0, max_span=None)
    else:
        with pytest.raises(Refused) as caught:
            check_bounds(span, video_length=float(length), min_span=0, max_span=None)
        assert caught.value.problem.rule == "character.timestamps.range"


@pytest.mark.parametrize(("text", "allowed"), [("0,0.9", False), ("0,1", True), ("0,3", True), ("0,3.1", False)])
def test_a_policy_may_bound_the_length_of_a_span(text, allowed):
    span = parse_span(text)
    if allowed:
        check_bounds(span, video_length=60, min_span=1, max_span=3)
    else:
        with pytest.raises(Refused):
            check_bounds(span, video_length=60, min_span=1, max_span=3)
