"""Hidden things: an account names what is another's, or what is gone, and is told no more than that there is none.

Owns these calls, and those that name what nobody has, by which each answer is measured. What is noted where is the
caller's business.
"""

from typing import Protocol

from sora_conformance.exchanges import Exchange, Party
from sora_conformance.server.checks import NOT_ACCEPTED, REFUSED, refused
from sora_conformance.server.company import Company, answered
from sora_conformance.server.likeness import told_apart
from sora_conformance.server.model import Notes

EXPIRED = "character.from-task.expired"


class Note(Protocol):
    """Notes what an exchange shows of some rules, given others that it was compared with."""

    def __call__(self, exchange: Exchange, notes: Notes, *others: Exchange) -> None:
        """Note it."""
        ...


class Hidden:
    """The calls of one example that have to be refused."""

    def __init__(self, company: Company, note: Note) -> None:
        self._company = company
        self._note = note

    def mentioned(self, party: Party, character: str) -> None:
        """Mention a character that is another's."""
        # All calls of this kind are answered at once, so that they count as they are; two are made once a run.
        if not self._company.affords(3):
            return
        unknown = self._unknown("mention", party)
        exchange = self._named("mention", party, character)
        if any(one.succeeded for one, _ in unknown):
            return  # Where a mention of nobody is accepted, being accepted does not mean being used.
        findings = _unlike(exchange, "character_not_found", unknown)
        notes: Notes = [("character.scope.account", findings)]
        if not findings:
            notes.append(("character.scope.hidden", told_apart(exchange, character, unknown)))
        self._note(exchange, notes, *(one for one, _ in unknown))

    def looked_at(self, party: Party, task: str) -> None:
        """Look at a task that is another's."""
        if not self._company.affords(3):
            return
        unknown = self._unknown("look", party)
        exchange = self._named("look", party, task)
        findings = _unlike(exchange, "task_not_found", unknown) or told_apart(exchange, task, unknown)
        self._note(exchange, [("generation.retrieve.foreign", findings)], *(one for one, _ in unknown))

    def made_of(self, party: Party, task: str, rule: str) -> None:
        """Ask for a character from a task that is another's, or has expired, as `rule` has it."""
        # Each of the three creations may be limited at first, if only by a server that limits what it refuses.
        if not self._company.affords(6):
            return
        unknown = self._unknown("creation", party)
        exchange = self._named("creation", party, task)
        findings = _unlike(exchange, "task_not_found", unknown, status=404 if rule == EXPIRED else REFUSED)
        # What is said of an own task that has expired is for the server to choose.
        if rule != EXPIRED:
            findings = findings or told_apart(exchange, task, unknown)
        self._note(exchange, [(rule, findings)], *(one for one, _ in unknown))

    def _unknown(self, kind: str, party: Party) -> list[tuple[Exchange, str]]:
        """Return how the account is answered that names what nobody has: twice, to know what differs anyway."""
        known = self._company.unknown.setdefault((kind, party), [])
        for purpose in ("model", "model again")[len(known) :]:
            name = self._company.stage.unknown("char_" if kind == "mention" else "task_", purpose)
            known.append((self._named(kind, party, name), name))
        return known

    def _named(self, kind: str, party: Party, name: str) -> Exchange:
        stage = self._company.stage
        match kind:
            case "mention":
                prompt, refusal = f"@{name} looks up", "character_not_found"
                exchange = stage.generate(prompt, party=party, refusal=refusal, param="prompt")
            case "creation":
                exchange = stage.create_from(name, party=party, refusal="task_not_found", param="from_task")
            case _:
                exchange = stage.retrieve(name, party=party, refusal="task_not_found")
        answered(exchange)
        return exchange


def _unlike(
    exchange: Exchange, code: str, unknown: list[tuple[Exchange, str]], *, status: int | range = REFUSED
) -> list[str]:
    """Expect a refusal for the right reason.

    A server that refuses what nobody has in some other way is not blamed for refusing this in the same way.
    """
    faulty = any(refused(one, code) for one, _ in unknown)
    wanted = (status,) if isinstance(status, int) else NOT_ACCEPTED
    return [] if faulty and exchange.status in wanted else refused(exchange, code, status=status)
