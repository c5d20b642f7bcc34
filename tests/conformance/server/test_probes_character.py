"""Probes of characters: what is found on servers that keep the rules, and on those that do not."""

import json

import pytest

from sora_conformance.budget import Budget, Limits, NotJudged
from sora_conformance.exchanges import Exchange, Failure, Sent
from sora_conformance.server import probes_character
from sora_conformance.server.stage import Stage
from sora_conformance.target import Target
from sora_conformance.wire import Wire
from tests.conformance.servers import answering

MADE = {"character_id": "char_1", "metadata": {"source": {"type": "url"}, "analysis": {"duration": 3}}}
CREATED = (200, MADE)


def refusal(code, status=400):
    return status, {"error": {"code": code}}


def looked(status):
    return 200, {"id": "task_1", "status": status}


class Server:
    """Makes tasks; looks at them and creations are answered in turn, with the last answer for ever."""

    def __init__(self, *, looks=(), creations=()):
        self.looks, self.creations = list(looks), list(creations)

    def answer(self, method, path, headers, body):
        if path.endswith("/characters"):
            status, told = self._next(self.creations)
        elif method == "POST":
            status, told = looked("queued")
        else:
            status, told = self._next(self.looks)
        return status, {}, json.dumps(told).encode()

    def _next(self, answers):
        return answers.pop(0) if len(answers) > 1 else answers[0]


@pytest.fixture
def tried():
    def run(probe, **about):
        with answering(Server(**about).answer) as url:
            target = Target(url=url, api_key="sk-a", sources={"video": "https://videos.example.com/hero.mp4"})
            with Wire(target, Budget(Limits())) as wire:
                wire.waiting.wait = lambda seconds, party=None: None
                return probe(Stage(wire))

    return run


@pytest.mark.parametrize("metadata", [{"analysis": {"duration": 3}}, {"frames": 24}, {"source": {}, "quality": "good"}])
def test_metadata_may_be_anything_about_the_analysis(metadata, tried):
    assert tried(probes_character.metadata, creations=[(200, MADE | {"metadata": metadata})]) == []


@pytest.mark.parametrize("metadata", [None, {}, [], "fine", {"source": {"type": "url"}}, {"analysis": {}}])
def test_metadata_have_to_say_something(metadata, tried):
    (finding,) = tried(probes_character.metadata, creations=[(200, MADE | {"metadata": metadata})])
    assert finding.startswith("expected metadata about the analysis, found ")


def test_without_a_character_nothing_is_said_of_its_metadata(tried):
    with pytest.raises(NotJudged, match="setup: a character was needed"):
        tried(probes_character.metadata, creations=[refusal("invalid_model")])


def test_a_task_at_work_is_to_be_refused(tried):
    about = {"looks": [looked("in_progress")]}
    assert tried(probes_character.unfinished, creations=[refusal("task_not_completed")], **about) == []
    assert tried(probes_character.unfinished, creations=[CREATED], **about) != []


def test_a_task_that_ends_meanwhile_proves_nothing(tried):
    with pytest.raises(NotJudged, match="ended while the case was tried"):
        tried(probes_character.unfinished, creations=[CREATED], looks=[looked("queued"), looked("completed")])


def test_a_server_that_completes_at_once_has_no_task_at_work(tried):
    with pytest.raises(NotJudged, match="setup: an unfinished task was needed"):
        tried(probes_character.unfinished, creations=[CREATED], looks=[looked("completed")])


def test_a_failed_task_is_to_be_refused(tried):
    about = {"looks": [looked("failed")]}
    assert tried(probes_character.failed, creations=[refusal("task_not_completed")], **about) == []
    assert tried(probes_character.failed, creations=[CREATED], **about) != []


@pytest.mark.parametrize("later", [looked("expired"), refusal("task_not_found", 404)])
def test_an_expired_task_is_to_be_answered_like_none(later, tried):
    about = {"looks": [looked("completed"), later]}
    assert tried(probes_character.expired, creations=[refusal("task_not_found", 404)], **about) == []
    assert tried(probes_character.expired, creations=[refusal("task_not_found", 410)], **about) != []
    assert tried(probes_character.expired, creations=[CREATED], **about) != []


def test_a_task_that_lives_longer_proves_nothing(tried):
    with pytest.raises(NotJudged, match="after 25 h this one is 'completed'"):
        tried(probes_character.expired, creations=[CREATED], looks=[looked("completed")])


def creation(seconds, **about):
    body = json.dumps(MADE).encode()
    return Exchange(sent=Sent(method="POST", url=""), **({"status": 200, "body": body, "seconds": seconds} | about))


def test_an_answer_in_time_is_no_finding(tried):
    assert probes_character._in_time(creation(29.9), 30.0) == []
    assert tried(probes_character.latency_of_url, creations=[CREATED]) == []
    assert tried(probes_character.latency_of_task, creations=[CREATED], looks=[looked("completed")]) == []


@pytest.mark.parametrize(
    "late", [creation(31), creation(60, status=None, failure=Failure.TIMEOUT), creation(31, status=500)]
)
def test_a_late_answer_is_a_finding_whatever_it_says(late):
    (finding,) = probes_character._in_time(late, 30.0)
    assert finding.startswith("expected an answer within 30 s, found ")


def test_a_quick_refusal_proves_nothing():
    with pytest.raises(NotJudged, match="setup: expected 200"):
        probes_character._in_time(creation(0.1, status=500), 30.0)
