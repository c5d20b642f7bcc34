"""Acting: what the model layer does to a server, action by action, with the model looking on.

Owns the calls of each action and what is noted of their replies. In which order actions are taken is not its business,
and none depends on what a server has answered but by leaving out what cannot be done.
"""

from sora_conformance.budget import inconclusive
from sora_conformance.exchanges import Exchange, Party
from sora_conformance.server.checks import accepted, refused
from sora_conformance.server.company import Company, Slot
from sora_conformance.server.likeness import told_apart
from sora_conformance.server.model import ENDLESS, Model, Notes
from sora_conformance.server.model_life import AT_WORK
from sora_conformance.server.model_span import PLAIN, misrated, rule_of, source_unlike
from sora_conformance.server.model_wish import Mention, Wish
from sora_conformance.server.stage import status_of, told

OTHER = {Party.FIRST: Party.SECOND, Party.SECOND: Party.FIRST}

CREATED = "character.url.created"

SHOWN = 8
"""How many of the last exchanges of an example are shown of a finding: what it came to, and how."""

QUICK_WAITS, REAL_WAITS = (200.0, 200.0, 201.0), (1.0, 2.0, 4.0, 8.0, 15.0, *[30.0] * 20)
"""How long to wait between looks at a task that is to end: where time is advanced, and where it really has to pass."""


class Acting:
    """One example: what was made in it, and what the model knows of that."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.stage = company.stage
        self.model = Model(taken=company.taken, kinds=company.kinds, losses=company.losses)
        self._start = len(self.stage.wire.exchanges)

    # -- characters ----------------------------------------------------------------------------------------------

    def create(self, party: Party, span: str = PLAIN) -> Slot:
        """Make a character from the usual source; a refusal breaks the rule of its span, or that of repetition."""
        slot = Slot(party)
        # A creation may be made twice, because the first was limited.
        if not self.company.affords(2, characters=1):
            return slot
        exchange = self.stage.create(party=party, timestamps=span)
        findings = self._answered(exchange)
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
            self._refused_task(task.owner, task.name, "character.from-task.expired")
            return slot
        if not self.company.affords(2, characters=1):
            return slot
        exchange = self.stage.create_from(task.name, party=task.owner)
        findings, error = self._answered(exchange), exchange.error or {}
        unknown = error.get("code") == "task_not_found"
        notes = self.model.made_of(task.name, findings, param=error.get("param"), unknown=unknown)
        if not findings:
            notes += self._named(slot, exchange, of_task=True)
        self._note(exchange, notes)
        return slot

    def create_from_foreign(self, task: Slot) -> None:
        """Let the other account name a task, which has to look like one that does not exist."""
        if task.name is not None:
            self._refused_task(OTHER[task.owner], task.name, "character.from-task.foreign")

    def mention_foreign(self, character: Slot) -> None:
        """Let the other account mention a character, which has to look like one that does not exist."""
        if character.name is None or not self.company.affords(5):
            return
        party = OTHER[character.owner]
        unknown = self._unknown("char_", party)
        exchange = self._mentioned(party, character.name)
        self._answered(exchange)
        findings = refused(exchange, "character_not_found")
        notes: Notes = [("character.scope.account", findings)]
        if not findings:
            notes.append(("character.scope.hidden", told_apart(exchange, character.name, unknown)))
        self._note(exchange, notes, *(one for one, _ in unknown))

    # -- tasks ---------------------------------------------------------------------------------------------------

    def wish(self, party: Party, *texts: tuple[str | Slot, ...], board: bool = False) -> Slot:
        """Ask for a video that mentions own characters; it is left out where one of them was never made."""
        slot = Slot(party)
        cast = [part.name or "" for text in texts for part in text if isinstance(part, Slot)]
        if not self.model.owns(party, cast) or not self.company.affords(1, generations=1):
            return slot
        wish = Wish(texts=tuple(tuple(map(_part, text)) for text in texts), board=board)
        exchange = self.stage.wire.call("POST", "/generations", party=party, json=wish.body())
        findings = self._answered(exchange)
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
        self._answered(exchange)
        if exchange.status != 200 or exchange.object is None:
            self._note(exchange, [("generation.retrieve.own", [f"expected an own task, found {told(exchange)}"])])
            return None
        self._note(exchange, self.model.looked(task.name, exchange.object))
        return status_of(exchange)

    def look_foreign(self, task: Slot) -> None:
        """Let the other account look at a task, which has to look like one that does not exist."""
        if task.name is None or not self.company.affords(3):
            return
        party, rule = OTHER[task.owner], "generation.retrieve.foreign"
        unknown = self._unknown("look", party)
        exchange = self.stage.retrieve(task.name, party=party, refusal="task_not_found")
        self._answered(exchange)
        findings = refused(exchange, "task_not_found") or told_apart(exchange, task.name, unknown)
        self._note(exchange, [(rule, findings)], *(one for one, _ in unknown))

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

    def _refused_task(self, party: Party, task: str, rule: str) -> None:
        # Each of the three creations may be limited at first, if only by a server that limits what it refuses.
        if not self.company.affords(6):
            return
        unknown = self._unknown("task_", party)
        exchange = self.stage.create_from(task, party=party, refusal="task_not_found", param="from_task")
        self._answered(exchange)
        exact = 404 if rule == "character.from-task.expired" else range(400, 500)
        findings = refused(exchange, "task_not_found", status=exact)
        if not findings and rule == "character.from-task.foreign":
            findings = told_apart(exchange, task, unknown)
        self._note(exchange, [(rule, findings)], *(one for one, _ in unknown))

    def _unknown(self, kind: str, party: Party) -> list[tuple[Exchange, str]]:
        """Return how the account is answered that names what nobody has: twice, to know what differs anyway."""
        known = self.company.unknown.setdefault((kind, party), [])
        for purpose in ("model", "model again")[len(known) :]:
            name = self.stage.unknown("char_" if kind == "char_" else "task_", purpose)
            match kind:
                case "char_":
                    exchange = self._mentioned(party, name)
                case "task_":
                    exchange = self.stage.create_from(name, party=party, refusal="task_not_found", param="from_task")
                case _:
                    exchange = self.stage.retrieve(name, party=party, refusal="task_not_found")
            self._answered(exchange)
            known.append((exchange, name))
        return known

    def _mentioned(self, party: Party, name: str) -> Exchange:
        prompt = f"@{name} looks up"
        return self.stage.generate(prompt, party=party, refusal="character_not_found", param="prompt")

    def _named(self, slot: Slot, exchange: Exchange, *, of_task: bool = False) -> Notes:
        name = str((exchange.object or {}).get("character_id"))
        # What is no word cannot be sent back, so that nothing more can be done with it.
        slot.name = name if name.isprintable() else None
        return self.model.made(slot.owner, name, of_task=of_task)

    def _answered(self, exchange: Exchange) -> list[str]:
        """Return what is wrong with a reply as a success; raise NotJudged where none came."""
        if exchange.failure is not None:
            raise inconclusive(f"no answer: {told(exchange)}")
        return accepted(exchange)

    def _note(self, exchange: Exchange, notes: Notes, *others: Exchange) -> None:
        """Note what was seen; a finding is shown with what led to it."""
        way = self.stage.wire.exchanges[self._start :][-SHOWN:]
        for rule, findings in notes:
            shown = [*(one for one in others if one not in way), *way] if findings else [exchange]
            self.company.seen.note(rule, findings, *shown)


def _part(part: str | Slot) -> str | Mention:
    return Mention(part.name or "") if isinstance(part, Slot) else part
