"""Acting: what the model layer does to a server, action by action, with the model looking on.

Owns the calls of each action and what is noted of their replies. In which order actions are taken is not its business,
and none depends on what a server has answered but by leaving out what cannot be done.
"""

from sora_conformance.exchanges import Exchange, Party
from sora_conformance.server.company import Company, Slot, answered
from sora_conformance.server.hidden import Hidden
from sora_conformance.server.model import ENDLESS, Model, Notes
from sora_conformance.server.model_life import AT_WORK
from sora_conformance.server.model_span import PLAIN, misrated, rule_of, source_unlike
from sora_conformance.server.model_wish import Mention, Wish
from sora_conformance.server.stage import status_of, told

OTHER = {Party.FIRST: Party.SECOND, Party.SECOND: Party.FIRST}

CREATED = "character.url.created"

SHOWN = 8
"""How many of the last exchanges of an example are shown of a finding: what it came to, and how."""

QUICK_WAITS, REAL_WAITS = (20.0, 20.0, 200.0, 200.0, 201.0), (1.0, 2.0, 4.0, 8.0, 15.0, *[30.0] * 20)
"""How long to wait between looks at a task that is to end: where time is advanced, and where it really has to pass."""


class Acting:
    """One example: what was made in it, and what the model knows of that."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.stage = company.stage
        self.model = Model(taken=company.taken, kinds=company.kinds, losses=company.losses)
        self._start = len(self.stage.wire.exchanges)
        self._hidden = Hidden(company, self._note)

    # -- characters ----------------------------------------------------------------------------------------------

    def create(self, party: Party, span: str = PLAIN) -> Slot:
        """Make a character from the usual source; a refusal breaks the rule of its span, or that of repetition."""
        slot = Slot(party)
        # A creation may be made twice, because the first was limited.
        if not self.company.affords(2, characters=1):
            return slot
        exchange = self.stage.create(party=party, timestamps=span)
        findings = answered(exchange)
        again = (party, span) in self.company.spans
        kind = "character.repeat" if again else rule_of(span)
        # A server that was never seen to make one breaks no rule of spans by making none of this one.
        if findings:
            notes: Notes = [(kind if self.company.spans else CREATED, findings)]
        else:
            self.company.spans.add((party, span))
            notes = [(name, []) for name in dict.fromkeys((kind, rule_of(span), CREATED))]
        if not findings and exchange.object is not None:
            url = self.stage.source("video")
            notes.append(("character.reply.source", source_unlike(exchange.object, url=url, timestamps=span)))
            notes.append(("character.analysis.quality", misrated(exchange.object, span)))
            notes += self._named(slot, exchange)
        self._note(exchange, notes)
        return slot

    def create_from(self, task: Slot) -> Slot:
        """Make a character from an own task, if it is completed; where it has expired, that has to be refused."""
        slot = Slot(task.owner)
        state = self._state(task)
        if task.name is None or state not in {"completed", "expired"}:
            return slot
        if state == "expired":
            self._hidden.made_of(task.owner, task.name, "character.from-task.expired")
            return slot
        if not self.company.affords(2, characters=1):
            return slot
        exchange = self.stage.create_from(task.name, party=task.owner)
        findings, error = answered(exchange), exchange.error or {}
        unknown = error.get("code") == "task_not_found"
        notes = self.model.made_of(task.name, findings, param=error.get("param"), unknown=unknown)
        if not findings:
            notes += self._named(slot, exchange, of_task=True)
        self._note(exchange, notes)
        return slot

    def create_from_foreign(self, task: Slot) -> None:
        """Let the other account name a task, which has to look like one that does not exist."""
        if task.name is not None:
            self._hidden.made_of(OTHER[task.owner], task.name, "character.from-task.foreign")

    def mention_foreign(self, character: Slot) -> None:
        """Let the other account mention a character, which has to look like one that does not exist."""
        if character.name is not None:
            self._hidden.mentioned(OTHER[character.owner], character.name)

    # -- tasks ---------------------------------------------------------------------------------------------------

    def wish(self, party: Party, *texts: tuple[str | Slot, ...], board: bool = False) -> Slot:
        """Ask for a video that mentions own characters; it is left out where one of them was never made."""
        slot = Slot(party)
        cast = [part.name or "" for text in texts for part in text if isinstance(part, Slot)]
        if not self.model.owns(party, cast) or not self.company.affords(1, generations=1):
            return slot
        wish = Wish(texts=tuple(tuple(map(_part, text)) for text in texts), board=board)
        exchange = self.stage.wire.call("POST", "/generations", party=party, json=wish.body())
        findings = answered(exchange)
        notes = self.model.wished(wish, findings)
        found = exchange.object
        if not findings and found is not None:
            name = str(found.get("task_id") or found.get("id"))
            slot.name = name if name.isprintable() else None
            notes += self.model.accepted(party, name, wish, found)
        self._note(exchange, notes)
        return slot

    def look(self, task: Slot) -> str | None:
        """Look at an own task, and return how it stands."""
        if task.name is None or not self.company.affords(1):
            return None
        exchange = self.stage.retrieve(task.name, party=task.owner)
        answered(exchange)
        if exchange.status != 200 or exchange.object is None:
            self._note(exchange, [("generation.retrieve.own", [f"expected an own task, found {told(exchange)}"])])
            return None
        self._note(exchange, self.model.looked(task.name, exchange.object))
        return status_of(exchange)

    def look_foreign(self, task: Slot) -> None:
        """Let the other account look at a task, which has to look like one that does not exist."""
        if task.name is not None:
            self._hidden.looked_at(OTHER[task.owner], task.name)

    def finish(self, task: Slot) -> None:
        """Look at a task until it has ended."""
        waited = 0.0
        for seconds in QUICK_WAITS if self.stage.target.mock else REAL_WAITS:
            if self.look(task) not in AT_WORK or waited > ENDLESS:
                return
            self.pass_time(seconds)
            waited += seconds
        self.look(task)

    def pass_time(self, seconds: float) -> None:
        """Let time pass for all accounts."""
        if self.stage.target.mock:
            for party in self.company.parties:
                self.stage.wire.waiting.wait(seconds, party)
        else:
            self.stage.wire.waiting.wait(seconds)
        for party in self.company.parties:
            self.model.pass_time(party, seconds)

    # -- how it is done --------------------------------------------------------------------------------------------

    def _state(self, task: Slot) -> str | None:
        """Return how an own task stands now; it is looked at where the model cannot be certain."""
        if task.name is None:
            return None
        return self.model.state(task.name) or self.look(task)

    def _named(self, slot: Slot, exchange: Exchange, *, of_task: bool = False) -> Notes:
        name = str((exchange.object or {}).get("character_id"))
        # What is no word cannot be sent back, so that nothing more can be done with it.
        slot.name = name if name.isprintable() else None
        return self.model.made(slot.owner, name, of_task=of_task)

    def _note(self, exchange: Exchange, notes: Notes, *others: Exchange) -> None:
        """Note what was seen; a finding is shown with what led to it."""
        way = self.stage.wire.exchanges[self._start :][-SHOWN:]
        for rule, findings in notes:
            shown = [*(one for one in others if one not in way), *way] if findings else [exchange]
            self.company.seen.note(rule, findings, *shown)


def _part(part: str | Slot) -> str | Mention:
    return Mention(part.name or "") if isinstance(part, Slot) else part
