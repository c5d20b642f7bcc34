"""Reading: a TOML text on one side, a scenario that makes sense on the other.

Owns the form of scenario files, and tells every mistake in one line with its place. Where the text comes from is not
its business.
"""

import re
import tomllib
from typing import Any, get_args

import msgspec

from sora_mock.engine.effects import Effect, Fate
from sora_mock.engine.fault_checks import FaultError, check_together
from sora_mock.engine.faults import Fault, Match, OperationName, When
from sora_mock.engine.policy import KNOBS, STARTING_KNOBS, Policy, PolicyError, check_knobs, with_knobs
from sora_mock.engine.scenario import Name, Scenario
from sora_mock.scenarios.places import line_of


class ScenarioError(ValueError):
    """A scenario that is not there, cannot be read, or makes no sense; the message is one line with the place."""


class File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A scenario as it is written: `limits` and `latency` are knobs, each `fault` is a table of its own."""

    name: Name
    summary: str
    limits: dict[str, object] = {}
    latency: str | None = None
    fault: tuple[Fault, ...] = ()


LIMITS = tuple(name for name in KNOBS if name not in STARTING_KNOBS)
"""The knobs that a scenario can set."""

_FIELDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"", File.__struct_fields__),
    (r"fault\[\d+\]", Fault.__struct_fields__),
    (r"fault\[\d+\]\.match", Match.__struct_fields__),
    (r"fault\[\d+\]\.when", When.__struct_fields__),
)
"""What may be written in which table."""

_CHOICES: dict[str, tuple[str, ...]] = {
    "match.operation": get_args(OperationName),
    "effect.type": tuple(str(kind.__struct_config__.tag) for kind in get_args(Effect)),
    "effect.fate": get_args(Fate),
}
"""What may stand where only some words may."""

_LETTERS = "up to 64 small letters, digits and hyphens (a fault's name: also capitals, dots and underscores)"

_UNKNOWN = re.compile(r"Object contains unknown field `(.*)`")
_AT_LINE = re.compile(r"(.*) \(at (?:line (\d+), column \d+|end of document)\)", re.DOTALL)


def parse(text: str, *, origin: str) -> Scenario:
    """Return the scenario that a TOML text describes; raise ScenarioError, which names `origin`, line and place."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _syntax_error(str(error), text, origin) from None
    except RecursionError:
        raise ScenarioError(f"{origin}:1: expected a scenario; found tables nested too deeply") from None
    try:
        file = msgspec.convert(content, File)
    except msgspec.ValidationError as error:
        raise _form_error(str(error), content, text, origin) from None
    knobs = _checked_knobs(file, text, origin)
    scenario = Scenario(name=file.name, summary=file.summary.strip(), knobs=knobs, faults=file.fault)
    try:
        check_together(scenario.faults, scenario.fault_names())
    except FaultError as error:
        path = error.path.replace("faults[", "fault[").rstrip(".")
        raise _error(path, error.reason, text, origin) from None
    return scenario


def _checked_knobs(file: File, text: str, origin: str) -> dict[str, str | int | float]:
    if file.latency is not None and "latency" in file.limits:
        raise _error("latency", "expected a latency once; found it in limits too", text, origin)
    knobs: dict[str, str | int | float] = {}
    for name, value in (file.limits if file.latency is None else file.limits | {"latency": file.latency}).items():
        place = f"limits.{name}" if name in file.limits else name
        if name not in LIMITS:
            raise _error(place, f"expected one of {', '.join(LIMITS)}; found {name!r}", text, origin)
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise _error(place, f"expected a text or a number; found {str(value)[:80]!r}", text, origin)
        try:
            with_knobs(Policy(), {name: str(value)})
        except PolicyError as error:
            reason = str(error).removeprefix(f"knob {name!r}: ").replace("`", "")
            raise _error(place, reason, text, origin) from None
        knobs[name] = value
    try:
        check_knobs({name: str(value) for name, value in knobs.items()})
    except PolicyError as error:
        raise _error("limits", str(error), text, origin) from None
    return knobs


def _syntax_error(message: str, text: str, origin: str) -> ScenarioError:
    match = _AT_LINE.fullmatch(message)
    reason = match[1] if match else message
    line = int(match[2]) if match and match[2] else text.count("\n") + 1
    return ScenarioError(f"{origin}:{line}: {reason[:1].lower()}{reason[1:]}")


def _form_error(message: str, content: dict[str, Any], text: str, origin: str) -> ScenarioError:
    """Put what the conversion says of the wrong shape into words that fit the file."""
    reason, _, place = message.rpartition(" - at `$")
    reason, path = (reason, place.rstrip("`").lstrip(".")) if reason else (message, "")
    if unknown := _UNKNOWN.fullmatch(reason):
        fields = next((fields for pattern, fields in _FIELDS if re.fullmatch(pattern, path)), ())
        expected = f"expected one of {', '.join(fields)}" if fields else "expected a setting of the effect"
        return _error(f"{path}.{unknown[1]}".lstrip("."), f"{expected}; found {unknown[1]!r}", text, origin)
    return _error(path, _wording(reason, path, content), text, origin)


def _wording(reason: str, path: str, content: dict[str, Any]) -> str:
    reason = reason.replace("`", "").replace("Object missing required field", "missing")
    if reason.startswith("missing"):
        return reason
    choices = next((words for place, words in _CHOICES.items() if path.endswith(place)), None)
    expected = f"expected one of {', '.join(choices)}" if choices else reason[:1].lower() + reason[1:]
    if "matching regex" in expected:
        expected = f"expected {_LETTERS}"
    return f"{expected.partition(', got ')[0]}; found {repr(_value_at(content, path))[:80]}"


def _value_at(content: Any, path: str) -> Any:  # noqa: ANN401 - whatever TOML can hold
    for part in re.findall(r"[^.\[\]]+", path):
        try:
            content = content[int(part)] if isinstance(content, list) else content[part]
        except (KeyError, IndexError, TypeError):
            break
    return content


def _error(path: str, reason: str, text: str, origin: str) -> ScenarioError:
    """Return the one line: where the mistake is in the file, where in the scenario, and what it is."""
    match = re.fullmatch(r"fault\[(\d+)\]\.?(.*)", path)
    words = [f"fault {int(match[1]) + 1}", match[2]] if match else [path]
    return ScenarioError(": ".join([f"{origin}:{line_of(text, path)}", *filter(None, words), reason]))
