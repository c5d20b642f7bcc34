"""Operators: small pure changes of one reply, by kind, as tools that mutate HTTP replies have them.

Owns the 23 kinds: three of the status, six of a header, fourteen of a place in a JSON body. An operator that has
nothing to change returns the reply as it is. Whether a change breaks the contract is not its business.
"""

import copy
from collections.abc import Callable
from typing import Any, NamedTuple


class Told(NamedTuple):
    """A reply, taken apart: `json` is None for a body that is none; header names are in lower case."""

    status: int
    headers: tuple[tuple[str, str], ...]
    json: Any


Operator = Callable[[Told], Told]
_MISSING = object()

# -- three of the status -----------------------------------------------------------------------------------------


def status_to(number: int) -> Operator:
    """Return the operator that answers another status."""
    return lambda told: told._replace(status=number)


STATUS: dict[str, int] = {"status to another success": 201, "status to 4xx": 418, "status to 5xx": 502}

# -- six of a header ---------------------------------------------------------------------------------------------


def _header(change: Callable[[str], list[str]]) -> Callable[[str], Operator]:
    def of(name: str) -> Operator:
        def operator(told: Told) -> Told:
            pairs = [(key, new) for key, value in told.headers for new in (change(value) if key == name else [value])]
            return told._replace(headers=tuple(pairs))

        return operator

    return of


HEADER: dict[str, Callable[[str], Operator]] = {
    "header removed": _header(lambda value: []),
    "header emptied": _header(lambda value: [""]),
    "header replaced": _header(lambda value: ["text/x-other"]),
    "header cut": _header(lambda value: [value[: len(value) // 2]]),
    "header lengthened": _header(lambda value: [value + "0"]),
    "header constant": _header(lambda value: ["1"]),
}

# -- fourteen of a place in a JSON body --------------------------------------------------------------------------


def _place(change: Callable[[Any], Any]) -> Callable[[str], Operator]:
    """Return the operator that changes the value at a dotted path; `_MISSING` takes it out, or changes nothing."""

    def at(path: str) -> Operator:
        *way, last = path.split(".")

        def operator(told: Told) -> Told:
            json = holder = copy.deepcopy(told.json)
            for name in way:
                holder = holder.get(name) if isinstance(holder, dict) else None
            if not isinstance(holder, dict) or last not in holder:
                return told
            value = change(holder[last])
            if value is _MISSING:
                del holder[last]
            else:
                holder[last] = value
            return told._replace(json=json)

        return operator

    return at


def _if(kinds: type | tuple[type, ...], change: Callable[[Any], Any]) -> Callable[[str], Operator]:
    def of_kind(value: Any) -> Any:
        return change(value) if isinstance(value, kinds) and not isinstance(value, bool) else value

    return _place(of_kind)


def _retyped(value: Any) -> Any:
    match value:
        case str():
            return 7
        case int() | float():
            return str(value)
        case None:
            return 0
        case _:
            return "object"


def _changed(text: str) -> str:
    """Return the text with its middle letter replaced by another of its kind."""
    middle = len(text) // 2
    letter = text[middle : middle + 1]
    other = "1" if letter == "0" else "0" if letter.isdigit() else "b" if letter == "a" else "a"
    return text[:middle] + other + text[middle + 1 :]


_NUMBER = (int, float)

BODY: dict[str, Callable[[str], Operator]] = {
    "removed": _place(lambda value: _MISSING),
    "nulled": _place(lambda value: None),
    "retyped": _place(_retyped),
    "object emptied": _if(dict, lambda value: {}),
    "array emptied": _if(list, lambda value: []),
    "element duplicated": _if(list, lambda value: value + value[:1]),
    "element removed": _if(list, lambda value: value[1:]),
    "elements reversed": _if(list, lambda value: value[::-1]),
    "text emptied": _if(str, lambda value: ""),
    "text changed": _if(str, _changed),
    "case swapped": _if(str, str.swapcase),
    "number negated": _if(_NUMBER, lambda value: -value - 1),
    "number plus one": _if(_NUMBER, lambda value: value + 1),
    "number with a fraction": _if(_NUMBER, lambda value: value + 0.5),
}

KINDS = (*STATUS, *HEADER, *BODY)
"""The names of all kinds."""
