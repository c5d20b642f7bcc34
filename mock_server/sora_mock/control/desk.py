"""The desk: everything that can be done to a mock from outside the contract, as calls.

Owns the vocabulary of control, shared by the `/_mock` routes, the pytest plugin and the in-process doubles. It must not
know how a call arrived.
"""

from typing import Any, cast

import msgspec

from sora_mock.engine.commands import (
    AddFault,
    CloseAccount,
    Command,
    Configure,
    ImportState,
    MoveTime,
    OpenAccount,
    Outcome,
    RemoveFaults,
    SettleGeneration,
    StartScenario,
    StopScenarios,
)
from sora_mock.engine.decision import Decision
from sora_mock.engine.faults import Fault
from sora_mock.engine.lifecycle import View
from sora_mock.engine.problems import Problem, Refused
from sora_mock.engine.scenario import Scenario
from sora_mock.engine.state import Account
from sora_mock.journal import Entry, Journal, Query
from sora_mock.keys import Caller, key_digest
from sora_mock.understudy import Understudy
from sora_mock.visit import HOUSE


class ClockView(msgspec.Struct, frozen=True):
    """An account's time: its present instant in seconds since the epoch, its speed, and how far it is ahead."""

    now: float
    speed: float
    frozen: bool
    ahead: float


class AccountView(msgspec.Struct, frozen=True):
    """What an account has, in numbers, and the scenarios that play in it."""

    account: str
    characters: int
    generations: int
    faults: int
    scenarios: tuple[str, ...]


class FaultView(msgspec.Struct, frozen=True):
    """A fault in place: what it is, since when (seconds since the epoch), and how many requests it has matched."""

    name: str
    fault: Fault
    since: float
    matched: int


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
        names = sorted(name for name in self.understudy.log.names() if name != HOUSE)
        return [self.account(name) for name in names]

    def account(self, account: str) -> AccountView:
        """Return one account in numbers."""
        state = self._state(account)
        return AccountView(
            account, len(state.characters), len(state.generations), len(state.faults), tuple(state.scenarios)
        )

    def open_account(self, account: str, key: str, *, tier: int = 1) -> None:
        """Let a key open an account; several keys may open the same."""
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
        now = self.understudy.now(account)
        pace = self._state(account).pace
        return ClockView(now / 1000, pace.speed, pace.speed == 0, (now - self.understudy.clock.now()) / 1000)

    def advance(self, account: str, seconds: float) -> ClockView:
        """Move an account's time forward."""
        return self._move(account, advance=round(seconds * 1000))

    def set_speed(self, account: str, speed: float) -> ClockView:
        """Let an account's time run at another speed; 0 freezes it, 1 lets it run as the real one."""
        return self._move(account, speed=speed)

    # -- knobs, faults, scenarios --------------------------------------------------------------------------------

    def configure(self, account: str, knobs: dict[str, str | None], *, seed: int | None = None) -> None:
        """Set knobs for an account alone, as their texts; None gives one back to what holds for all."""
        self._perform(account, Configure(knobs=knobs, seed=seed))

    def faults(self, account: str) -> list[FaultView]:
        """Return the faults in place, in the order in which they are asked."""
        armed = self._state(account).faults
        return [FaultView(name, one.fault, one.since / 1000, one.matched) for name, one in armed.items()]

    def add_fault(self, account: str, fault: Fault) -> str:
        """Put a fault in place and return its name."""
        self._perform(account, AddFault(fault))
        return next(reversed(self._state(account).faults))

    def remove_faults(self, account: str, name: str | None = None) -> None:
        """Take one fault away, or all of them."""
        self._perform(account, RemoveFaults(name))

    def start_scenario(self, account: str, scenario: Scenario) -> None:
        """Let a scenario play."""
        self._perform(account, StartScenario(scenario))

    def stop_scenarios(self, account: str, name: str | None = None) -> None:
        """End one scenario, or all that play."""
        self._perform(account, StopScenarios(name))

    # -- tasks and journal ---------------------------------------------------------------------------------------

    def settle(self, account: str, task_id: str, outcome: Outcome) -> View:
        """Bring a task to its end now."""
        decision = self._perform(account, SettleGeneration(task_id, outcome))
        return cast("View", decision.outcome)

    def entries(self, query: Query | None = None) -> list[Entry]:
        """Return the journal's entries that are meant."""
        return self.journal.entries(query)

    def health(self) -> dict[str, Any]:
        """Return what the mock is: version, dialects, seed, and whether keys are open or closed."""
        from importlib.metadata import version

        return {
            "status": "ok",
            "version": version("sora-mock"),
            "dialects": ["guide"],
            "keys": self.understudy.keys.mode,
            "seed": self.understudy.seed,
        }

    def _state(self, account: str) -> Account:
        return self.understudy.log.read(account)

    def _move(self, account: str, *, advance: int = 0, speed: float | None = None) -> ClockView:
        outside = self.understudy.outside(account)
        self._perform(account, MoveTime(outside=outside, advance=advance, speed=speed))
        return self.clock(account)

    def _perform(self, account: str, command: Command) -> Decision:
        decision = self.understudy.perform(Caller(account), command)
        if isinstance(decision.outcome, Problem):
            raise Refused(decision.outcome)
        return decision
