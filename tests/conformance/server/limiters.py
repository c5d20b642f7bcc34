"""Limiters: servers that limit creations as they are told, each with a clock that can be advanced.

Owns the server around a limit, and a stage in front of it on which no time passes of itself.
"""

import json
import threading
from collections.abc import Callable
from contextlib import contextmanager

from sora_conformance.budget import Budget, Limits
from sora_conformance.contract import Cost, load
from sora_conformance.server.judge import Judge
from sora_conformance.server.stage import Stage
from sora_conformance.server.survey_burst import burst_cases
from sora_conformance.target import MOCK_SOURCES, Target
from sora_conformance.wire import Wire
from tests.conformance.servers import Answer, answering

Limit = Callable[[list[float], float], int | None]
"""Given the instants of the creations so far and the present, how many seconds a further one has to wait, if it has."""


class Limiter:
    """Answers creations until the limit says no. `allowed` are the instants of those that were let through."""

    def __init__(self, limit: Limit, *, failing: int = 0, stated: int | None = None) -> None:
        self._limit = limit
        self._failing = failing
        self._stated = stated
        self._lock = threading.Lock()
        self.now = 1000.0
        self.allowed: list[float] = []

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        """Answer a request."""
        with self._lock:
            if path.startswith("/_mock"):
                self.now += json.loads(body or b"{}").get("advance", 0)
                return 200, {}, json.dumps({"now": self.now}).encode()
            if path.endswith("/generations"):
                return 200, {}, b'{"task_id": "task_a", "id": "task_a"}'
            return self._created(json.loads(body))

    def _created(self, body: dict[str, str]) -> Answer:
        if "from_task" in body or body.get("timestamps") != "1,4":
            return 400, {}, b'{"error": {"code": "invalid_timestamps"}}'
        wait = self._limit(self.allowed, self.now)
        if wait is not None:
            return self._failing or 429, {"Retry-After": str(wait)}, b'{"error": {"code": "rate_limit_exceeded"}}'
        self.allowed.append(self.now)
        stated = {} if self._stated is None else {"X-RateLimit-Limit-Requests": str(self._stated)}
        if "status=403" in body["url"]:
            return 500, stated, b'{"error": {"code": "processing_failed"}}'
        return 200, stated, json.dumps({"character_id": f"char_{len(self.allowed)}"}).encode()


def sliding(limit: int, window: float = 60.0) -> Limit:
    """So many in any window."""

    def wait(allowed: list[float], now: float) -> int | None:
        young = [at for at in allowed if at > now - window]
        return None if len(young) < limit else int(young[-limit] + window - now) + 1

    return wait


def fixed(limit: int, *, offset: float) -> Limit:
    """So many in each minute of a calendar that begins at an offset."""

    def wait(allowed: list[float], now: float) -> int | None:
        start = now - (now - offset) % 60
        return None if sum(at >= start for at in allowed) < limit else int(start + 60 - now) + 1

    return wait


@contextmanager
def limited(limiter: Limiter, *, mock: bool = True):
    """Give a stage in front of a limiter."""
    with answering(limiter.answer) as url:
        target = Target(url=url, api_key="sk-first", second_api_key="sk-second", sources=MOCK_SOURCES, mock=mock)
        with Budget(Limits()) as budget, Wire(target, budget) as wire:
            yield Stage(wire)


def verdicts(limiter: Limiter) -> dict[str, str]:
    """Return what the burst says of a limiter, by the rules of the limit without `limit.`."""
    with limited(limiter) as stage:
        judge = Judge(stage, load(), strict=False, allow=set(Cost))
        lines = [judge.judge(case) for case in burst_cases()]
    found = {line.rule: str(line.verdict) for line in lines}
    return {rule.removeprefix("limit."): verdict for rule, verdict in found.items() if rule.startswith("limit.")}
