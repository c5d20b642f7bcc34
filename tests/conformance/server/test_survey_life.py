"""The life of a task, followed on servers that show it well or badly."""

import pytest

from sora_conformance.server.survey import Sightings
from sora_conformance.server.survey_life import LIFE, explore
from tests.conformance.server.scripted import scripted
from tests.conformance.server.test_tasks import AT_WORK, DONE, FAILED, QUEUED

ENDS, LATENCY, OWN = "generation.lifecycle.ends", "generation.latency", "generation.retrieve.own"


def explored(*looks, **about):
    seen = Sightings()
    with scripted(*looks, **about) as (stage, script):
        explore(stage, seen)
    return seen, script


@pytest.mark.parametrize("looks", [[DONE], [QUEUED, AT_WORK, DONE], [AT_WORK, FAILED]])
def test_a_sound_life_keeps_every_rule(looks):
    seen, _ = explored(*looks)
    for rule in LIFE.rules:
        assert seen.of(rule).exercised, rule
        assert seen.of(rule).findings == [], rule


def test_it_is_looked_at_after_the_end_too():
    seen, _ = explored(DONE, AT_WORK, DONE)
    assert seen.of("generation.lifecycle.order").findings


def test_every_look_is_held_to_the_form_of_a_task():
    seen, _ = explored(AT_WORK | {"video_url": "https://a.example/x"}, DONE | {"progress": 50, "error": {}})
    for rule in ("generation.result.link", "generation.reply.shape", "generation.lifecycle.progress"):
        assert len(seen.of(rule).findings) > 0, rule


def test_a_task_without_end_is_given_up_for_good_where_time_can_be_advanced():
    seen, script = explored(AT_WORK, mock=True)
    assert "found it in_progress after" in seen.of(ENDS).findings[0]
    assert seen.of(LATENCY).findings
    assert sum(script.waited) > 4000


def test_a_task_without_end_leaves_its_end_open_where_it_cannot():
    seen, script = explored(AT_WORK)
    assert not seen.of(ENDS).exercised
    assert "whether it ends cannot be told" in seen.ended
    assert seen.of(LATENCY).findings
    assert 600 <= sum(script.waited) < 660


def test_a_task_that_takes_too_long_is_late_though_it_ends():
    seen, _ = explored(DONE | {"completed_at": DONE["created_at"] + 181})
    assert seen.of(LATENCY).findings == ["expected a task to end within 180 s, found more than 181 s"]
    assert seen.of(ENDS).findings == []


def test_a_task_shown_at_work_for_ever_is_not_shown_as_it_is():
    seen, _ = explored(QUEUED, content=(200, b"a video"))
    assert seen.of(OWN).findings == ["expected the task as it is now, found queued while its video is served"]


@pytest.mark.parametrize("look", [404, 500, DONE | {"id": "task_2", "task_id": "task_2"}])
def test_a_look_has_to_show_the_task(look):
    seen, _ = explored(look)
    assert seen.of(OWN).findings
