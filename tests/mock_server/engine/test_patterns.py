"""Patterns, held against what they mean."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_mock.engine.patterns import fits

TEXTS = st.text("ab*?[\n", max_size=12)


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("", "", True),
        ("", "a", False),
        ("*", "", True),
        ("*", "any\nthing", True),
        ("hero", "hero", True),
        ("hero", "Hero", False),
        ("hero*", "hero.mp4", True),
        ("*.mp4", "hero.mp4", True),
        ("*.mp4", "hero.mp4?x", False),
        ("a*a", "a", False),
        ("a*b*c", "a-b-c", True),
        ("a*b*c", "acb", False),
        ("*ab*ab*", "xabab", True),
        ("*ab*ab*", "xabb", False),
        ("[wide]?", "[wide]?", True),
        ("[wide]", "w", False),
    ],
)
def test_only_the_star_is_special(pattern, text, expected):
    assert fits(pattern, text) is expected


@given(pattern=TEXTS, text=TEXTS)
def test_a_pattern_fits_what_the_same_regular_expression_does(pattern, text):
    expression = ".*".join(map(re.escape, pattern.split("*")))
    assert fits(pattern, text) == (re.fullmatch(expression, text, re.DOTALL) is not None)


def test_a_pattern_of_many_stars_does_not_try_everything():
    assert not fits("*a" * 200 + "b", "a" * 100_000)
