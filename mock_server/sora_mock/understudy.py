"""The understudy: the running double, which puts commands to the engine and keeps what happened.

Owns the way read → decide → append, and the things a running mock is made of: its log, clock, policy and result
clips. It must not know how a request or a reply looks.
"""

from functools import lru_cache
from pathlib import Path

from sora_mock.clock import Clock
from sora_mock.engine import problems
from sora_mock.engine.commands import Command, DownloadGeneration
from sora_mock.engine.decide import decide
from sora_mock.engine.decision import Decision
from sora_mock.engine.events import FaultsMatched
from sora_mock.engine.faults import Facts, Firing, struck
from sora_mock.engine.lifecycle import View
from sora_mock.engine.limit import Quota, quota
from sora_mock.engine.policy import TIER_SCALE, Policy, with_knobs
from sora_mock.engine.problems import Refused
from sora_mock.engine.source import SourceVideo
from sora_mock.engine.state import Account, Generation
from sora_mock.keys import Caller, Keys, authenticate, key_digest
from sora_mock.links import Links, Named, split_own
from sora_mock.log import Conflict, Log
from sora_mock.media import Clip, Shelf
from sora_mock.media import Scene as ClipScene

HOUSE = "*"
"""The account that stands for all: its time, knobs and faults hold for every other. No key opens it."""

ATTEMPTS = 100
"""How often a command is decided anew when other processes keep writing to the same account."""

HEIGHTS = {"480p": 480, "720p": 720, "1080p": 1080}


class Understudy:
    """One running double. Accounts are independent; commands of one account take effect one after another."""

    def __init__(self, *, log: Log, clock: Clock, keys: Keys, policy: Policy, shelf: Shelf, seed: int) -> None:
        self.log = log
        self.clock = clock
        self.keys = keys
        self.seed = seed
        self._shelf = shelf
        self._links = Links(seed=seed)
        self._policies = {tier: policy.of_tier(tier) for tier in TIER_SCALE}

    def caller(self, authorization: str | None) -> Caller:
        """Return who sent an Authorization header; raise Refused (401) when it opens nothing."""
        return authenticate(self._opened_by, authorization)

    def _opened_by(self, key: str) -> Caller | None:
        doors = self.log.read(HOUSE).doors
        door = doors.get(key_digest(key)) if doors else None
        return self.keys.caller(key) if door is None else Caller(door.account, door.tier)

    def perform(self, caller: Caller, command: Command) -> Decision:
        """Decide the command for the caller's account and keep its events before anything is answered."""
        for _ in range(ATTEMPTS):
            account = self.log.read(caller.account)
            policy = self._policy(account, caller.tier)
            decision = decide(account, command, self._now(account), policy)
            if not decision.events:
                return decision
            try:
                self.log.append(caller.account, account.version, decision.events)
            except Conflict:
                continue
            return decision
        raise RuntimeError(f"account {caller.account} was changed by others {ATTEMPTS} times in a row")

    def strike(self, caller: Caller, facts: Facts) -> tuple[Firing, ...]:
        """Return the faults that befall a request, the account's before those of all, and keep their counts."""
        return self._strike_of(caller.account, facts) + self._strike_of(HOUSE, facts)

    def _strike_of(self, owner: str, facts: Facts) -> tuple[Firing, ...]:
        for _ in range(ATTEMPTS):
            account = self.log.read(owner)
            if not account.faults:
                return ()
            now = self._now(account)
            matched, firings = struck(account.faults, facts, now, seed=account.seed, owner=owner)
            if not matched:
                return ()
            try:
                self.log.append(owner, account.version, [FaultsMatched(now, matched)])
            except Conflict:
                continue
            return firings
        raise RuntimeError(f"account {owner} was changed by others {ATTEMPTS} times in a row")

    def now(self, name: str) -> int:
        """Return the present instant of an account's own time."""
        return self._now(self.log.read(name))

    def outside(self, name: str) -> int:
        """Return the present instant of the time that an account's own is reckoned from."""
        return self.clock.now() if name == HOUSE else self._house_now()

    def waits(self, name: str, span: int) -> int:
        """Return the real milliseconds that `span` milliseconds of an account's time take."""
        house = self.log.read(HOUSE).pace
        return house.waits(self.log.read(name).pace.waits(span))

    def policy_of(self, caller: Caller) -> Policy:
        """Return what is settled for the caller."""
        return self._policy(self.log.read(caller.account), caller.tier)

    def _now(self, account: Account) -> int:
        return account.pace.at(self.outside(account.name))

    def _house_now(self) -> int:
        return self.log.read(HOUSE).pace.at(self.clock.now())

    def _policy(self, account: Account, tier: int) -> Policy:
        policy = self._policies[tier]
        for owner in (self.log.read(HOUSE), account):
            for knobs in (owner.knobs, *owner.scenarios.values()):
                if knobs:
                    policy = _settled(policy, tuple(knobs.items()))
        return policy

    def quota(self, caller: Caller) -> Quota:
        """Return what is left of the caller's rate limit."""
        account = self.log.read(caller.account)
        limit = self._policy(account, caller.tier).creations_per_minute
        return quota(account.creations, limit, self._now(account))

    def link(self, account: str, view: View) -> str | None:
        """Return the path and query of a view's clip, or None while there is none."""
        if view.status != "completed":
            return None
        return self._links.sign(Named(account, view.generation.id), view.generation.expires_at)

    def linked(self, path: str, query: str) -> tuple[str, Generation]:
        """Return account and task that a result link leads to; raise Refused when it leads nowhere (any more)."""
        named = self._links.open(path, query, self.now)
        decision = self.perform(Caller(named.account), DownloadGeneration(named.task_id))
        if isinstance(decision.outcome, View):
            return named.account, decision.outcome.generation
        raise Refused(problems.link_expired())

    def video_behind(self, url: str) -> SourceVideo | None:
        """Return what an own result link shows, as the source of a character; None for any other url."""
        own = split_own(url)
        if own is None:
            return None
        try:
            _, generation = self.linked(*own)
        except Refused as refused:
            return SourceVideo(status=refused.problem.status)
        return SourceVideo(
            seconds=float(generation.duration),
            height=HEIGHTS[generation.resolution],
            characters=max(1, len(generation.characters)),
            format="mp4",
        )

    async def clip(self, generation: Generation) -> Path:
        """Return the file of a task's clip, rendering it on first demand."""
        return await self._shelf.clip(
            Clip(
                task_id=generation.id,
                prompt=generation.prompt or "",
                duration=generation.duration,
                resolution=generation.resolution,
                characters=generation.characters,
                seed=self.seed,
                scenes=tuple(ClipScene(scene.prompt, scene.duration) for scene in generation.scenes),
            )
        )

    def close(self) -> None:
        """Let go of files and rendered clips."""
        self._shelf.close()
        self.log.close()


@lru_cache(maxsize=1024)
def _settled(policy: Policy, knobs: tuple[tuple[str, str], ...]) -> Policy:
    return with_knobs(policy, dict(knobs))
