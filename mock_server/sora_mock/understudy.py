"""The understudy: the running double.

Owns the things a running mock is made of: its log, clock, keys, policy and result clips. It must not know how a request
or a reply looks.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from sora_mock.clock import Clock
from sora_mock.engine import problems
from sora_mock.engine.commands import Command, DownloadGeneration
from sora_mock.engine.decision import Decision
from sora_mock.engine.events import CharacterCreated
from sora_mock.engine.lifecycle import View
from sora_mock.engine.policy import TIER_SCALE, Policy
from sora_mock.engine.problems import Refused
from sora_mock.engine.source import SourceVideo
from sora_mock.engine.state import Account, Generation, UploadedVideo
from sora_mock.keys import Caller, Keys, authenticate, key_digest
from sora_mock.links import Links, Named, is_picture, split_own
from sora_mock.log import Log
from sora_mock.media import Portrait, Shelf, media_type_of
from sora_mock.showing import picture_of, upload_of, variant_of, video_of
from sora_mock.visit import HOUSE, Visit

PICTURE_LIFETIME = 86_400_000
"""How many milliseconds the link to a character's picture is good for."""

HEIGHTS = {"480p": 480, "720p": 720, "1080p": 1080}


class Understudy:
    """One running double. Accounts are independent; commands of one account take effect one after another."""

    def __init__(self, *, log: Log, clock: Clock, keys: Keys, policy: Policy, shelf: Shelf, seed: int) -> None:
        self.log = log
        self.clock = clock
        self.keys = keys
        self.seed = seed
        self.watcher: Callable[[str], None] | None = None
        """Is told what happens to accounts with webhooks; None where nothing is sent."""
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

    def visit(self, caller: Caller) -> Visit:
        """Return the dealings of a caller from now on, in the course of one exchange."""
        return Visit(self.log, caller, real=self.clock.now(), policy=self._policies[caller.tier], watcher=self.watcher)

    def perform(self, caller: Caller, command: Command) -> Decision:
        """Decide one command for the caller's account, and keep its events."""
        return self.visit(caller).perform(command)

    def now(self, name: str) -> int:
        """Return the present instant of an account's own time."""
        return self.visit(Caller(name)).now

    def outside(self, name: str) -> int:
        """Return the present instant of the time that an account's own is reckoned from."""
        return self.visit(Caller(name)).outside

    def link(self, account: str, view: View) -> str | None:
        """Return the path and query of a view's clip, or None while there is none."""
        if view.status != "completed":
            return None
        return self._links.sign(Named(account, view.generation.id), view.generation.expires_at)

    def linked(self, path: str, query: str) -> tuple[str, Generation]:
        """Return account and task that a result link leads to; raise Refused when it leads nowhere (any more)."""
        named = self._links.open(path, query, self.now)
        decision = self.perform(Caller(named.account), DownloadGeneration(named.name))
        if isinstance(decision.outcome, View):
            return named.account, decision.outcome.generation
        raise Refused(problems.link_expired())

    def picture_link(self, account: str, created: CharacterCreated) -> str:
        """Return the path and query of a new character's picture."""
        return self._links.sign(Named(account, created.character_id), created.at + PICTURE_LIFETIME)

    def portrayed(self, path: str, query: str) -> Named | None:
        """Return whose picture a link leads to, None for the link of a clip; raise Refused when it leads nowhere."""
        if not is_picture(path):
            return None
        named = self._links.open(path, query, self.now)
        if named.name not in self.log.read(named.account).characters:
            raise Refused(problems.link_expired())
        return named

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

    async def clip(self, account: Account, generation: Generation) -> Path:
        """Return the file of a task's clip, rendering it on first demand."""
        return await self._shelf.file(video_of(account, generation, seed=self.seed))

    async def picture(self, character_id: str) -> tuple[Path, str]:
        """Return the file of a character's picture, made on first demand, and its media type."""
        piece = Portrait(character_id=character_id)
        return await self._shelf.file(piece), media_type_of(piece)

    async def content(
        self, account: Account, generation: Generation, variant: str, *, sheet: Literal["jpeg", "webp"]
    ) -> tuple[Path, str]:
        """Return one of the files of a task's clip, made on first demand, and its media type."""
        piece = variant_of(video_of(account, generation, seed=self.seed), variant, sheet=sheet)
        return await self._shelf.file(piece), media_type_of(piece)

    async def keep(self, content: bytes | Path, uploaded: UploadedVideo) -> None:
        """Put an uploaded video on the shelf, for whatever was made of it."""
        await self._shelf.keep(content, upload_of(uploaded))

    async def keep_picture(self, content: bytes | Path, generation: Generation) -> None:
        """Put the picture that a task's video begins with on the shelf, for as long as there is room."""
        picture = picture_of(generation)
        if picture is not None:
            await self._shelf.keep(content, picture)

    def close(self) -> None:
        """Let go of files and rendered clips."""
        self._shelf.close()
        self.log.close()
