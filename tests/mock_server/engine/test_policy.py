"""The knobs."""

import pytest

from sora_mock.engine.latency import DOCUMENTED
from sora_mock.engine.policy import Policy, PolicyError, check_knobs, with_knobs


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("creations_per_minute", "10", 10),
        ("min_span", "1", 1.0),
        ("max_span", "3.5", 3.5),
        ("max_span", "none", None),
        ("task_timestamps", "require", "require"),
        ("task_lifetime", "60", 60.0),
        ("unknown_mention", "fail", "fail"),
        ("unknown_fields", "refuse", "refuse"),
        ("max_prompt", "100", 100),
        ("max_duration", "20", 20),
        ("max_scenes", "3", 3),
        ("max_body", "1024", 1024),
        ("max_upload", "2048", 2048),
    ],
)
def test_a_knob_is_set_from_its_text(name, text, value):
    assert getattr(with_knobs(Policy(), {name: text}), name) == value


def test_an_unknown_knob_is_refused_with_the_known_ones():
    with pytest.raises(PolicyError, match="unknown knob 'speed'; expected one of creations_per_minute"):
        with_knobs(Policy(), {"speed": "9"})


def test_latency_is_set_in_its_own_notation():
    assert with_knobs(Policy(), {"latency": "documented"}).latency == DOCUMENTED


def test_a_bad_latency_is_refused_as_its_option_is():
    with pytest.raises(PolicyError, match="knob 'latency': latency 'slow': expected instant, documented"):
        with_knobs(Policy(), {"latency": "slow"})


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("creations_per_minute", "0"),
        ("creations_per_minute", "many"),
        ("min_span", "-1"),
        ("min_span", "nan"),
        ("task_timestamps", "maybe"),
        ("max_duration", "61"),
        ("max_body", "none"),
    ],
)
def test_a_bad_value_is_refused_with_the_knob_and_what_was_found(name, text):
    with pytest.raises(PolicyError, match=rf"knob '{name}': expected .*, found '{text}'"):
        with_knobs(Policy(), {name: text})


@pytest.mark.parametrize(
    ("tier", "limit", "videos"), [(1, 60, 25), (2, 120, 50), (3, 300, 125), (4, 480, 200), (5, 900, 375)]
)
def test_a_tier_scales_the_limits(tier, limit, videos):
    policy = Policy().of_tier(tier)
    assert (policy.creations_per_minute, policy.videos_per_minute) == (limit, videos)


def test_knobs_that_contradict_one_another_are_refused_with_both_names():
    with pytest.raises(PolicyError, match=r"'min_span' and 'max_span': .*, found 5 and 3"):
        check_knobs({"min_span": "5", "max_span": "3"})


@pytest.mark.parametrize(
    "knobs", [{"min_span": "3", "max_span": "3"}, {"min_span": "5"}, {"min_span": "5", "max_span": "none"}]
)
def test_knobs_that_agree_are_taken(knobs):
    check_knobs(knobs)
