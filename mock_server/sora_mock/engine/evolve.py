"""Evolve: what each event does to an account.

Owns the fold. It changes the account in place, so that a call costs the same with one character as with a million;
it never decides, and never refuses an event that once happened.
"""

import copy

from sora_mock.engine import events, limit, webhooks
from sora_mock.engine.events import Event
from sora_mock.engine.faults import Armed
from sora_mock.engine.state import Account


def evolve(account: Account, event: Event) -> Account:
    """Fold `event` into `account`, in place, and return it."""
    match event:
        case events.CharacterCreated():
            account.characters[event.character_id] = event.at
            limit.record(account.creations, event.at)
            if event.name is not None:
                account.names[event.character_id] = event.name
        case events.CreationFailed():
            limit.record(account.creations, event.at)
        case events.GenerationAccepted():
            webhooks.expect(account, event.generation)
            account.generations[event.generation.id] = event.generation
            if event.limit is not None:
                limit.record(account.renders.setdefault(event.limit, []), event.at)
        case events.GenerationSettled():
            webhooks.expect(account, event.generation)
            account.generations[event.generation.id] = event.generation
        case events.GenerationDeleted():
            account.deleted[event.task_id] = account.generations.pop(event.task_id)
        case events.FaultsMatched():
            for name in event.names:
                account.faults[name].matched += 1
        case _:
            _evolve_by_control(account, event)
    account.version += 1
    # When an attempt is over depends on the receiver, and no id may depend on that.
    account.count += not isinstance(event, events.WebhookAttempted)
    return account


def _evolve_by_control(account: Account, event: Event) -> None:
    """Fold what was done to the account from outside the contract."""
    match event:
        case events.PaceChanged():
            account.pace = event.pace
        case events.Configured():
            account.knobs |= {name: value for name, value in event.knobs.items() if value is not None}
            for name in [name for name, value in event.knobs.items() if value is None]:
                account.knobs.pop(name, None)
            account.seed = account.seed if event.seed is None else event.seed
        case events.FaultAdded():
            account.faults[event.name] = Armed(event.fault, event.at)
        case events.FaultsRemoved():
            _disarm(account, event.names)
        case events.ScenarioStarted():
            account.scenarios[event.name] = event.knobs
            account.faults |= {name: Armed(fault, event.at) for name, fault in event.faults.items()}
        case events.ScenarioStopped():
            del account.scenarios[event.name]
            _disarm(account, event.faults)
        case events.AccountOpened():
            account.doors[event.digest] = event.door
        case events.AccountClosed():
            account.doors = {key: door for key, door in account.doors.items() if door.account != event.account}
        case events.StateImported():
            _take_over(account, event.state)
        case _:
            webhooks.fold(account, event)


def _disarm(account: Account, names: tuple[str, ...]) -> None:
    for name in names:
        account.faults.pop(name, None)


def _take_over(account: Account, state: Account) -> None:
    # The event stays as it was recorded, whatever happens to the account later.
    imported = copy.deepcopy(state)
    for field in Account.__struct_fields__:
        if field not in {"name", "version"}:
            setattr(account, field, getattr(imported, field))
