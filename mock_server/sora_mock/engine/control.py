"""The decisions of the control plane: time, knobs, faults, scenarios, the end of a task.

Owns what may be changed about an account from outside the contract, and what is refused because it makes no sense. It
changes nothing itself.
"""

from itertools import count

import msgspec

from sora_mock.engine import events, problems
from sora_mock.engine.commands import (
    AddFault,
    CloseAccount,
    Configure,
    ControlCommand,
    ImportState,
    MoveTime,
    OpenAccount,
    RemoveFaults,
    SettleGeneration,
    StartScenario,
    StopScenarios,
)
from sora_mock.engine.decision import Decision
from sora_mock.engine.fault_checks import FaultError, check_together, checked
from sora_mock.engine.faults import MAX_FAULTS
from sora_mock.engine.generation import FAILED_ON_PURPOSE
from sora_mock.engine.importing import MAX_SEED, check_state
from sora_mock.engine.lifecycle import Status, status_at, view_at
from sora_mock.engine.pace import MAX_ADVANCE, MAX_SPEED, MIN_SPEED
from sora_mock.engine.policy import KNOBS, STARTING_KNOBS, TIER_SCALE, PolicyError, check_knobs
from sora_mock.engine.problems import Refused
from sora_mock.engine.scenario import Name
from sora_mock.engine.state import Account, Door, Generation
from sora_mock.engine.webhook_control import control_webhooks


def control(account: Account, command: ControlCommand, now: int) -> Decision:
    """Return what a command of the control plane leads to; raise Refused when it makes no sense."""
    match command:
        case SettleGeneration():
            return _settle(account, command, now)
        case MoveTime():
            return Decision(None, (_moved(account, command, now),))
        case Configure():
            return _configure(account, command, now)
        case AddFault():
            return _add_fault(account, command, now)
        case RemoveFaults():
            return _remove_faults(account, command, now)
        case StartScenario():
            return _start(account, command, now)
        case StopScenarios():
            return _stop(account, command, now)
        case ImportState():
            check_state(command.state)
            return Decision(None, (events.StateImported(now, command.state),))
        case OpenAccount():
            return _open(account, command, now)
        case CloseAccount():
            return Decision(None, (events.AccountClosed(now, command.account),))
        case _:
            return control_webhooks(account, command, now)


def _configure(account: Account, command: Configure, now: int) -> Decision:
    # To give a knob back needs no value, but it has to be one.
    _check_knobs({name: value or "" for name, value in command.knobs.items() if value is not None or name not in KNOBS})
    _check_knobs({name: value for name, value in (account.knobs | command.knobs).items() if value is not None})
    if command.seed is not None and not 0 <= command.seed <= MAX_SEED:
        raise Refused(problems.control_value("seed", f"0 to {MAX_SEED}", "another number"))
    return Decision(None, (events.Configured(now, command.knobs, command.seed),))


def _open(account: Account, command: OpenAccount, now: int) -> Decision:
    if command.tier not in TIER_SCALE:
        raise Refused(problems.control_value("tier", f"1 to {max(TIER_SCALE)}", str(command.tier)))
    if command.digest in account.doors:
        raise Refused(problems.control_conflict("cannot open the account", "a key not in use", "one that is"))
    door = Door(command.account, command.tier)
    return Decision(None, (events.AccountOpened(now, command.digest, door),))


def _settle(account: Account, command: SettleGeneration, now: int) -> Decision:
    generation = account.generations.get(command.task_id)
    if generation is None:
        raise Refused(problems.control_not_found("task", command.task_id, account.generations))
    status = status_at(generation, now)
    allowed = {
        "complete": {Status.QUEUED, Status.IN_PROGRESS},
        "fail": {Status.QUEUED, Status.IN_PROGRESS},
        "expire": {Status.COMPLETED},
    }[command.outcome]
    if status not in allowed:
        expected = f"a task that is {' or '.join(sorted(allowed))}"
        raise Refused(problems.control_conflict(f"cannot {command.outcome} {command.task_id}", expected, status))
    settled = _settled(generation, command.outcome, now)
    return Decision(view_at(settled, now), (events.GenerationSettled(now, settled),))


