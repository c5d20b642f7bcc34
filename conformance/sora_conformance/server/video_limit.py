"""The survey of the limit on videos: as many as are allowed at once, one more, and what is said of it.

Owns the burst and what it shows of each rule. It runs alone, since it uses up the account's minute.
"""

import msgspec

from sora_conformance.budget import inconclusive
from sora_conformance.contract import Cost
from sora_conformance.exchanges import Exchange, Party
from sora_conformance.server.advice import advice_of
from sora_conformance.server.cases import SECOND_KEY, Case, Findings, Price
from sora_conformance.server.features import features_of
from sora_conformance.server.forms import form
from sora_conformance.server.probe import Probes
from sora_conformance.server.quota import quota_of
from sora_conformance.server.stage import Stage, task_id, told
from sora_conformance.server.survey import Sightings, Survey, survey_cases
from sora_conformance.wire import retry_after

MOST = 60
"""The most videos that a burst is made of; an account that may make more is not pushed to its limit."""

USUAL = 25
"""How many videos a minute an account may make where no reply says it, by the contract's lowest tier."""

MOST_CHARACTERS = 75
"""How many characters are clearly more than a minute's."""

PROBES = Probes()

_MINUTE = 61.0
_LOOKS = 3


def _explore(stage: Stage, seen: Sightings) -> None:
    stage.wire.waiting.wait(_MINUTE)
    first = stage.generate(patient=False)
    video = task_id(first)
    quota = quota_of(first)
    allowed = USUAL if quota is None else quota.limit
    if allowed > MOST:
        raise inconclusive(f"budget: the account may make {allowed} videos a minute, and a burst has at most {MOST}")
    _look_at_reading(stage, seen, first, video)
    limited = next((reply for _ in range(allowed) if (reply := stage.generate(patient=False)).status != 200), None)
    if limited is None or limited.status != 429:
        found = "none refused" if limited is None else told(limited)
        seen.note("limit.videos", [f"expected 429 after {allowed} videos in a minute, found {found}"], limited or first)
        raise inconclusive("not exercised: the account was not limited")
    seen.note("limit.videos", [], limited)
    _look_at_advice(seen, limited)
    _look_around(stage, seen, video)
    _wait_out(stage, seen, limited)


def _look_at_advice(seen: Sightings, limited: Exchange) -> None:
    advice = advice_of(limited)
    seen.note("limit.retry-after", advice.illegible, limited)
    if advice.illegible or advice.flaws:
        seen.note("limit.videos.retry-after", (*advice.illegible, *advice.flaws), limited)


def _look_at_reading(stage: Stage, seen: Sightings, first: Exchange, video: str) -> None:
    """Look at a video some times between two creations, and hold what is left after each against the other."""
    looks = [stage.retrieve(video, patient=False) for _ in range(_LOOKS)]
    second = stage.generate(patient=False)
    before, after = quota_of(first), quota_of(second)
    if second.status != 200 or before is None or after is None:
        return
    used = after.used - before.used
    # One more or less may be another's doing; as many as there were looks are not.
    findings = [f"expected looks to use up nothing, found {used} used by {_LOOKS} and a video"] if used > _LOOKS else []
    seen.note("limit.videos.reading", findings, first, *looks, second)


def _look_around(stage: Stage, seen: Sightings, video: str) -> None:
    """Read, and let the other account make a video, while the first one is limited."""
    look = stage.retrieve(video, patient=False)
    findings = [] if look.status == 200 else [f"expected reading to go on while limited, found {told(look)}"]
    seen.note("limit.videos.reading", findings, look)
    if stage.target.second_api_key is None:
        return
    other = stage.generate(party=Party.SECOND, patient=False)
    if other.status == 429:
        # It may have used up its own minute before.
        stage.wire.waiting.wait(_MINUTE, Party.SECOND)
        other = stage.generate(party=Party.SECOND, patient=False)
    findings = [] if other.status == 200 else [f"expected another account to be free, found {told(other)}"]
    seen.note("limit.account", findings, other)


def _wait_out(stage: Stage, seen: Sightings, limited: Exchange) -> None:
    wait = retry_after(limited)
    stage.wire.waiting.wait(wait)
    after = stage.generate(patient=False)
    if after.status == 200:
        seen.note("limit.videos.retry-after", [], after)
        seen.note("limit.videos.recovery", [], after)
        return
    seen.note("limit.videos.retry-after", [f"expected a video after {wait:g} s, found {told(after)}"], after)
    stage.wire.waiting.wait(_MINUTE)
    later = stage.generate(patient=False)
    findings = [] if later.status == 200 else [f"expected a video after another minute, found {told(later)}"]
    seen.note("limit.videos.recovery", findings, later)


@PROBES(
    "burst/limit/characters",
    "limit.characters",
    cost=Cost.BURST,
    price=Price(calls=MOST_CHARACTERS + 1, characters=MOST_CHARACTERS),
    alone=True,
    features=("characters",),
)
def characters(stage: Stage) -> Findings:
    """Clearly more than sixty characters at once are answered with 429 at some time."""
    stage.wire.waiting.wait(_MINUTE)
    content, kind = form({"name": "Ada"}, "multipart", {"video": "clip-2s.mp4"})
    for number in range(MOST_CHARACTERS):
        headers = {"content-type": kind}
        reply = stage.wire.call("POST", "/videos/characters", body=content, headers=headers, patient=False)
        if reply.status == 429:
            stage.show([reply])
            stage.wire.waiting.wait(_MINUTE)
            return []
        if reply.status != 200:
            raise inconclusive(f"setup: character {number + 1} was to be made, and the answer was {told(reply)}")
    return [f"expected 429 to more than 60 characters in a minute, found {MOST_CHARACTERS} made"]


LIMIT = Survey(
    name="burst",
    rules=(
        "limit.videos",
        "limit.videos.recovery",
        "limit.retry-after",
        "limit.videos.retry-after",
        "limit.videos.reading",
        "limit.account",
    ),
    explore=_explore,
    cost=Cost.BURST,
    price=Price(calls=MOST + 8 + _LOOKS, generations=MOST + 4),
    alone=True,
)


def limit_cases() -> tuple[Case, ...]:
    """Return the cases of the burst."""
    return tuple(
        msgspec.structs.replace(
            case,
            features=features_of(case.rule),
            needs=frozenset({SECOND_KEY}) if case.rule == "limit.account" else case.needs,
        )
        for case in survey_cases(LIMIT)
    )
