"""The probes of relays: their cases that are code.

Owns the list of the modules that have them, which of the guide's probes hold here as well, and what takes more than a
table to say of a relay's characters.
"""

from collections.abc import Iterator
from itertools import chain

import msgspec

from sora_conformance.budget import inconclusive
from sora_conformance.contract import Cost, load
from sora_conformance.server import probes_character, probes_raw
from sora_conformance.server.cases import CLOCK, Case, Findings, Price
from sora_conformance.server.checks import refused
from sora_conformance.server.features import features_of
from sora_conformance.server.matching import shown
from sora_conformance.server.probe import Probes
from sora_conformance.server.probes_character import LIFETIME
from sora_conformance.server.probes_result import is_address
from sora_conformance.server.relay_limit import LIMIT
from sora_conformance.server.relay_mentions import MENTIONS
from sora_conformance.server.relay_pictures import REDIRECTS, fetched, flaw
from sora_conformance.server.stage import ANY_VIDEO, SPAN, Stage, made, told
from sora_conformance.server.survey import survey_cases

PROBES = Probes()

DIALECT = "relay"
SHARED = ("character/from-task/unfinished", "character/from-task/failed")
"""The guide's cases that ask the same of a relay, beside those below HTTP."""

MISTAKES: tuple[tuple[str, dict[str, object]], ...] = (
    ("missing_required_parameter", {"url": None}),
    ("missing_required_parameter", {"timestamps": None}),
    ("invalid_timestamps", {"timestamps": "five,eight"}),
    ("invalid_timestamps", {"timestamps": "4,1"}),
    ("invalid_timestamps", {"timestamps": "1,9"}),
    ("invalid_type", {"timestamps": 5}),
    ("invalid_url", {"url": "hero.mp4"}),
    ("conflicting_parameters", {"from_task": "task_0"}),
)
"""Creations with one mistake each, none of which takes a look at the video."""


@PROBES(
    "character/reply/picture",
    "character.reply.picture",
    cost=Cost.CHARACTER,
    price=Price(calls=2 + REDIRECTS, characters=1),
    needs=("source video",),
)
def picture(stage: Stage) -> Findings:
    """Behind the address of the picture there is one, which opens without a key."""
    reply = stage.create()
    made(reply, "id", "a character")
    link = (reply.object or {}).get("profile_picture_url")
    if not is_address(link):
        return [f"expected the address of a picture, found {shown(link)}"]
    seen = fetched(stage, str(link))
    if seen.status != 200:
        return [f"expected the picture to open without a key, found {told(seen)}"]
    wrong = flaw(seen.body)
    return [] if wrong is None else [f"expected a picture that can be opened, {wrong}"]


@PROBES(
    "character/from-task/expired",
    "character.from-task.expired",
    cost=Cost.GENERATION,
    price=Price(calls=6, generations=1),
    needs=(CLOCK,),
    alone=True,
)
def expired(stage: Stage) -> Findings:
    """A video whose content has expired is answered like one that there never was."""
    task = stage.new_task()
    stage.wire.waiting.wait(LIFETIME)
    content = stage.wire.call("GET", f"{stage.tasks}/{task}/content")
    if content.status == 200:
        raise inconclusive("setup: an expired video was needed, and after 25 h the content of this one is still there")
    reply = stage.create_from(task, refusal="task_not_found", param="from_task")
    return refused(reply, "task_not_found", status=404, dialect=DIALECT)


@PROBES("error/no-effect", "error.no-effect", cost=Cost.FREE, price=Price(calls=len(MISTAKES)))
def no_effect(stage: Stage) -> Findings:
    """No refusal of a creation tells of a character."""
    replies = []
    for refusal, fields in MISTAKES:
        body = {**stage.character_model, "url": ANY_VIDEO, "timestamps": SPAN, **fields}
        sent = {name: value for name, value in body.items() if value is not None}
        replies.append(stage.wire.call("POST", "/characters", json=sent, refusal=refusal))
    refusals = [reply for reply in replies if reply.status in range(400, 500)]
    if not refusals:
        raise inconclusive("setup: nothing was refused")
    return [
        f"expected a refusal for {reply.refusal} to make nothing, found {field} {shown(value)} in the reply"
        for reply in refusals
        for field in ("id", "username")
        if isinstance(value := (reply.object or {}).get(field), str) and value
    ]


def relay_cases() -> Iterator[Case]:
    """Return the cases of all probes and surveys."""
    rules = {rule.id for rule in load(DIALECT).rules}
    shared = (case for case in probes_character.PROBES.cases if case.id in SHARED)
    raw = (case for case in probes_raw.PROBES.cases if case.rule in rules)
    surveyed = chain.from_iterable(map(survey_cases, (MENTIONS, LIMIT)))
    for case in chain(PROBES.cases, shared, raw, surveyed):
        features = case.features | features_of(case.rule, dialect=DIALECT)
        yield msgspec.structs.replace(case, features=features)
