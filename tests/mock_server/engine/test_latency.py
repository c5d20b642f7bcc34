"""Distributions and their notation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_mock.engine.latency import (
    DOCUMENTED,
    INSTANT,
    Fixed,
    LatencyError,
    Lognormal,
    Uniform,
    parse_distribution,
    parse_latency,
)

DRAWS = st.floats(0, 1, exclude_max=True)


@given(DRAWS)
def test_documented_times_stay_within_what_the_guide_states(draw):
    assert 10_000 <= DOCUMENTED.url.sample(lambda: draw) <= 30_000
    assert 5_000 <= DOCUMENTED.task.sample(lambda: draw) <= 15_000
    assert 30_000 <= DOCUMENTED.generation.sample(lambda: draw) <= 180_000


@given(DRAWS)
def test_instant_takes_no_time(draw):
    assert INSTANT.url.sample(lambda: draw) == 0


@given(DRAWS)
def test_a_lognormal_time_is_finite_and_not_negative(draw):
    assert 0 <= Lognormal(60, 0.5).sample(lambda: draw) < 10**9


def test_half_of_the_lognormal_times_are_below_the_median():
    assert Lognormal(60, 0.5).sample(lambda: 0.5) == 60_000


@pytest.mark.parametrize(
    ("text", "expected"),
    [("3", Fixed(3)), ("0.5", Fixed(0.5)), ("10..30", Uniform(10, 30)), ("lognormal(60;0.5)", Lognormal(60, 0.5))],
)
def test_each_notation_is_read(text, expected):
    assert parse_distribution(text) == expected


@pytest.mark.parametrize(
    "text", ["", "fast", "-1", "30..10", "1..", "1e9", "86401", "lognormal(0;1)", "lognormal(1;9)"]
)
def test_what_is_no_distribution_is_refused_with_the_notation(text):
    with pytest.raises(LatencyError, match=r"expected SECONDS, LOW\.\.HIGH or lognormal"):
        parse_distribution(text)


def test_a_profile_is_read_by_its_name():
    assert parse_latency("documented") == DOCUMENTED


def test_kinds_that_are_not_named_stay_instant():
    latency = parse_latency("url=2,generation=5..9")
    assert (latency.url, latency.task, latency.generation) == (Fixed(2), Fixed(0), Uniform(5, 9))


@pytest.mark.parametrize("text", ["", "slow", "render=3", "url"])
def test_an_unknown_profile_or_kind_is_refused_with_the_known_ones(text):
    with pytest.raises(LatencyError, match="expected instant, documented or KIND=DISTRIBUTION with KIND one of url"):
        parse_latency(text)
