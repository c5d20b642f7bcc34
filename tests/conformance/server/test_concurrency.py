"""Calls at once, on servers that keep them apart and on others."""

import json
import threading

import sora_mock
from sora_conformance.budget import Budget, Limits
from sora_conformance.contract import Cost, load
from sora_conformance.server.concurrency import CREATIONS, PROBES
from sora_conformance.server.judge import Judge
from sora_conformance.server.stage import Stage
from sora_conformance.target import MOCK_SOURCES, Target
from sora_conformance.wire import Wire
from tests.conformance.servers import answering


def verdicts(url, **about):
    target = Target(url=url, api_key="sk-first", sources=MOCK_SOURCES, **about)
    with Budget(Limits()) as budget, Wire(target, budget) as wire:
        judge = Judge(Stage(wire), load(), strict=False, allow=set(Cost))
        return [str(judge.judge(case).verdict) for case in PROBES.cases]


class Counting:
    """A server that numbers what it makes, `step` by step, and counts as many creations as it is told."""

    def __init__(self, *, step=1, count=1, status=200):
        self._step, self._count, self._status = step, count, status
        self._lock = threading.Lock()
        self._made = 0

    def answer(self, method, path, headers, body):
        with self._lock:
            self._made += 1
            number, left = int(self._made * self._step), 60 - int(self._made * self._count)
        stated = {"limit": "60", "remaining": str(left), "reset": "59s"}
        headers = {f"x-ratelimit-{word}-requests": value for word, value in stated.items()}
        names = {"character_id": f"char_{number}", "task_id": f"task_{number}", "id": f"task_{number}"}
        return self._status, headers, json.dumps(names).encode()


def of(server, **about):
    with answering(server.answer) as url:
        return verdicts(url, **about)


def test_a_mock_keeps_calls_apart():
    with sora_mock.running() as sora:
        assert verdicts(sora.base_url, mock=True) == ["PASS", "PASS", "PASS"]


def test_another_server_does_just_as_well():
    assert of(Counting()) == ["PASS", "PASS", "PASS"]


def test_ids_that_come_twice_are_found():
    assert of(Counting(step=0.5))[:2] == ["WARN", "FAIL"]


def test_calls_that_fail_only_together_are_found():
    assert of(Counting(status=503)) == ["WARN", "FAIL", "INCONCLUSIVE"]


def test_creations_that_are_counted_wrongly_are_found():
    assert of(Counting(count=0.5))[2] == "WARN"


def test_a_limit_in_the_way_is_waited_for_once():
    class Limited(Counting):
        calls = 0

        def answer(self, method, path, headers, body):
            if path.startswith("/_mock"):
                return 200, {}, b"{}"
            self.calls += 1
            if self.calls <= CREATIONS:
                return 429, {"Retry-After": "7"}, b""
            return super().answer(method, path, headers, body)

    assert of(Limited(), mock=True)[0] == "PASS"
    assert of(Counting(status=429), mock=False)[0] == "INCONCLUSIVE"
