"""Matching: what may be expected of a value, and when it is met."""

import pytest

from sora_conformance.server.matching import ABSENT, mismatches, shown


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (3, 3),
        (3.0, 3),
        (None, None),
        ("a", "a"),
        ([1, {"a": 2}], [1, {"a": 2}]),
        ({"a": 1, "more": 2}, {"a": 1}),
        ({"a": {"b": 1, "more": 2}}, {"a": {"b": {"$min": 1}}}),
        ("char_1", {"$type": "string", "$minlength": 1, "$pattern": "char_[0-9]+"}),
        (3, {"$type": "integer", "$min": 3, "$max": 3}),
        (3.5, {"$type": "number"}),
        (True, {"$type": "boolean"}),
        (None, {"$type": "null"}),
        ([], {"$type": "array", "$length": 0}),
        ({}, {"$type": "object"}),
        ("b", {"$in": ["a", "b"]}),
        ("b", {"$not": "a"}),
        (ABSENT, {"$absent": True}),
        (None, {"$absent": False}),
        (ABSENT, {"$optional": "a"}),
        ("a", {"$optional": "a"}),
    ],
)
def test_what_is_as_expected_has_no_finding(found, expected):
    assert mismatches(found, expected, "/here") == []


@pytest.mark.parametrize(
    ("found", "expected", "finding"),
    [
        (3, "3", "/here: expected '3', found 3"),
        (True, 1, "/here: expected 1, found True"),
        (1, True, "/here: expected True, found 1"),
        (ABSENT, None, "/here: expected None, found nothing"),
        ({"a": 1}, {"a": 2}, "/here/a: expected 2, found 1"),
        ({}, {"a": 2}, "/here/a: expected 2, found nothing"),
        ([], {"a": 2}, "/here: expected {'a': 2}, found []"),
        (True, {"$type": "integer"}, "/here: expected type 'integer', found True"),
        (3.0, {"$type": "integer"}, "/here: expected type 'integer', found 3.0"),
        (3, {"$type": "string"}, "/here: expected type 'string', found 3"),
        (ABSENT, {"$type": "null"}, "/here: expected type 'null', found nothing"),
        ("xchar_1", {"$pattern": "char_1"}, "/here: expected pattern 'char_1', found 'xchar_1'"),
        (None, {"$pattern": ".*"}, "/here: expected pattern '.*', found None"),
        ("4", {"$min": 3}, "/here: expected min 3, found '4'"),
        (4, {"$max": 3}, "/here: expected max 3, found 4"),
        ("a", {"$not": "a"}, "/here: expected not 'a', found 'a'"),
        (ABSENT, {"$not": "a"}, "/here: expected not 'a', found nothing"),
        ([], {"$minlength": 1}, "/here: expected minlength 1, found []"),
        (3, {"$length": 1}, "/here: expected length 1, found 3"),
        ("a", {"$absent": True}, "/here: expected absent True, found 'a'"),
        ("b", {"$optional": "a"}, "/here: expected optional 'a', found 'b'"),
        (None, {"$optional": "a"}, "/here: expected optional 'a', found None"),
    ],
)
def test_what_is_not_is_told(found, expected, finding):
    assert mismatches(found, expected, "/here") == [finding]


def test_every_operator_that_is_not_met_is_told():
    assert len(mismatches("", {"$type": "integer", "$minlength": 1, "$not": "a"}, "/here")) == 2


def test_long_values_are_cut():
    assert len(shown("a" * 1000)) == 120
