"""A creation without a socket, through httpx2, beside httpx2's own MockTransport.

Owns the comparison in this process. The bar allows half as much again as the MockTransport, and 60 µs.
"""

import time
from collections.abc import Callable

import httpx2

from benchmarks.plan import Bar, Plan, Row, Tell
from sora_mock import Policy, Settings
from sora_mock.inprocess import Stage
from sora_mock.inprocess.for_httpx2 import Transport

CALLS = 2000
BODY = {"model": "sora-2-character", "url": "https://example.com/hero.mp4", "timestamps": "5,8"}
URL = "http://sora-mock.test/v1/sora/characters"
UNIT = "µs"
ALLOWED_RATIO = 1.5
ALLOWED_MICROSECONDS = 60.0


def measure(plan: Plan, tell: Tell) -> list[Row]:
    """Call the two transports in turn, round after round."""
    fixed = httpx2.Response(200, json={"character_id": "char_0", "object": "character"}).content
    yard = httpx2.MockTransport(
        lambda _: httpx2.Response(200, content=fixed, headers={"content-type": "application/json"})
    )
    stage = Stage(Settings(policy=Policy(creations_per_minute=10**9)))
    mock_calls, double_calls = _caller(yard), _caller(Transport(stage))
    yards: list[float] = []
    doubles: list[float] = []
    for number in range(plan.rounds + 1):
        tell(f"round {number} of {plan.rounds}")
        yards.append(mock_calls())
        doubles.append(double_calls())
    stage.close()
    yards, doubles = yards[1:], doubles[1:]  # the first round warms up
    allowed = tuple(ALLOWED_RATIO * yard + ALLOWED_MICROSECONDS for yard in yards)
    return [
        Row(what="httpx2 MockTransport, fixed JSON", unit=UNIT, values=tuple(yards)),
        Row(
            what="creation in process, httpx2",
            unit=UNIT,
            values=tuple(doubles),
            yardstick=f"{ALLOWED_RATIO:g} × MockTransport + {ALLOWED_MICROSECONDS:g} µs",
            against=allowed,
            bar=Bar(1.0, at_most=True),
        ),
    ]


def _caller(transport: httpx2.BaseTransport) -> Callable[[], float]:
    client = httpx2.Client(transport=transport, headers={"authorization": "Bearer sk-bench"})

    def call() -> float:
        began = time.perf_counter()
        for _ in range(CALLS):
            client.post(URL, json=BODY)
        return (time.perf_counter() - began) / CALLS * 1e6

    return call
