"""What every reply owes, on servers that pay and on others."""

import itertools
import json
import time

import pytest

import sora_mock
from sora_conformance.budget import Budget, Limits
from sora_conformance.contract import Cost, load
from sora_conformance.server.judge import Judge
from sora_conformance.server.probes_replies import PROBES
from sora_conformance.server.stage import Stage
from sora_conformance.target import MOCK_SOURCES, Target
from sora_conformance.wire import Wire
from tests.conformance.servers import answering

KEY = "sk-first-key"


def verdicts(url, *ids, **about):
    target = Target(url=url, api_key=KEY, sources=MOCK_SOURCES, **about)
    with Budget(Limits()) as budget, Wire(target, budget) as wire:
        judge = Judge(Stage(wire), load(), strict=False, allow=set(Cost))
        return [str(judge.judge(case).verdict) for case in PROBES.cases if not ids or case.id in ids]


def test_a_mock_pays_even_when_its_clock_is_ahead():
    with sora_mock.running() as sora:
        assert set(verdicts(sora.base_url, mock=True)) == {"PASS"}
    with sora_mock.running() as sora:
        target = Target(url=sora.base_url, api_key=KEY, mock=True)
        with Wire(target, Budget(Limits())) as wire:
            wire.waiting.wait(7200)
        assert verdicts(sora.base_url, "protocol/instants/now", mock=True) == ["PASS"]


@pytest.mark.parametrize(
    ("ids", "verdict"),
    [(map(str, itertools.count()), "PASS"), (itertools.repeat("req_1"), "WARN"), (itertools.repeat(""), "WARN")],
    ids=["distinct", "the-same", "none"],
)
def test_every_reply_has_an_id_of_its_own(ids, verdict):
    with answering(lambda *_: (400, {"X-Request-Id": next(ids)}, b"{}")) as url:
        assert verdicts(url, "protocol/request-id") == [verdict]


@pytest.mark.parametrize(
    ("declared", "verdict"),
    [("application/json", "PASS"), ("Application/JSON; charset=utf-8", "PASS"), ("text/plain", "FAIL"), ("", "FAIL")],
)
def test_errors_are_declared_as_json(declared, verdict):
    with answering(lambda *_: (400, {"Content-Type": declared}, b"{}")) as url:
        assert verdicts(url, "protocol/content-type/errors") == [verdict]


INSTANTS = {
    "now": (lambda now: int(now), "PASS"),
    "a-minute-ago": (lambda now: int(now) - 60, "PASS"),
    "half-an-hour-ahead": (lambda now: int(now) + 1800, "WARN"),
    "five-hours-behind": (lambda now: int(now) - 18_000, "WARN"),
    "fraction": (lambda now: now + 0.5, "WARN"),
    "milliseconds": (lambda now: int(now * 1000), "WARN"),
    "words": (lambda now: "2026-11-24T00:00:00Z", "WARN"),
    "boolean": (lambda now: True, "WARN"),
    "null": (lambda now: None, "WARN"),
}


@pytest.mark.parametrize(("instant", "verdict"), INSTANTS.values(), ids=INSTANTS.keys())
def test_a_character_is_created_now(instant, verdict):
    def answer(*_):
        return 200, {}, json.dumps({"character_id": "char_a", "created_at": instant(time.time())}).encode()

    with answering(answer) as url:
        assert verdicts(url, "protocol/instants/now") == [verdict]


def test_an_instant_of_no_character_is_not_looked_at():
    with answering(lambda *_: (500, {}, b"{}")) as url:
        assert verdicts(url, "protocol/instants/now") == ["INCONCLUSIVE"]


def test_a_key_that_strays_is_not_repeated():
    with answering(lambda *_: (400, {}, b'{"error": {"message": "no such thing"}}')) as url:
        assert verdicts(url, "auth/key/secret/echo") == ["PASS"]
    with answering(lambda method, path, headers, body: (400, {}, body or path.encode())) as url:
        assert verdicts(url, "auth/key/secret/echo") == ["WARN"]
