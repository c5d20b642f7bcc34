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
from sora_mock.engine.state import Account, Generation, UploadedVideo
from sora_mock.engine.webhook_control import MAX_WEBHOOKS, check_events, check_secret, check_url
from sora_mock.engine.webhooks import RECENT, SCHEDULE

MAX_SEED = 2**63 - 1
MAX_SECONDS = 120
"""The longest clip that any task can have come to."""

_CHARACTER = re.compile(r"char_[0-9A-Za-z_]+")
_TASK = re.compile(r"(?:task|video)_[0-9A-Za-z]{1,64}")
_WEBHOOK = re.compile(r"hook_[0-9A-Za-z]{1,64}")
_SIZE = re.compile(r"[1-9][0-9]{0,2}[02468]x[1-9][0-9]{0,2}[02468]")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_WORD = re.compile(r"[a-z0-9][a-z0-9.-]{0,63}")
_MAX_STEPS = 1_000
_ORDINAL = re.compile(r"[1-9][0-9]{0,3}")

_MAX_INSTANT = NEVER * 2
_INSTANTS = tuple(row.since for row in LIFECYCLE if not row.fails)
"""The instants of a task that succeeds, in their order."""


def check_state(state: Account) -> None:
    """Raise Refused, naming the place, for a state in which something cannot be."""
    _within("seed", state.seed, 0, MAX_SEED)
    _within("count", state.count, len(state.characters) + len(state.generations), NEVER)
    _check_made(state)
    _check_windows(state)
    if state.pace.speed != 0:
        _within("pace.speed", state.pace.speed, MIN_SPEED, MAX_SPEED)
    _within("pace.real", state.pace.real, 0, NEVER)
    _within("pace.virtual", state.pace.virtual, 0, NEVER)
    for name in state.scenarios:
        _check_scenario_name(name)
    for place, knobs in (("knobs", state.knobs), *_scenarios(state)):
        _check_knobs(place, knobs)
    _check_faults(state)
    _check_webhooks(state)
    if state.subscribers:
        raise _refused("subscribers", "no accounts", f"{len(state.subscribers)}")
    if state.doors:
        raise _refused("doors", "no keys", f"{len(state.doors)}")


def _check_made(state: Account) -> None:
    """Check characters and tasks, those that are gone included."""
    for name, instant in state.characters.items():
        _check_name("characters", _CHARACTER, "ids such as 'char_1a'", name)
        _within(f"characters.{name}", instant, 0, NEVER)
    for name in state.names:
        if name not in state.characters:
            raise _refused("names", "the account's characters", repr(name[:80]))
    for place, generations in (("generations", state.generations), ("deleted", state.deleted)):
        for name, generation in generations.items():
            _check_name(place, _TASK, "ids such as 'task_1a'", name)
            _check_generation(f"{place}.{name}", name, generation)


def _check_webhooks(state: Account) -> None:
    _within("webhooks", len(state.webhooks), 0, MAX_WEBHOOKS)
    for name, webhook in state.webhooks.items():
        place = f"webhooks.{name}"
        _check_name("webhooks", _WEBHOOK, "ids such as 'hook_1a'", name)
        check_url(f"{place}.url", webhook.url)
        check_secret(f"{place}.secret", webhook.secret)
        check_events(f"{place}.events", webhook.events)
        _within(f"{place}.since", webhook.since, 0, NEVER)
        for task_id, made in webhook.pending.items():
            if task_id not in state.generations and task_id not in state.deleted:
                raise _refused(f"{place}.pending", "the account's tasks", repr(task_id[:80]))
            _within(f"{place}.pending.{task_id}", made, 0, len(SCHEDULE) - 1)
        _within(f"{place}.recent", len(webhook.recent), 0, RECENT)
        for number, attempt in enumerate(webhook.recent):
            _check_name(f"{place}.recent[{number}].task_id", _TASK, "ids such as 'video_1a'", attempt.task_id)
            for field, instant in (("at", attempt.at), ("next", attempt.next or 0)):
                _within(f"{place}.recent[{number}].{field}", instant, 0, _MAX_INSTANT)


def _check_windows(state: Account) -> None:
    _check_window("creations", state.creations)
    for name, instants in state.renders.items():
        _check_name("renders", _WORD, "limits such as 'sora-2'", name)
        _check_window(f"renders.{name}", instants)


def _check_faults(state: Account) -> None:
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


def _scenarios(state: Account) -> Iterable[tuple[str, dict[str, str]]]:
    return ((f"scenarios.{name}", knobs) for name, knobs in state.scenarios.items())


def _check_name(place: str, form: re.Pattern[str], expected: str, name: str) -> None:
    if not form.fullmatch(name):
        raise _refused(place, expected, repr(name[:80]))


def _check_window(place: str, instants: list[int]) -> None:
    for number, instant in enumerate(instants):
        _within(f"{place}[{number}]", instant, 0, NEVER)
    if any(later < earlier for earlier, later in pairwise(instants)):
        raise _refused(place, "instants in their order", "one before its forerunner")


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
    _check_name(f"{place}.model", _WORD, "a model such as 'sora-2'", generation.model)
    if generation.size is not None:
        _check_name(f"{place}.size", _SIZE, "a size such as '720x1280'", generation.size)
    if generation.reference is not None:
        _check_name(f"{place}.reference", _DIGEST, "64 hexadecimal digits", generation.reference)
    if generation.origin is not None:
        _within(f"{place}.origin.steps", generation.origin.steps, 0, _MAX_STEPS)
        _check_source(f"{place}.origin.source", generation.origin.source)


def _check_source(place: str, source: str | UploadedVideo) -> None:
    if isinstance(source, str):
        _check_name(place, _TASK, "ids such as 'video_1a'", source)
        return
    _check_name(f"{place}.digest", _DIGEST, "64 hexadecimal digits", source.digest)
    _within(f"{place}.seconds", source.seconds, 0, MAX_SECONDS)
    _check_name(place, _SIZE, "an even width and height", f"{source.width}x{source.height}")


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