def _settled(generation: Generation, outcome: str, now: int) -> Generation:
    change = msgspec.structs.replace
    if outcome == "expire":
        return change(generation, expires_at=now)
    ended = change(generation, starts_at=min(generation.starts_at, now), ends_at=now)
    if outcome == "fail":
        return change(ended, failure=FAILED_ON_PURPOSE)
    return change(ended, failure=None, expires_at=now + generation.lifetime)


def _moved(account: Account, command: MoveTime, now: int) -> events.PaceChanged:
    if not 0 <= command.advance <= MAX_ADVANCE * 1000:
        expected = f"0 to {MAX_ADVANCE:g} seconds"
        raise Refused(problems.control_value("advance", expected, f"{command.advance / 1000:g}"))
    if command.speed is not None and not _is_speed(command.speed):
        expected = f"0, or {MIN_SPEED:g} to {MAX_SPEED:g}"
        raise Refused(problems.control_value("speed", expected, f"{command.speed:g}"))
    return events.PaceChanged(now, account.pace.moved(command.outside, advance=command.advance, speed=command.speed))


def _is_speed(speed: float) -> bool:
    return speed == 0 or MIN_SPEED <= speed <= MAX_SPEED


def _check_knobs(knobs: dict[str, str]) -> None:
    for name in STARTING_KNOBS & knobs.keys():
        message = f"expected a knob that can be set while the mock runs; found {name!r}"
        raise Refused(problems.control_invalid("knobs", message))
    try:
        check_knobs(knobs)
    except PolicyError as error:
        raise Refused(problems.control_invalid("knobs", str(error))) from None


def _add_fault(account: Account, command: AddFault, now: int) -> Decision:
    try:
        checked(command.fault)
    except FaultError as error:
        raise Refused(problems.control_invalid(error.path, str(error))) from None
    name = command.fault.name or _free_name(account)
    if name in account.faults:
        raise Refused(problems.control_conflict(f"cannot add fault {name!r}", "a name not in use", "one that is"))
    _check_room(account, 1)
    return Decision(None, (events.FaultAdded(now, name, msgspec.structs.replace(command.fault, name=name)),))


def _free_name(account: Account) -> str:
    return next(name for number in count(account.count + 1) if (name := f"fault-{number}") not in account.faults)


def _check_room(account: Account, more: int) -> None:
    there = len(account.faults)
    if there + more > MAX_FAULTS:
        raise Refused(problems.control_conflict("cannot add faults", f"at most {MAX_FAULTS}", str(there + more)))


def _remove_faults(account: Account, command: RemoveFaults, now: int) -> Decision:
    if command.name is not None and command.name not in account.faults:
        raise Refused(problems.control_not_found("fault", command.name, account.faults))
    names = tuple(account.faults) if command.name is None else (command.name,)
    return Decision(None, (events.FaultsRemoved(now, names),) if names else ())


def _start(account: Account, command: StartScenario, now: int) -> Decision:
    scenario = command.scenario
    if scenario.name in account.scenarios:
        raise Refused(
            problems.control_conflict(f"cannot start {scenario.name!r}", "a scenario not playing", "one that is")
        )
    try:
        msgspec.convert(scenario.name, Name)
    except msgspec.ValidationError:
        expected = "up to 64 small letters, digits and hyphens"
        raise Refused(problems.control_value("name", expected, repr(scenario.name)[:80])) from None
    knobs = {name: str(value) for name, value in scenario.knobs.items()}
    _check_knobs(knobs)
    faults = scenario.named_faults()
    try:
        check_together(scenario.faults, scenario.fault_names())
    except FaultError as error:
        raise Refused(problems.control_invalid(error.path, str(error))) from None
    _check_room(account, len(faults))
    return Decision(None, (events.ScenarioStarted(now, scenario.name, knobs, faults),))


def _stop(account: Account, command: StopScenarios, now: int) -> Decision:
    if command.name is not None and command.name not in account.scenarios:
        raise Refused(problems.control_not_found("scenario", command.name, account.scenarios))
    names = tuple(account.scenarios) if command.name is None else (command.name,)
    return Decision(
        None,
        tuple(
            events.ScenarioStopped(now, name, tuple(fault for fault in account.faults if fault.startswith(f"{name}/")))
            for name in names
        ),
    )
