"""The model: what the contract asks of a server that two accounts talk to, kept beside the server and compared with it.

Owns what is known of characters, tasks and time, and which rule a reply breaks that does not go with it. It is written
from the rules alone, sends nothing, and holds no clock: time passes when it is told so.
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from sora_conformance.exchanges import Party
from sora_conformance.server.model_life import AT_WORK, DAY, HOUR, RANK, Task, backward, linked, misstated, regressed
from sora_conformance.server.model_wish import Wish

SLACK = 1_800.0
"""Seconds that may pass on a server beside those that a run lets pass: replies, and waits for the rate limit."""

USUAL, ENDLESS = 180.0, 600.0
"""Seconds within which a task should end, and after which one that has not is taken for one that never will."""

PLAIN = "generation.prompt.plain"
"""The rule of the plainest wish: a server that was never seen to grant one breaks no rule of mentions by refusing."""

Notes = list[tuple[str, list[str]]]
"""Rules that a reply has exercised, each with what was found otherwise than it says."""


class Character(msgspec.Struct):
    """A character: whose, since when, of what; how often it was mentioned, and the rule by which it was `lost`."""

    owner: Party
    born: float
    of_task: bool = False
    uses: int = 0
    lost: str | None = None


class Model:
    """What one example knows.

    `taken` are the ids of all characters of the run, `kinds` the rules of the wishes that were granted in it, `losses`
    the rules by which characters were lost.
    """

    def __init__(
        self, *, taken: set[str] | None = None, kinds: set[str] | None = None, losses: set[str] | None = None
    ) -> None:
        self.taken = set() if taken is None else taken
        self.kinds = set() if kinds is None else kinds
        self.losses = set() if losses is None else losses
        self.characters: dict[str, Character] = {}
        self.tasks: dict[str, Task] = {}
        self._passed = dict.fromkeys(Party, 0.0)
        self._orders: dict[frozenset[str], tuple[str, ...]] = {}

    def pass_time(self, party: Party, seconds: float) -> None:
        """Let time pass for an account."""
        self._passed[party] += seconds

    # -- characters ----------------------------------------------------------------------------------------------

    def made(self, owner: Party, name: str, *, of_task: bool = False) -> Notes:
        """Enter a character; its id is to be one that no other has."""
        again = name in self.taken
        self.taken.add(name)
        if name not in self.characters:
            self.characters[name] = Character(owner, self._passed[owner], of_task)
        return [("character.id.distinct", ["expected an id that no other character has, found one again"] * again)]

    def made_of(self, task: str, findings: list[str], *, param: object = None, unknown: bool = False) -> Notes:
        """Judge how a creation from an own completed task was answered; a refusal may name a field or not know it."""
        rules = ("character.from-task.created", "character.from-task.no-timestamps", "generation.task-id.usable")
        if not findings:
            return [(rule, []) for rule in rules]
        rule = rules[1] if param == "timestamps" else rules[2] if unknown else rules[0]
        return [(rule, [f"a creation from an own {self.tasks[task].status} task: {text}" for text in findings])]

    def owns(self, party: Party, names: Iterable[str]) -> bool:
        """Tell whether all characters are the account's own."""
        return all(name in self.characters and self.characters[name].owner is party for name in names)

    # -- wishes --------------------------------------------------------------------------------------------------

    def wished(self, wish: Wish, findings: list[str]) -> Notes:
        """Judge how a wish was answered that mentions own characters only, and has to be granted."""
        cast = [self.characters[name] for name in wish.names]
        kind = self._kind(wish)
        if findings:
            rule = self._culprit(kind, cast)
            if len(cast) == 1 and rule in {"character.reuse", "character.permanent"}:
                cast[0].lost = rule
                self.losses.add(rule)
            return [(rule, [f"{wish}: {text}" for text in findings])]
        rules = {kind: None}
        rules |= {"character.reuse": None} if any(one.uses for one in cast) else {}
        rules |= {"character.permanent": None} if any(self._age(one) >= HOUR for one in cast) else {}
        self.kinds.add(kind)
        self._orders.setdefault(frozenset(wish.names), wish.names)
        for one in cast:
            one.uses += 1
        return [(rule, []) for rule in rules]

    def _kind(self, wish: Wish) -> str:
        before = self._orders.get(frozenset(wish.names))
        if wish.rule == "generation.mention.several" and before is not None and before != wish.names:
            return "generation.mention.order"
        return wish.rule

    def _culprit(self, kind: str, cast: list[Character]) -> str:
        """Return the rule that a refusal breaks: what a server was seen to do is not what it cannot do."""
        lost = next((one.lost for one in cast if one.lost is not None), None)
        if lost is not None:
            return lost
        if PLAIN not in self.kinds:
            return PLAIN
        if "character.reuse" in self.losses and any(one.uses for one in cast):
            return "character.reuse"
        if kind in self.kinds and any(self._age(one) >= HOUR for one in cast):
            return "character.permanent"
        if any(one.of_task and not one.uses for one in cast):
            return "character.from-task.created"
        if kind in self.kinds and any(one.uses for one in cast):
            return "character.reuse"
        return kind

    def _age(self, thing: Character | Task) -> float:
        """Return how many seconds have passed at least since a thing was made."""
        return self._passed[thing.owner] - thing.born

    # -- tasks ---------------------------------------------------------------------------------------------------

    def accepted(self, owner: Party, name: str, wish: Wish, reply: dict[str, Any]) -> Notes:
        """Enter a task, and judge the reply that accepts it."""
        task = self.tasks.setdefault(name, Task(owner, self._passed[owner], wish))
        queued = (reply.get("status"), reply.get("progress")) == ("queued", 0)
        named = reply.get("id") == reply.get("task_id") and name.startswith("task_")
        return [
            ("generation.reply.queued", [] if queued else ["expected a new task to be queued, with progress 0"]),
            ("generation.task-id.form", [] if named else ["expected id and task_id to be one id, task_…"]),
            *self._told(task, reply),
        ]

    def looked(self, name: str, reply: dict[str, Any]) -> Notes:
        """Judge how an own task shows itself now."""
        same = reply.get("id", reply.get("task_id")) == name
        own = [] if same else ["expected the task that was asked for, found another"]
        return [("generation.retrieve.own", own), *self._told(self.tasks[name], reply)]

    def state(self, name: str) -> str | None:
        """Return what a task is for certain now; None where it has to be looked at first."""
        task = self.tasks[name]
        if task.status == "completed" and self._age(task) + SLACK >= DAY:
            return None
        return None if task.status in AT_WORK else task.status

    def _told(self, task: Task, reply: dict[str, Any]) -> Notes:
        notes: Notes = [("generation.reply.echo", task.wish.unlike(reply)), *task.wish.miscounted(reply)]
        if task.wish.board:
            notes.append(("generation.scenes.accepted", task.wish.misjudged(reply)))
        status = reply.get("status")
        if not isinstance(status, str) or status not in RANK:
            return [*notes, ("generation.lifecycle.words", [f"expected one of {', '.join(RANK)}, found {status!r}"])]
        notes += [
            ("generation.lifecycle.words", []),
            ("generation.lifecycle.order", backward(task, status)),
            ("generation.lifecycle.progress", regressed(task, status, reply.get("progress"))),
            ("generation.result.link", linked(status, reply.get("video_url"))),
            *self._timed(task, status, reply),
        ]
        task.status = status
        return notes

    def _timed(self, task: Task, status: str, reply: dict[str, Any]) -> Notes:
        """Hold a task against the time that has passed since it was accepted."""
        age = self._age(task)
        if status in AT_WORK:
            late = [f"expected an end within {USUAL:g} s, found the task {status} after {age:g} s"] * (age > USUAL)
            never = [f"expected an end, found the task {status} after {age:g} s"] * (age > ENDLESS)
            return [("generation.latency", late), ("generation.lifecycle.ends", never)]
        notes: Notes = [("generation.lifecycle.ends", [])]
        if age <= ENDLESS:
            notes.append(("generation.latency", []))
        if status == "expired" and age + SLACK < DAY:
            notes.append(("generation.lifetime", [f"expected 24 h of life, found a task expired after {age:g} s"]))
        elif status == "completed" and age > DAY + ENDLESS + SLACK:
            notes.append(("generation.lifetime", [f"expected 24 h of life, found a task completed after {age:g} s"]))
        elif status != "failed":
            notes.append(("generation.lifetime", misstated(reply)))
        return notes
