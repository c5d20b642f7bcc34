"""What the tests of the schema layer share: a judge in front of our mock, or of any other server.

Owns the setting up. It expects nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import sora_mock
from sora_conformance.budget import Budget, Limits
from sora_conformance.contract import Cost, load
from sora_conformance.exchanges import Exchange, Sent
from sora_conformance.server.judge import Judge
from sora_conformance.server.stage import Stage
from sora_conformance.target import MOCK_SOURCES, Target
from sora_conformance.wire import Wire

CONTRACT = load("guide")


@contextmanager
def stage_at(url: str, *, seed: int = 0, limits: Limits | None = None, **about) -> Iterator[Stage]:
    """Give a stage on the server at an address."""
    options = {"api_key": "sk-first", "second_api_key": "sk-second", "sources": MOCK_SOURCES, "timeout": 5.0, **about}
    with Wire(Target(url=url, **options), Budget(limits or Limits())) as wire:
        yield Stage(wire, seed=seed)


@contextmanager
def stage_on_mock(**options) -> Iterator[Stage]:
    """Give a stage on a mock of its own."""
    with sora_mock.running() as sora, stage_at(sora.base_url, mock=True, **options) as stage:
        yield stage


def judge_of(stage: Stage) -> Judge:
    """Return a judge to whom everything is allowed."""
    return Judge(stage, CONTRACT, strict=True, allow=frozenset(Cost))


def replied(
    operation: str | None, status: int | None, body: bytes, *headers: tuple[str, str], method: str = "POST"
) -> Exchange:
    """Return an exchange with a reply."""
    return Exchange(
        operation=operation,
        sent=Sent(method=method, url="http://127.0.0.1/v1/sora/characters"),
        status=status,
        headers=(("content-type", "application/json"), *headers),
        body=body,
    )
