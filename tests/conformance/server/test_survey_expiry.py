"""The end of a task's time, on servers that keep it and on servers that do not."""

import pytest

from sora_conformance.budget import NotJudged
from sora_conformance.server.survey import Sightings
from sora_conformance.server.survey_expiry import EXPIRY, LIFETIME, MARGIN, explore, states_a_day
from tests.conformance.server.scripted import scripted
from tests.conformance.server.test_tasks import DONE, EXPIRED

RULE = "generation.lifetime"


def explored(*looks, **about):
    seen = Sightings()
    with scripted(*looks, **about) as (stage, script):
        explore(stage, seen)
    return seen, script


def living(seconds):
    return DONE | {"expires_at": DONE["completed_at"] + seconds, "video_url": None}


def test_a_day_is_jumped_to_just_before_and_just_after_its_end():
    seen, script = explored(DONE, DONE, DONE, EXPIRED)
    assert seen.of(RULE).findings == []
    assert script.waited == [LIFETIME - MARGIN, 2 * MARGIN]


def test_the_rules_but_that_of_links_are_exercised_without_a_link():
    seen, _ = explored(living(LIFETIME), living(LIFETIME), living(LIFETIME), EXPIRED)
    assert {rule for rule in EXPIRY.rules if not seen.of(rule).exercised} == {"generation.result.signed"}


@pytest.mark.parametrize("seconds", [LIFETIME - 1, LIFETIME, LIFETIME + 1])
def test_instants_may_be_rounded(seconds):
    assert states_a_day(living(seconds)) == []


@pytest.mark.parametrize("task", [living(3600), living(2 * LIFETIME), DONE | {"expires_at": None}, {}])
def test_any_other_lifetime_is_told(task):
    assert len(states_a_day(task)) == 1


def test_the_stated_instant_is_gone_by():
    seen, script = explored(living(3600), living(3600), living(3600), EXPIRED)
    assert len(seen.of(RULE).findings) == 1
    assert script.waited[0] == 3600 - MARGIN


@pytest.mark.parametrize(
    ("looks", "words"),
    [
        ([DONE, DONE, EXPIRED, EXPIRED], "expected completed 120 s before the stated expiry, found 'expired'"),
        ([DONE, DONE, DONE, DONE], "expected expired 120 s after the stated expiry, found 'completed'"),
        ([DONE, DONE, DONE, 404], "expected expired 120 s after the stated expiry, found an answer with 404"),
    ],
)
def test_the_expiry_is_at_its_instant(looks, words):
    seen, _ = explored(*looks)
    assert seen.of(RULE).findings == [words]


def test_a_video_that_outlives_its_task_is_told():
    seen, _ = explored(DONE, DONE, DONE, EXPIRED, content=(200, b"a video"))
    assert "expected the video to be gone" in seen.of("generation.content.unknown").findings[0]


@pytest.mark.parametrize("seconds", [-5, 10, 400 * LIFETIME])
def test_absurd_lifetimes_are_not_waited_for(seconds):
    with pytest.raises(NotJudged, match="is not waited for"):
        explored(living(seconds))
