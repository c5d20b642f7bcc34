"""Unfinished and failed tasks, on servers that have them and on servers that have none."""

import pytest

from sora_conformance.budget import NotJudged
from sora_conformance.server.unfinished import FAILING, STAYING, failed_task, unfinished_task
from tests.conformance.server.scripted import scripted
from tests.conformance.server.test_tasks import AT_WORK, DONE, FAILED, QUEUED


def test_a_task_that_is_at_work_is_unfinished_whoever_made_it_so():
    with scripted(AT_WORK) as (stage, script):
        assert unfinished_task(stage) == "task_1a"
    ((headers, body),) = script.asked
    assert (headers["prefer"], body["prompt"]) == ("fault=task-stuck", STAYING)


def test_an_unfinished_task_is_used_again_while_it_is_one():
    with scripted(AT_WORK, AT_WORK, DONE, QUEUED) as (stage, script):
        unfinished_task(stage)
        unfinished_task(stage)
        assert len(script.asked) == 1
        unfinished_task(stage)
    assert len(script.asked) == 2


def test_a_server_that_completes_tasks_at_once_is_asked_only_once():
    with scripted(DONE) as (stage, script):
        for _ in range(2):
            with pytest.raises(NotJudged, match="completes tasks at once"):
                unfinished_task(stage)
    assert len(script.asked) == 1


def test_a_failed_task_is_waited_for():
    with scripted(QUEUED, AT_WORK, FAILED) as (stage, script):
        assert failed_task(stage) == "task_1a"
    headers, body = script.asked[0]
    assert (headers["prefer"], body["prompt"]) == ("fault=task-failing", FAILING)
    assert len(script.waited) == 2


def test_a_task_that_does_not_fail_settles_nothing():
    with scripted(DONE) as (stage, _), pytest.raises(NotJudged, match="do not fail"):
        failed_task(stage)


def test_a_look_that_fails_is_setup_and_may_be_tried_again():
    with scripted(500, AT_WORK) as (stage, _):
        with pytest.raises(NotJudged, match="setup: a task was to be looked at"):
            unfinished_task(stage)
        assert unfinished_task(stage) == "task_1a"
