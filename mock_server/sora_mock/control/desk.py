"""The desk: everything that can be done to a mock from outside the contract, as calls.

Owns the vocabulary of control, shared by the `/_mock` routes, the pytest plugin and the in-process doubles. It must not
know how a call arrived.
"""

import math
from typing import cast

import msgspec

from sora_mock.control.views import (
    AccountView,
    ClockView,
    FaultView,
    HealthView,
    NewWebhookView,
    PlayingView,
    SettingsView,
    WebhookView,
    webhook_view,
)
from sora_mock.engine import problems
from sora_mock.engine.commands import (
    AddFault,
    AddWebhook,
    CloseAccount,
    Command,
    Configure,
    ImportState,
    MoveTime,
    OpenAccount,
    Outcome,
    RemoveFaults,
    RemoveWebhooks,
    SettleGeneration,
    StartScenario,
    StopScenarios,
    Subscribe,
)
from sora_mock.engine.decision import Decision
from sora_mock.engine.faults import Fault
from sora_mock.engine.lifecycle import View
from sora_mock.engine.problems import Problem, Refused
from sora_mock.engine.scenario import Scenario
from sora_mock.engine.state import EVENTS, Account, EventName
from sora_mock.journal import Entry, Journal, Query
from sora_mock.keys import ACCOUNT_NAME, MAX_KEY, REVOKED_PREFIX, Caller, is_account_name, is_key, key_digest
from sora_mock.understudy import Understudy
from sora_mock.visit import HOUSE

__all__ = [
    "HOUSE",
    "RESERVED",
    "AccountView",
    "ClockView",
    "Desk",
    "FaultView",
    "HealthView",
    "PlayingView",
    "SettingsView",
]

DIALECTS = ("guide", "openai", "relay")
"""The dialects that every mock answers in."""

RESERVED = "self"
"""The name by which the control plane means the account of the caller's own key."""


