"""The life of a video, on servers that show it well or badly."""

import pytest

from sora_conformance.budget import NotJudged, inconclusive
from sora_conformance.server.video_content import PROBES
from sora_conformance.verdicts import Verdict
from tests.conformance.server.scripted import scripted
from tests.conformance.server.test_tasks import AT_WORK, DONE, FAILED, QUEUED

LOOKS, ORDER, ENDS = "video/retrieve/looks", "video/lifecycle/order", "video/lifecycle/ends"


def tried(name, *looks, **about):
    case = next(case for case in PROBES.cases if case.id == name)
    with scripted(*looks, dialect="openai", **about) as (stage, _):
        return list(case.run(stage))


@pytest.mark.parametrize("name", [LOOKS, ORDER, ENDS])
@pytest.mark.parametrize("looks", [[DONE], [QUEUED, AT_WORK, DONE], [AT_WORK, FAILED]])
def test_a_sound_life_keeps_every_rule(name, looks):
    assert tried(name, *looks) == []


@pytest.mark.parametrize("looks", [[404], [AT_WORK, 500], [DONE | {"id": "video_2"}]])
def test_a_video_that_is_not_shown_is_not_retrieved(looks):
    assert tried(LOOKS, *looks) != []


def test_one_look_that_fails_is_what_may_befall_any():
    assert tried(LOOKS, AT_WORK, 500, DONE) == []


def test_a_video_that_is_not_shown_has_no_life_to_judge():
    with pytest.raises(NotJudged, match="the answer was 404"):
        tried(ORDER, 404)


def test_a_video_without_end_is_given_up_for_good_where_time_can_be_advanced():
    assert tried(ENDS, AT_WORK, mock=True) == ["expected a video to end, found it 'in_progress'"]


def test_a_video_without_end_leaves_its_end_open_where_it_cannot():
    with pytest.raises(NotJudged, match="whether it ends cannot be told") as raised:
        tried(ENDS, AT_WORK)
    assert raised.value.verdict is Verdict.INCONCLUSIVE


def test_a_run_that_may_wait_no_longer_makes_no_second_video():
    cases = [case for case in PROBES.cases if case.id in {LOOKS, ORDER}]

    def no_longer(seconds, party=None):
        raise inconclusive("time: the run waits no longer")

    with scripted(AT_WORK, dialect="openai") as (stage, script):
        stage.wire.waiting.wait = no_longer
        with pytest.raises(NotJudged, match="waits no longer"):
            cases[0].run(stage)
        assert list(cases[1].run(stage)) == []
    assert len(script.asked) == 1
