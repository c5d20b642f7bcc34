"""The model layer: two surveys, each a fixed tour of all that it speaks of, and then a state machine.

Owns the tours, the rules that they are sure to come upon, and what they cost at the most.
"""

import msgspec

from sora_conformance.contract import Cost
from sora_conformance.exchanges import Party
from sora_conformance.server.acting import Acting
from sora_conformance.server.cases import CLOCK, SECOND_KEY, Case, Price
from sora_conformance.server.company import Company
from sora_conformance.server.machine import characters_machine, perform, run, tasks_machine
from sora_conformance.server.model_life import DAY, HOUR
from sora_conformance.server.model_span import SPANS, within
from sora_conformance.server.stage import Stage
from sora_conformance.server.survey import Sightings, Survey, survey_cases

A_MINUTE = 61.0
"""Seconds after which an account's creations have left the window of the rate limit."""

A_LIFE = DAY + HOUR
"""Seconds after which every task has expired."""

_LONG = ("character.timestamps.long",)
_SECOND = (
    "character.scope.account",
    "character.scope.hidden",
    "character.from-task.foreign",
    "generation.retrieve.foreign",
)
_CLOCK = ("character.from-task.expired", "character.permanent")
_NEEDS = {
    **dict.fromkeys(_SECOND, SECOND_KEY),
    **dict.fromkeys(_CLOCK, CLOCK),
    **dict.fromkeys(_LONG, "the length of the source video"),
}
"""What a rule needs that not every run of its survey has."""


def model_cases() -> tuple[Case, ...]:
    """Return the cases of the layer."""
    return tuple(
        msgspec.structs.replace(case, needs=case.needs | {_NEEDS[case.rule]}) if case.rule in _NEEDS else case
        for survey in (CHARACTERS, TASKS)
        for case in survey_cases(survey)
    )


def _explore_characters(stage: Stage, seen: Sightings) -> None:
    company = Company(stage, seen, CHARACTERS.price)
    _rest(company)
    tour_characters(Acting(company))
    run(company, characters_machine(company), examples=5, steps=6)


def _explore_tasks(stage: Stage, seen: Sightings) -> None:
    company = Company(stage, seen, TASKS.price)
    _rest(company)
    tour_tasks(Acting(company))
    run(company, tasks_machine(company), examples=10, steps=12)


def _rest(company: Company) -> None:
    """Let the creations of others leave the window where that takes no time, so that none of ours is limited."""
    if company.stage.target.mock:
        for party in company.parties:
            company.stage.wire.waiting.wait(A_MINUTE, party)


def tour_characters(acting: Acting) -> None:
    """Make characters of all kinds of spans, one of them twice, and name them to the other account."""
    spans = within(SPANS, acting.stage.target.video_seconds)
    made = [acting.create(Party.FIRST, span) for span in spans]
    acting.create(Party.FIRST, spans[0])
    acting.create(Party.FIRST, spans[0])
    if Party.SECOND in acting.company.parties:
        acting.mention_foreign(made[0])
        acting.mention_foreign(acting.create(Party.SECOND))


def tour_tasks(acting: Acting) -> None:
    """Make characters and tasks, use each in every way, and come back after an hour and after a day."""
    one, two, three, four = (acting.create(Party.FIRST) for _ in range(4))
    first = perform(acting, "plain", one, one)
    acting.finish(first)
    used = [perform(acting, "one", one, one) for _ in range(3)]
    for kind, other in (("inside", one), ("two", two), ("twice", one), ("text", one), ("board", two)):
        used.append(perform(acting, kind, one, other))
    perform(acting, "two", two, one)
    acting.wish(Party.FIRST, ("A calm sea",), ("The same sea in a storm",), board=True)
    acting.wish(Party.FIRST, (one, ", ", two, ", ", three, " and ", four, " are on one stage"))
    for task in used[-1:]:
        acting.finish(task)
    of_task = acting.create_from(first)
    perform(acting, "one", of_task, of_task)
    if Party.SECOND in acting.company.parties:
        theirs = acting.wish(Party.SECOND, ("Snow on a slate roof",))
        acting.finish(theirs)
        acting.look_foreign(theirs)
        acting.create_from_foreign(theirs)
        acting.create_from_foreign(first)
    if acting.stage.target.mock:
        acting.pass_time(HOUR)
        acting.look(first)
        perform(acting, "one", one, one)
        acting.pass_time(A_LIFE)
        acting.look(first)
        acting.create_from(first)
        perform(acting, "one", one, one)
        perform(acting, "one", of_task, of_task)


CHARACTERS = Survey(
    name="model/characters",
    rules=(
        "character.url.created",
        "character.id.distinct",
        "character.repeat",
        "character.reply.source",
        "character.analysis.quality",
        "character.timestamps.advised",
        "character.timestamps.fraction",
        "character.timestamps.short",
        "character.timestamps.long",
        "character.scope.account",
        "character.scope.hidden",
    ),
    explore=_explore_characters,
    cost=Cost.CHARACTER,
    price=Price(calls=54, characters=42),
    alone=True,
)

TASKS = Survey(
    name="model",
    rules=(
        "character.from-task.created",
        "character.from-task.no-timestamps",
        "character.from-task.foreign",
        "character.from-task.expired",
        "character.reuse",
        "character.permanent",
        "generation.task-id.usable",
        "generation.task-id.form",
        "generation.reply.echo",
        "generation.reply.queued",
        "generation.prompt.plain",
        "generation.mention.one",
        "generation.mention.several",
        "generation.mention.order",
        "generation.mention.inside",
        "generation.mention.many",
        "generation.mention.repeated",
        "generation.mention.text",
        "generation.mention.reported",
        "generation.scenes.accepted",
        "generation.scenes.mentions",
        "generation.retrieve.own",
        "generation.retrieve.foreign",
        "generation.lifecycle.words",
        "generation.lifecycle.order",
        "generation.lifecycle.progress",
        "generation.lifecycle.ends",
        "generation.latency",
        "generation.lifetime",
        "generation.result.link",
    ),
    explore=_explore_tasks,
    cost=Cost.GENERATION,
    price=Price(calls=180, characters=50, generations=90),
    alone=True,
)
