"""The state machine: actions of two accounts in orders that nobody has thought of, each reply held against the model.

Owns the two machines and how Hypothesis runs them. A difference is noted instead of raised, so that every rule is seen
in one run and nothing is shrunk: shrinking would call the server thousands of times. No draw depends on a reply.
Hypothesis is loaded on first use: most runs of the command need none.
"""

from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from sora_conformance.exchanges import Party
from sora_conformance.server.acting import Acting
from sora_conformance.server.company import Company, Slot
from sora_conformance.server.model_life import DAY, HOUR
from sora_conformance.server.model_span import SPANS, within

if TYPE_CHECKING:
    from hypothesis.stateful import RuleBasedStateMachine

TIMES = (60.0, HOUR, 2 * DAY)
"""The seconds that a step may let pass: within a task's work, within its life, beyond it."""

KINDS: tuple[str, ...] = ("plain", "one", "inside", "two", "twice", "text", "board")
"""The kinds of wishes that are drawn."""


def run(company: Company, machine: "type[RuleBasedStateMachine]", *, examples: int, steps: int) -> None:
    """Run so many examples of a machine, of so many steps each, as the stage's seed has it."""
    from hypothesis import HealthCheck, Phase, Verbosity, seed, settings
    from hypothesis.internal.conjecture.providers import HypothesisProvider
    from hypothesis.stateful import run_state_machine_as_test

    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        derandomize=False,
        print_blob=False,
        report_multiple_bugs=False,
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
    )
    # Constants of whatever modules are loaded would get into the draws: the same seed has to mean the same anywhere.
    with patch.object(HypothesisProvider, "_maybe_draw_constant", lambda *_, **__: None, create=True):
        run_state_machine_as_test(seed(company.stage.seed)(machine), settings=chosen)


def characters_machine(company: Company) -> "type[RuleBasedStateMachine]":
    """Return the machine that makes characters only."""
    from hypothesis import strategies as st
    from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, rule

    spans = within(SPANS, company.stage.target.video_seconds)

    class Characters(RuleBasedStateMachine):
        made = Bundle("made")

        def __init__(self) -> None:
            super().__init__()
            self.acting = Acting(company)

        @initialize(target=made)
        def begin(self) -> Slot:
            return self.acting.create(Party.FIRST)

        @rule(target=made, party=st.sampled_from(company.parties), span=st.sampled_from(spans))
        def create(self, party: Party, span: str) -> Slot:
            return self.acting.create(party, span)

    class Foreign(Characters):
        @rule(character=Characters.made)
        def mention_foreign(self, character: Slot) -> None:
            self.acting.mention_foreign(character)

    return Foreign if len(company.parties) > 1 else Characters


def tasks_machine(company: Company) -> "type[RuleBasedStateMachine]":
    """Return the machine that makes characters and tasks, and lets time pass where that takes none."""
    machine: type[RuleBasedStateMachine] = _of_one(company)
    if len(company.parties) > 1:
        machine = _of_both(machine)
    if company.stage.target.mock:
        machine = _with_time(machine)
    return machine


def _of_one(company: Company) -> Any:  # noqa: ANN401 - a class that others are derived from
    from hypothesis import strategies as st
    from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, rule

    characters, tasks = Bundle[Slot]("characters"), Bundle[Slot]("tasks")

    class Tasks(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.acting = Acting(company)

        @initialize(target=characters)
        def character(self) -> Slot:
            return self.acting.create(Party.FIRST)

        @initialize(target=tasks)
        def task(self) -> Slot:
            return self.acting.wish(Party.FIRST, ("Rain on a tin roof",))

        @rule(target=characters, task=tasks)
        def create_from(self, task: Slot) -> Slot:
            return self.acting.create_from(task)

        @rule(target=tasks, kind=st.sampled_from(KINDS), one=characters, other=characters)
        def wish(self, kind: str, one: Slot, other: Slot) -> Slot:
            return perform(self.acting, kind, one, other if other.owner is one.owner else one)

        @rule(task=tasks)
        def look(self, task: Slot) -> None:
            self.acting.look(task)

    return Tasks


def _of_both(base: Any) -> Any:  # noqa: ANN401 - a class, made by a function
    from hypothesis.stateful import Bundle, initialize, rule

    characters, tasks = Bundle[Slot]("characters"), Bundle[Slot]("tasks")

    class Both(base):  # type: ignore[misc]
        acting: Acting

        @initialize(target=characters)
        def foreign_character(self) -> Slot:
            return self.acting.create(Party.SECOND)

        @initialize(target=tasks)
        def foreign_task(self) -> Slot:
            return self.acting.wish(Party.SECOND, ("Snow on a slate roof",))

        @rule(task=tasks)
        def look_foreign(self, task: Slot) -> None:
            self.acting.look_foreign(task)

        @rule(task=tasks)
        def create_from_foreign(self, task: Slot) -> None:
            self.acting.create_from_foreign(task)

    return Both


def _with_time(base: Any) -> Any:  # noqa: ANN401 - a class, made by a function
    from hypothesis import strategies as st
    from hypothesis.stateful import rule

    class Timed(base):  # type: ignore[misc]
        acting: Acting

        @rule(seconds=st.sampled_from(TIMES))
        def wait(self, seconds: float) -> None:
            self.acting.pass_time(seconds)

    return Timed


def perform(acting: Acting, kind: str, one: Slot, other: Slot) -> Slot:
    """Ask for a video of one kind; where two characters are wanted and there is one, it stands for both."""
    owner = one.owner
    match kind:
        case "plain":
            return acting.wish(owner, ("A lighthouse in the fog",))
        case "one":
            return acting.wish(owner, (one, " rows through the morning fog"))
        case "inside":
            return acting.wish(owner, ("Through the rain walks ", one, " without a coat"))
        case "two":
            return acting.wish(owner, (one, " teaches ", other, " to tie a bowline"))
        case "twice":
            return acting.wish(owner, (one, " looks at ", one, " in a mirror"))
        case "text":
            return acting.wish(owner, (one, " writes to nobody@example.com and to @everyone"))
        case _:
            return acting.wish(owner, (one, " opens the door"), ("Up the path comes ", other, " at last"), board=True)
