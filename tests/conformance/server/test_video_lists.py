"""Failed videos, on servers that show them and on those that hide them."""

import json

import pytest

from sora_conformance.budget import Budget, Limits, NotJudged
from sora_conformance.server.stage import Stage
from sora_conformance.server.video_lists import PROBES
from sora_conformance.target import Target
from sora_conformance.wire import Wire
from tests.conformance.servers import answering

VIDEO = {"id": "video_1", "object": "video", "status": "queued"}


def tried(look, listed):
    """Return what is found on a server that answers so to a look at its video, and lists it with such a status."""

    def answer(method, path, headers, body):
        if method == "POST":
            return 200, {}, json.dumps(VIDEO).encode()
        if path.partition("?")[0].endswith("/videos"):
            return 200, {}, json.dumps({"data": [VIDEO | {"status": listed}]}).encode()
        status, shown = look
        return status, {}, json.dumps(VIDEO | {"status": shown}).encode()

    case = next(case for case in PROBES.cases if case.id == "video/list/failed")
    with answering(answer) as url:
        target = Target(url=url, api_key="sk-first", dialect="openai")
        with Wire(target, Budget(Limits())) as wire:
            return list(case.run(Stage(wire)))


def test_a_failed_video_that_is_shown_is_retrieved():
    assert tried((200, "failed"), "failed") == []


def test_a_failed_video_that_only_the_list_shows_is_not():
    assert tried((500, "failed"), "failed") == ["expected 200 with the failed video, found 500"]


def test_a_server_whose_videos_do_not_fail_is_not_judged():
    with pytest.raises(NotJudged, match="do not fail"):
        tried((200, "completed"), "completed")
