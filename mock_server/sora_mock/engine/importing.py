"""What a state that comes from outside must be like, so that an account can go on from it.

Owns the checks that types cannot make: bounds, order, and names that have to agree. It changes nothing.
"""

import re
from collections.abc import Iterable
from itertools import pairwise

import msgspec

from sora_mock.engine import problems
from sora_mock.engine.fault_checks import FaultError, checked
from sora_mock.engine.faults import MAX_FAULTS, Fault
from sora_mock.engine.generation import NEVER, RESOLUTIONS
from sora_mock.engine.lifecycle import LIFECYCLE
from sora_mock.engine.pace import MAX_SPEED, MIN_SPEED
from sora_mock.engine.policy import STARTING_KNOBS, PolicyError, check_knobs
from sora_mock.engine.problems import Refused
from sora_mock.engine.scenario import Name
from sora_mock.engine.state import Account, Generation

MAX_SEED = 2**63 - 1
MAX_SECONDS = 60
"""The longest clip that any policy lets a task ask for."""

_CHARACTER = re.compile(r"char_[0-9A-Za-z_]+")
_TASK = re.compile(r"task_[0-9A-Za-z]{1,64}")
_ORDINAL = re.compile(r"[1-9][0-9]{0,3}")

_MAX_INSTANT = NEVER * 2
_INSTANTS = tuple(row.since for row in LIFECYCLE if not row.fails)
"""The instants of a task that succeeds, in their order."""


def check_state(state: Account) -> None:
    """Raise Refused, naming the place, for a state in which something cannot be."""
    _within("seed", state.seed, 0, MAX_SEED)
    _within("count", state.count, len(state.characters) + len(state.generations), NEVER)
    for name, instant in state.characters.items():
        _check_name("characters", _CHARACTER, "ids such as 'char_1a'", name)
        _within(f"characters.{name}", instant, 0, NEVER)
    for name, generation in state.generations.items():
        _check_name("generations", _TASK, "ids such as 'task_1a'", name)
        _check_generation(f"generations.{name}", name, generation)
    for number, instant in enumerate(state.creations):
        _within(f"creations[{number}]", instant, 0, NEVER)
    if any(later < earlier for earlier, later in pairwise(state.creations)):
        raise _refused("creations", "instants in their order", "one before its forerunner")
    if state.pace.speed != 0:
        _within("pace.speed", state.pace.speed, MIN_SPEED, MAX_SPEED)
    _within("pace.real", state.pace.real, 0, NEVER)
    _within("pace.virtual", state.pace.virtual, 0, NEVER)
    for name in state.scenarios:
        _check_scenario_name(name)
    for place, knobs in (("knobs", state.knobs), *_scenarios(state)):
        _check_knobs(place, knobs)
    _within("faults", len(state.faults), 0, MAX_FAULTS)
    for name, armed in state.faults.items():
        _within(f"faults.{name}.since", armed.since, 0, NEVER)
        _within(f"faults.{name}.matched", armed.matched, 0, NEVER)
        try:
            checked(armed.fault)
        except FaultError as error:
            place = f"faults.{name}.fault.{error.path}"
            raise Refused(problems.control_invalid(place, f"{place}: {error.reason}")) from None
        if not _is_name_of(armed.fault, name, state.scenarios):
            raise _refused("faults", "each under its own name, or its scenario's/its own", repr(name[:80]))
    if state.doors:
        raise _refused("doors", "no keys", f"{len(state.doors)}")


def _scenarios(state: Account) -> Iterable[tuple[str, dict[str, str]]]:
    return ((f"scenarios.{name}", knobs) for name, knobs in state.scenarios.items())


def _check_name(place: str, form: re.Pattern[str], expected: str, name: str) -> None:
    if not form.fullmatch(name):
        raise _refused(place, expected, repr(name[:80]))


def _check_scenario_name(name: str) -> None:
    try:
        msgspec.convert(name, Name)
    except msgspec.ValidationError:
        expected = "names of up to 64 small letters, digits and hyphens"
        raise _refused("scenarios", expected, repr(name[:80])) from None


def _is_name_of(fault: Fault, name: str, scenarios: Iterable[str]) -> bool:
    """Tell whether a fault can be in place under a name: its own, or what a scenario that is playing makes of it."""
    scenario, slash, own = name.rpartition("/")
    if slash and scenario not in scenarios:
        return False
    if fault.name or not slash:
        return own == fault.name != ""
    return _ORDINAL.fullmatch(own) is not None


def _check_generation(place: str, name: str, generation: Generation) -> None:
    if generation.id != name:
        raise _refused(f"{place}.id", repr(name[:80]), repr(generation.id[:80]))
    earlier = 0
    for field in _INSTANTS:
        # A task that fails has no use for the instant at which it would have expired.
        _within(f"{place}.{field}", getattr(generation, field), earlier, _MAX_INSTANT)
        earlier = getattr(generation, field)
    _within(f"{place}.duration", generation.duration, 1, MAX_SECONDS)
    for number, scene in enumerate(generation.scenes):
        _within(f"{place}.scenes[{number}].duration", scene.duration, 1, MAX_SECONDS)
    total = sum(scene.duration for scene in generation.scenes)
    if generation.scenes and total != generation.duration:
        raise _refused(f"{place}.duration", f"the sum of the scenes, {total}", str(generation.duration))
    for character in generation.characters:
        _check_name(f"{place}.characters", _CHARACTER, "ids such as 'char_1a'", character)
    if generation.resolution not in RESOLUTIONS:
        raise _refused(f"{place}.resolution", f"one of {', '.join(RESOLUTIONS)}", repr(generation.resolution[:80]))


def _check_knobs(place: str, knobs: dict[str, str]) -> None:
    for name in STARTING_KNOBS & knobs.keys():
        message = f"expected a knob that can be set while the mock runs; found {name!r}"
        raise Refused(problems.control_invalid(place, f"{place}: {message}"))
    try:
        check_knobs(knobs)
    except PolicyError as error:
        raise Refused(problems.control_invalid(place, f"{place}: {error}")) from None


def _within(place: str, value: float, least: float, most: float) -> None:
    if not least <= value <= most:
        raise _refused(place, f"{least} to {most:.0f}", f"{value:g}" if abs(value) < NEVER else "a huge number")


def _refused(place: str, expected: str, found: str) -> Refused:
    return Refused(problems.control_value(place, expected, found))