class Desk:
    """Controls one mock. `account` is an account's name everywhere; `HOUSE` stands for all of them.

    Every call raises Refused for what makes no sense, and then nothing has changed.
    """

    def __init__(self, understudy: Understudy, journal: Journal) -> None:
        self.understudy = understudy
        self.journal = journal

    # -- accounts ------------------------------------------------------------------------------------------------

    def accounts(self) -> list[AccountView]:
        """Return every account that anything has happened to, by name."""
        return [self.account(name) for name in sorted(self._names())]

    def named(self, account: str) -> str:
        """Return the account's name if there is or may be one: something has happened to it, or a key opens it."""
        if account != HOUSE and not self.understudy.keys.knows(account):
            names = self._names()
            if account not in names:
                raise Refused(problems.control_not_found("account", account, names))
        return account

    def _names(self) -> set[str]:
        doors = self._state(HOUSE).doors.values()
        return {*self.understudy.log.names(), *(door.account for door in doors)} - {HOUSE}

    def account(self, account: str) -> AccountView:
        """Return one account in numbers."""
        state = self._state(account)
        return AccountView(
            account, len(state.characters), len(state.generations), len(state.faults), tuple(state.scenarios)
        )

    def open_account(self, account: str, key: str, *, tier: int = 1) -> None:
        """Let a key open an account; several keys may open the same.

        Raises Refused for a key that could not be sent, is revoked, or opens another account already. The key is not
        repeated.
        """
        if account == RESERVED:
            raise Refused(problems.control_value("account", "a name", f"{RESERVED!r}, which means the caller's own"))
        if not is_account_name(account):
            raise Refused(problems.control_value("account", f"a name like {ACCOUNT_NAME}", repr(account[:80])))
        if not is_key(key):
            raise Refused(problems.control_value("key", f"1 to {MAX_KEY} visible ASCII characters", "something else"))
        if key.startswith(REVOKED_PREFIX):
            raise Refused(problems.control_value("key", f"none that begins with {REVOKED_PREFIX}", "one that does"))
        if self.understudy.keys.mode == "closed" and self.understudy.keys.caller(key) is not None:
            raise Refused(problems.control_conflict("cannot open the account", "a key not in use", "one that is"))
        self._perform(HOUSE, OpenAccount(account=account, digest=key_digest(key), tier=tier))

    def delete_account(self, account: str) -> None:
        """Forget an account, its journal, and the keys that were opened for it."""
        self._perform(HOUSE, CloseAccount(account))
        self.reset(account)

    def export_state(self, account: str) -> Account:
        """Return the whole state of an account; it is the log's own and must not be changed."""
        return self._state(account)

    def import_state(self, account: str, state: Account) -> None:
        """Give an account a whole state, as `export_state` returned it."""
        self._perform(account, ImportState(state))
        if state.webhooks:
            self._perform(HOUSE, Subscribe(account))

    def reset(self, account: str | None = None) -> None:
        """Forget one account, or everything: accounts, faults, time and journal."""
        if account is None:
            self.understudy.log.reset()
        else:
            self.understudy.log.forget(account)
        self.journal.clear(account)

    # -- time ----------------------------------------------------------------------------------------------------

    def clock(self, account: str) -> ClockView:
        """Return how an account's time stands."""
        # One visit has one instant: two looks at the clock would make the account seem a moment behind.
        visit = self.understudy.visit(Caller(account))
        speed = visit.account.pace.speed
        return ClockView(visit.now / 1000, speed, speed == 0, (visit.now - visit.real) / 1000)

    def advance(self, account: str, seconds: float) -> ClockView:
        """Move an account's time forward."""
        return self.move(account, advance=seconds)

    def set_speed(self, account: str, speed: float) -> ClockView:
        """Let an account's time run at another speed; 0 freezes it, 1 lets it run as the real one."""
        return self.move(account, speed=speed)

    def move(self, account: str, *, advance: float = 0.0, speed: float | None = None) -> ClockView:
        """Move an account's time forward by `advance` seconds, and let it run at another speed if one is given."""
        for name, value in (("advance", advance), ("speed", speed or 0.0)):
            if not math.isfinite(value):
                raise Refused(problems.control_value(name, "a number", str(value)))
        outside = self.understudy.outside(account)
        self._perform(account, MoveTime(outside=outside, advance=round(advance * 1000), speed=speed))
        return self.clock(account)

    # -- knobs, faults, scenarios --------------------------------------------------------------------------------

    def configure(self, account: str, knobs: dict[str, str | None], *, seed: int | None = None) -> None:
        """Set knobs for an account alone, as their texts; None gives one back to what holds for all."""
        self._perform(account, Configure(knobs=knobs, seed=seed))

    def settings(self, account: str) -> SettingsView:
        """Return what is settled for an account alone, and every knob as it holds for it now."""
        state = self._state(account)
        policy = self.understudy.visit(Caller(account)).policy
        return SettingsView(state.seed, dict(state.knobs), msgspec.to_builtins(policy))

    def faults(self, account: str) -> list[FaultView]:
        """Return the faults in place, in the order in which they are asked."""
        armed = self._state(account).faults
        return [FaultView(name, one.fault, one.since / 1000, one.matched) for name, one in armed.items()]

    def fault(self, account: str, name: str) -> FaultView:
        """Return one fault in place."""
        for view in self.faults(account):
            if view.name == name:
                return view
        raise Refused(problems.control_not_found("fault", name, self._state(account).faults))

    def add_fault(self, account: str, fault: Fault) -> str:
        """Put a fault in place and return its name."""
        self._perform(account, AddFault(fault))
        return next(reversed(self._state(account).faults))

    def remove_faults(self, account: str, name: str | None = None) -> None:
        """Take one fault away, or all of them."""
        self._perform(account, RemoveFaults(name))

    def playing(self, account: str) -> list[PlayingView]:
        """Return the scenarios that play, in the order in which they were started."""
        state = self._state(account)
        return [
            PlayingView(name, dict(knobs), tuple(fault for fault in state.faults if fault.startswith(f"{name}/")))
            for name, knobs in state.scenarios.items()
        ]

    def start_scenario(self, account: str, scenario: Scenario) -> None:
        """Let a scenario play."""
        self._perform(account, StartScenario(scenario))

    def stop_scenarios(self, account: str, name: str | None = None) -> None:
        """End one scenario, or all that play."""
        self._perform(account, StopScenarios(name))

    # -- webhooks ------------------------------------------------------------------------------------------------

    def add_webhook(
        self, account: str, url: str, *, secret: str | None = None, events: tuple[EventName, ...] = EVENTS
    ) -> NewWebhookView:
        """Tell a url how the account's tasks end, from now on."""
        if self.understudy.watcher is None:
            expected, found = "a mock that is served", "one without a socket"
            raise Refused(problems.control_conflict("cannot add a webhook", expected, found))
        self._perform(account, AddWebhook(url=url, secret=secret, events=events))
        self._perform(HOUSE, Subscribe(account))
        webhook_id, webhook = next(reversed(self._state(account).webhooks.items()))
        return NewWebhookView(webhook_id, webhook.url, webhook.secret, webhook.events)

    def webhooks(self, account: str) -> list[WebhookView]:
        """Return the webhooks, in the order in which they were added, without their secrets."""
        return [webhook_view(name, webhook) for name, webhook in self._state(account).webhooks.items()]

    def remove_webhooks(self, account: str, webhook_id: str | None = None) -> None:
        """Take one webhook away, or all of them."""
        self._perform(account, RemoveWebhooks(webhook_id))

    # -- tasks and journal ---------------------------------------------------------------------------------------

    def settle(self, account: str, task_id: str, outcome: Outcome) -> View:
        """Bring a task to its end now; for `HOUSE`, whichever account's it is."""
        if account == HOUSE:
            account = self._owner(task_id)
        decision = self._perform(account, SettleGeneration(task_id, outcome))
        return cast("View", decision.outcome)

    def entries(self, query: Query | None = None) -> list[Entry]:
        """Return the journal's entries that are meant."""
        return self.journal.entries(query)

    def health(self) -> HealthView:
        """Return what the mock is: version, dialects, seed, and whether keys are open or closed."""
        from importlib.metadata import version

        return HealthView("ok", version("sora-mock"), DIALECTS, self.understudy.keys.mode, self.understudy.seed)

    def _owner(self, task_id: str) -> str:
        for name in self._names():
            if task_id in self._state(name).generations:
                return name
        raise Refused(problems.control_not_found("task", task_id, ()))

    def _state(self, account: str) -> Account:
        return self.understudy.log.read(account)

    def _perform(self, account: str, command: Command) -> Decision:
        decision = self.understudy.perform(Caller(account), command)
        if isinstance(decision.outcome, Problem):
            raise Refused(decision.outcome)
        return decision
