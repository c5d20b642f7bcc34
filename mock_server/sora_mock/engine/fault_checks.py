"""Whether a fault makes sense: everything that its types alone do not say.

Owns the checks of single faults and of many together. It puts none in place.
"""

from collections.abc import Iterable, Sequence

import msgspec

from sora_mock.engine.effects import (
    NAMED,
    PROBLEMS,
    ContentTypeEffect,
    Effect,
    LatencyEffect,
    ProblemEffect,
    TaskEffect,
)
from sora_mock.engine.faults import MAX_FAULTS, Fault, When, effect_of
from sora_mock.engine.latency import LatencyError, parse_distribution

RESERVED_HEADERS = frozenset({"content-length", "transfer-encoding", "connection", "x-request-id"})
"""Headers that no fault may set: they frame the reply, or number it."""

_EXPECTED = {
    "name": "up to 64 letters, digits, dots, hyphens and underscores",
    "match.method": "the name of a method",
}
"""What is expected where a type alone would say it in signs."""


class FaultError(ValueError):
    """A fault that cannot be: `path` is the place in it, `reason` what was expected and found."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}" if path else reason)
        self.path = path
        self.reason = reason


def checked(fault: Fault) -> Fault:
    """Return the fault if all in it makes sense together; raise FaultError with the place otherwise."""
    if isinstance(fault.effect, str) and fault.effect not in NAMED:
        raise FaultError("effect", f"expected {_one_of(NAMED)}, or an object; found {fault.effect!r}")
    _check_types(fault)
    effect = effect_of(fault)
    _check_effect(effect)
    if isinstance(effect, TaskEffect):
        _check_task(fault)
    if isinstance(effect, ProblemEffect) and effect.done and fault.prevent:
        raise FaultError("prevent", "expected false, as the effect says that the operation is done; found true")
    _check_when(fault.when)
    return fault


def check_together(faults: Sequence[Fault], names: Iterable[str]) -> None:
    """Check faults that are put in place at once under these names; raise FaultError, its path `faults[number]…`."""
    taken: set[str] = set()
    for number, (fault, name) in enumerate(zip(faults, names, strict=True)):
        try:
            checked(fault)
            if name in taken:
                raise FaultError("name", f"expected a name of its own; found {name.rpartition('/')[2]!r} again")
        except FaultError as error:
            raise FaultError(f"faults[{number}].{error.path}", error.reason) from None
        taken.add(name)
    if len(faults) > MAX_FAULTS:
        raise FaultError("faults", f"expected at most {MAX_FAULTS}; found {len(faults)}")


def _check_types(fault: Fault) -> None:
    """Hold the fault against its own types: what was made in Python has not been."""
    try:
        msgspec.convert(msgspec.to_builtins(fault), Fault)
    except msgspec.ValidationError as error:
        reason, _, path = str(error).rpartition(" - at `$.")
        place = path.rstrip("`")
        words = f"expected {_EXPECTED[place]}" if place in _EXPECTED else reason[:1].lower() + reason[1:]
        raise FaultError(place, words.replace("`", "")) from None
    except (TypeError, msgspec.EncodeError) as error:
        raise FaultError("", str(error)) from None


def _check_effect(effect: Effect) -> None:
    match effect:
        case ProblemEffect():
            if effect.code not in PROBLEMS:
                raise FaultError("effect.code", f"expected {_one_of(PROBLEMS)}; found {effect.code!r}")
            _check_headers(effect.headers)
        case LatencyEffect():
            try:
                parse_distribution(effect.seconds)
            except LatencyError as error:
                raise FaultError("effect.seconds", str(error)) from None
        case ContentTypeEffect():
            if not _is_header_value(effect.value):
                raise FaultError("effect.value", f"expected printable ASCII; found {effect.value!r}")


def _check_task(fault: Fault) -> None:
    if fault.match.operation not in {None, *TaskEffect.operations}:
        expected = f"expected {_one_of(TaskEffect.operations)}, the only ones that a task effect can befall"
        raise FaultError("match.operation", f"{expected}; found {fault.match.operation}")
    if fault.prevent:
        raise FaultError("prevent", "expected false, as a task that is not accepted has no fate; found true")


def _check_when(when: When) -> None:
    if when.end is not None and when.end <= when.start:
        raise FaultError("when.end", f"expected more than when.start, {when.start:g}; found {when.end:g}")
    if when.first is not None and when.every is not None and when.first < when.every:
        expected = f"expected at least when.every, {when.every}, or it never strikes"
        raise FaultError("when.first", f"{expected}; found {when.first}")


def _check_headers(headers: dict[str, str]) -> None:
    for name, value in headers.items():
        is_plain = name.isascii() and name.replace("-", "").isalnum() and len(name) <= 200
        if not is_plain or name.lower() in RESERVED_HEADERS:
            expected = f"expected plain header names, none of {', '.join(sorted(RESERVED_HEADERS))}"
            raise FaultError("effect.headers", f"{expected}; found {name[:200]!r}")
        if not _is_header_value(value):
            raise FaultError("effect.headers", f"expected printable ASCII as {name}; found {value[:200]!r}")


def _is_header_value(text: str) -> bool:
    return text.isascii() and text.isprintable() and len(text) <= 4096


def _one_of(names: Iterable[str]) -> str:
    return f"one of {', '.join(names)}"
