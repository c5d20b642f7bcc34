import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_mock.dialects.nesting import NestingError, nested


@pytest.mark.parametrize(
    ("pairs", "value"),
    [
        ([("a", "1"), ("b", "2")], {"a": "1", "b": "2"}),
        ([("video[id]", "video_1")], {"video": {"id": "video_1"}}),
        ([("a[b][c]", "1"), ("a[b][d]", "2")], {"a": {"b": {"c": "1", "d": "2"}}}),
        ([("a[]", "1"), ("a[]", "2")], {"a": ["1", "2"]}),
        ([("characters[][id]", "x"), ("characters[][id]", "y")], {"characters": [{"id": "x"}, {"id": "y"}]}),
        ([("a[][id]", "x"), ("a[][as]", "y"), ("a[][id]", "z")], {"a": [{"id": "x", "as": "y"}, {"id": "z"}]}),
        ([("a[][id]", "x"), ("a[][t][]", "1"), ("a[][t][]", "2")], {"a": [{"id": "x", "t": ["1", "2"]}]}),
        (
            [("a[][b][c]", "1"), ("a[][b][d]", "2"), ("a[][b][c]", "3")],
            {"a": [{"b": {"c": "1", "d": "2"}}, {"b": {"c": "3"}}]},
        ),
        ([("a[1][id]", "y"), ("a[0][id]", "x")], {"a": [{"id": "x"}, {"id": "y"}]}),
        ([("a[7]", "x"), ("a[10]", "y")], {"a": ["x", "y"]}),
        ([("a[0]", "x"), ("a[b]", "y")], {"a": {"0": "x", "b": "y"}}),
        (
            [("a[b", "1"), ("a]b", "2"), ("[c]", "3"), ("a[b]c", "4")],
            {"a[b": "1", "a]b": "2", "[c]": "3", "a[b]c": "4"},
        ),
    ],
)
def test_brackets_make_objects_and_arrays(pairs, value):
    assert nested(pairs) == value


@pytest.mark.parametrize(
    ("names", "at_fault", "message"),
    [
        (["a", "a"], "a", "twice"),
        (["a[b]", "a[b]"], "a[b]", "twice"),
        (["a", "a[b]"], "a[b]", "one kind"),
        (["a", "a[]"], "a[]", "one kind"),
        (["a[b]", "a[]"], "a[]", "one kind"),
        (["a[b]", "a"], "a", "twice"),
        (["a[][]"], "a[][]", "a name between"),
        (["a" + "[b]" * 9], "a" + "[b]" * 9, "at most 8"),
    ],
)
def test_names_that_contradict_each_other_are_refused(names, at_fault, message):
    with pytest.raises(NestingError, match=message) as caught:
        nested((name, "1") for name in names)
    assert caught.value.name == at_fault


NAMES = st.text("abcxyz_é", min_size=1, max_size=5)
OBJECTS = st.dictionaries(NAMES, st.text(max_size=3), max_size=2).map(lambda rest: {"id": "0"} | rest)
VALUES = st.recursive(
    st.text(max_size=5)
    | st.lists(st.text(max_size=3), min_size=1, max_size=3)
    | st.lists(OBJECTS, min_size=1, max_size=3),
    lambda inner: st.dictionaries(NAMES, inner, min_size=1, max_size=3),
    max_leaves=8,
).filter(lambda value: depth(value) < 7)


def depth(value):
    return 1 + max(map(depth, value.values())) if isinstance(value, dict) else 1


def written(name, value):
    """Write a value as the official clients do."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from written(f"{name}[{key}]", inner)
    elif isinstance(value, list):
        for item in value:
            yield from written(f"{name}[]", item)
    else:
        yield name, value


@given(st.dictionaries(NAMES, VALUES, max_size=4))
def test_what_is_written_is_read_back(fields):
    assert nested(pair for name, value in fields.items() for pair in written(name, value)) == fields


@given(st.lists(st.text("ab[]01", max_size=12)))
def test_any_names_are_read_or_refused(names):
    try:
        assert isinstance(nested((name, "1") for name in names), dict)
    except NestingError as error:
        assert error.name in names
