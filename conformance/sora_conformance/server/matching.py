"""Matching: what a table expects of a value in a reply, and whether the value is that.

Owns the operators that may stand in a table in the place of a value. Objects in a reply may have more fields than are
expected; a plain value has to be equal, and of the same JSON type.
"""

import re
from collections.abc import Callable
from typing import Any

TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
    "null": (type(None),),
}

ABSENT = object()
"""Stands for a value that is not there."""


def _of_type(found: Any, name: str) -> bool:  # noqa: ANN401 - any JSON value
    # To Python a boolean is an integer; to JSON it is not.
    return isinstance(found, TYPES[name]) and (name == "boolean" or not isinstance(found, bool))


OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "$type": _of_type,
    "$pattern": lambda found, form: isinstance(found, str) and re.fullmatch(form, found) is not None,
    "$in": lambda found, values: found in values,
    "$min": lambda found, least: _of_type(found, "number") and found >= least,
    "$max": lambda found, most: _of_type(found, "number") and found <= most,
    "$not": lambda found, value: found is not ABSENT and found != value,
    "$length": lambda found, length: isinstance(found, list | str | dict) and len(found) == length,
    "$minlength": lambda found, length: isinstance(found, list | str | dict) and len(found) >= length,
    "$optional": lambda found, value: found is ABSENT or _equal(found, value),
    "$absent": lambda found, absent: (found is ABSENT) is absent,
}
"""What may be expected of a value instead of an equal one, several together."""


def mismatches(found: Any, expected: Any, place: str) -> list[str]:  # noqa: ANN401 - any JSON value
    """Expect `found`, which stands at `place`, to be as `expected` says; return what is not."""
    if isinstance(expected, dict) and expected and set(expected) <= set(OPERATORS):
        return [
            f"{place}: expected {name[1:]} {operand!r}, found {shown(found)}"
            for name, operand in expected.items()
            if not OPERATORS[name](found, operand)
        ]
    if isinstance(expected, dict) and isinstance(found, dict):
        return [
            finding
            for name, value in expected.items()
            for finding in mismatches(found.get(name, ABSENT), value, f"{place}/{name}")
        ]
    if _equal(found, expected):
        return []
    return [f"{place}: expected {shown(expected)}, found {shown(found)}"]


def shown(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """Return a value as it may stand in a sentence."""
    text = "nothing" if value is ABSENT else repr(value)
    return text if len(text) <= 120 else text[:117] + "..."


def _equal(found: Any, expected: Any) -> bool:  # noqa: ANN401 - any JSON value
    return found == expected and isinstance(found, bool) == isinstance(expected, bool)
