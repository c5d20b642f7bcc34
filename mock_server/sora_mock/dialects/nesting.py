"""Nesting: flat names with brackets, made into objects and arrays.

Owns the notation: `a[b]` is a field of an object, `a[]` the next item of an array, `a[0]` an item by its number. Must
not know of bodies and their encodings, nor what the values are.
"""

import re
from collections.abc import Iterable
from typing import Any, Final, TypeAlias

DEEPEST: Final = 8
"""The most brackets that a name may have."""

_NAME: Final = re.compile(r"(?P<first>[^\[\]]+)(?P<rest>(?:\[[^\[\]]*\])*)")
_STEP: Final = re.compile(r"\[([^\[\]]*)\]")

Tree: TypeAlias = "dict[str, Any]"


class NestingError(ValueError):
    """A name does not fit the others; `name` is the one that came too late, the message what is wrong."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


class _Items(list[Any]):
    """The items of `a[]`, in order."""


def nested(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Return the object that pairs of names and values write; raise NestingError where they contradict each other.

    Fields after `a[]`, as in `a[][id]`, go into the last item until it has that field already. A name whose brackets
    do not match is a name like any other. The values must be neither dicts nor lists.
    """
    root: Tree = {}
    for name, value in pairs:
        first, *rest = _steps(name)
        _put(root, first, rest, value, name)
    return {key: _settled(held) for key, held in root.items()}


def _steps(name: str) -> list[str]:
    match = _NAME.fullmatch(name)
    if match is None:
        return [name]
    steps = [match["first"], *_STEP.findall(match["rest"])]
    if len(steps) > DEEPEST + 1:
        raise NestingError(name, f"expected at most {DEEPEST} brackets in a name, found {len(steps) - 1}")
    return steps


def _put(tree: Tree, key: str, rest: list[str], value: Any, name: str) -> None:  # noqa: ANN401 - any value
    if not rest:
        if key in tree:
            raise NestingError(name, "expected every field once, found it twice")
        tree[key] = value
    elif rest[0]:
        _put(_inner(tree, key, dict, name), rest[0], rest[1:], value, name)
    else:
        _append(_inner(tree, key, _Items, name), rest[1:], value, name)


def _append(items: _Items, rest: list[str], value: Any, name: str) -> None:  # noqa: ANN401 - any value
    if not rest:
        items.append(value)
        return
    if rest[0] == "":
        raise NestingError(name, "expected a name between the brackets after '[]', found none")
    if not items or not isinstance(items[-1], dict) or _is_taken(items[-1], rest):
        items.append({})
    _put(items[-1], rest[0], rest[1:], value, name)


def _is_taken(tree: Tree, steps: list[str]) -> bool:
    """Tell whether there is a value at a place already, so that another one belongs to the next item."""
    at: Any = tree
    for step in steps:
        if isinstance(at, _Items):
            return False
        if not isinstance(at, dict):
            return True
        if step not in at:
            return False
        at = at[step]
    return not isinstance(at, _Items)


def _inner(tree: Tree, key: str, kind: type[Any], name: str) -> Any:  # noqa: ANN401 - what `kind` says
    held = tree.setdefault(key, kind())
    if type(held) is not kind:
        raise NestingError(name, "expected one kind of value under a name, found two")
    return held


def _settled(held: Any) -> Any:  # noqa: ANN401 - any value
    """Return what was put together: an object whose names are all numbers is an array."""
    if isinstance(held, _Items):
        return [_settled(item) for item in held]
    if not isinstance(held, dict):
        return held
    settled = {key: _settled(item) for key, item in held.items()}
    if settled and all(re.fullmatch(r"[0-9]{1,4}", key) for key in settled):
        return [settled[key] for key in sorted(settled, key=int)]
    return settled
