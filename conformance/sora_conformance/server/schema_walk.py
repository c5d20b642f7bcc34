"""A walk: calls made one after the other along the links of the description, each judged as it is made.

Owns what a link promises, the waiting for tasks that a link needs finished, and the count of what is made. It knows
nothing of how the next call is chosen.
"""

from collections import Counter
from contextlib import suppress
from typing import Any

from sora_conformance.budget import NotJudged
from sora_conformance.exchanges import Exchange
from sora_conformance.server.schema_acceptances import judge_acceptance
from sora_conformance.server.schema_notes import Notes
from sora_conformance.server.schema_promises import CHARACTER_RULES, TASK_REPLY
from sora_conformance.server.schema_samples import Sample, response_of, sample_of
from sora_conformance.server.schema_sending import Sender
from sora_conformance.server.stage import Stage, status_of
from sora_conformance.server.survey import Sightings

LINKS = {
    "characterFromTask": ("character.from-task.created", "generation.task-id.usable"),
    "mentionInGeneration": ("generation.mention.one",),
    "retrieve": ("generation.retrieve.own",),
    "download": ("generation.content.served",),
}
"""The rules that promise what each link of the description does."""

WAITING = ("characterFromTask", "download")
"""The links that lead on only once a task has ended."""

RULES = (
    *dict.fromkeys(rule for rules in LINKS.values() for rule in rules),
    "generation.created",
    *TASK_REPLY,
)

MOST = 16
"""How many characters, and how many generations, are asked for at the most."""


class Walk:
    """The calls of one exploration, each judged as it is made. `left` are the links that nothing has followed yet."""

    def __init__(self, stage: Stage, seen: Sightings) -> None:
        self._stage = stage
        self._seen = seen
        self._sender = Sender(stage)
        self._running: set[str] = set()
        self._useless: set[str] = set()
        self._made: Counter[str] = Counter()
        self._generates = False
        self.unknown = stage.unknown("task_", "a task that no link leads to")
        self.left = set(LINKS)
        self.outputs: dict[str, Any] = {}

    def remember(self, exchange: Exchange, output: Any) -> Any:  # noqa: ANN401 - a class of an untyped library
        """Keep a success to lead on from, as the library knows it; return that."""
        if exchange.status == 200:
            self.outputs[output.case.operation.label] = output
        return output

    def step(self, case: Any, link: str | None) -> Exchange | None:  # noqa: ANN401 - a class of an untyped library
        """Make a call that a link leads to, None for one that begins; return what came of it."""
        sample = sample_of(case)
        if sample is None or self._made[sample.operation] == MOST:
            return None
        self._made[sample.operation] += sample.method == "POST"
        vain = self.unknown in sample.path
        if link in WAITING:
            self._wait(sample)
        exchange = self._sender.send(sample, refusal="task_not_found" if vain else None)
        if exchange is None or vain:
            return exchange
        if sample.operation == "createGeneration":
            self._generated(exchange, begins=link is None)
        rules = LINKS.get(link or "", ())
        if rules and not self._is_in_vain(sample, link, exchange):
            self.left.discard(link or "")
            what = f"{sample.method} {sample.path} ({link})"
            notes = Notes(RULES, rules[0], what, elsewhere=CHARACTER_RULES)
            judge_acceptance(notes, sample, exchange, rules)
            notes.write(self._seen, exchange)
        return exchange

    def _generated(self, exchange: Exchange, *, begins: bool) -> None:
        self._generates = self._generates or (begins and exchange.succeeded)
        task = (exchange.object or {}).get("id")
        if exchange.status == 200 and isinstance(task, str):
            self._running.add(task)

    def _wait(self, sample: Sample) -> None:
        """Let the task that a sample names come to its end."""
        for task in sorted(self._running):
            if _names(sample, task):
                self._running.remove(task)
                with suppress(NotJudged):  # what cannot be waited for is of no use, and the next call tells why
                    if status_of(self._stage.ended(task)) == "completed":
                        continue
                self._useless.add(task)

    def _is_in_vain(self, sample: Sample, link: str | None, exchange: Exchange) -> bool:
        """Tell whether a link could not lead on: from a task that has failed, or where no video is made at all."""
        no_videos = link == "mentionInGeneration" and not self._generates and not exchange.succeeded
        return no_videos or any(_names(sample, task) for task in self._useless)


def _names(sample: Sample, task: str) -> bool:
    return task in sample.path or task.encode() in sample.body


def readable(exchange: Exchange) -> Any:  # noqa: ANN401 - a class of an untyped library
    """Return a reply that can be led on from: JSON is read as such, however it is declared."""
    return response_of(exchange, media_type=None if exchange.object is None else "application/json")
