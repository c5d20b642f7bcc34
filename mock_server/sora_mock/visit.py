"""A visit: one caller's dealings with the mock in the course of one exchange.

Owns the way read → decide → append, and what holds for the caller meanwhile: one instant, one policy. It must not know
how a request or a reply looks.
"""

from collections.abc import Callable
from functools import lru_cache

from sora_mock.engine.commands import Command
from sora_mock.engine.decide import decide
from sora_mock.engine.decision import Decision
from sora_mock.engine.events import FaultsMatched
from sora_mock.engine.faults import Facts, Firing, struck
from sora_mock.engine.limit import Quota, quota
from sora_mock.engine.policy import Policy, with_knobs
from sora_mock.engine.state import Account
from sora_mock.keys import Caller
from sora_mock.log import Conflict, Log

HOUSE = "*"
"""The account that stands for all: its time, knobs and faults hold for every other. No key opens it."""

ATTEMPTS = 100
"""How often a command is decided anew when other processes keep writing to the same account."""


class Visit:
    """What `caller` asks for at the real instant `real`, under a `policy` that the account and the house may alter.

    `account` is the caller's, `outside` the present instant that its own time is reckoned from, `now` that of its own
    time; `policy` is what is settled for the caller: for all, then by the house, then for the account alone.
    `watcher` is told the name of an account with webhooks, or of the house, when something has happened to it.
    """

    def __init__(
        self, log: Log, caller: Caller, *, real: int, policy: Policy, watcher: Callable[[str], None] | None = None
    ) -> None:
        self.caller = caller
        self.real = real
        self._log = log
        self._watcher = watcher
        self.counter: str | None = None
        """The name of the limit that counts the video which is asked for, once that is known."""
        self._general_policy = policy
        self._house = log.read(HOUSE)
        self._see(self._house if caller.account == HOUSE else log.read(caller.account))

    def _see(self, account: Account) -> None:
        """Take in how things stand for the account."""
        self.account = account
        self.outside = self.real if account is self._house else self._house.pace.at(self.real)
        self.now = account.pace.at(self.outside)
        self.policy = self._general_policy
        for owner in (self._house, account):
            for knobs in (owner.knobs, *owner.scenarios.values()):
                if knobs:
                    self.policy = _settled(self.policy, tuple(knobs.items()))

    @property
    def faulty(self) -> bool:
        """Tell whether any fault is in place that may befall the caller."""
        return bool(self.account.faults or self._house.faults)

    @property
    def quota(self) -> Quota:
        """Return what is left of the caller's rate limit."""
        return quota(self.account.creations, self.policy.creations_per_minute, self.now)

    def render_quota(self, counter: str, limit: int) -> Quota:
        """Return what is left of a limit on videos."""
        return quota(self.account.renders.get(counter, []), limit, self.now)

    def waits(self, span: int) -> int:
        """Return the real milliseconds that `span` milliseconds of the account's time take."""
        inner = self.account.pace.waits(span)
        return inner if self.account is self._house else self._house.pace.waits(inner)

    def waits_until(self, instant: int) -> int | None:
        """Return the real milliseconds until an instant of the account's time, None while that stands still."""
        paces = {self.account.pace.speed, self._house.pace.speed}
        return None if 0 in paces else max(0, self.waits(instant - self.now))

    def perform(self, command: Command) -> Decision:
        """Decide the command for the account, and keep its events before anything is answered."""
        for _ in range(ATTEMPTS):
            decision = decide(self.account, command, self.now, self.policy)
            if not decision.events:
                return decision
            try:
                self.account = self._log.append(self.account.name, self.account.version, decision.events)
            except Conflict:
                self._see(self._log.read(self.account.name))
                continue
            if self._watcher is not None and (self.account.webhooks or self.account.name == HOUSE):
                self._watcher(self.account.name)
            return decision
        raise _overrun(self.account)

    def strike(self, facts: Facts) -> tuple[Firing, ...]:
        """Return the faults that befall a request, the account's before those of all, and keep their counts."""
        self.account, own = self._struck(self.account, facts, self.now)
        self._house, of_all = self._struck(self._house, facts, self._house.pace.at(self.real))
        return own + of_all

    def _struck(self, owner: Account, facts: Facts, now: int) -> tuple[Account, tuple[Firing, ...]]:
        for _ in range(ATTEMPTS):
            matched, firings = struck(owner.faults, facts, now, seed=owner.seed, owner=owner.name)
            if not matched:
                return owner, ()
            try:
                return self._log.append(owner.name, owner.version, [FaultsMatched(now, matched)]), firings
            except Conflict:
                owner = self._log.read(owner.name)
        raise _overrun(owner)


@lru_cache(maxsize=1024)
def _settled(policy: Policy, knobs: tuple[tuple[str, str], ...]) -> Policy:
    return with_knobs(policy, dict(knobs))


def _overrun(account: Account) -> RuntimeError:
    return RuntimeError(f"account {account.name} was changed by others {ATTEMPTS} times in a row")
