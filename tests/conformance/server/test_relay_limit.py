import json

import pytest

from sora_conformance.budget import Budget, Limits, NotJudged
from sora_conformance.server.relay_limit import MOST, explore
from sora_conformance.server.stage import Stage
from sora_conformance.server.survey import Sightings
from sora_conformance.target import Target
from sora_conformance.wire import Wire
from tests.conformance.servers import answering


def explored(allowed, *, otherwise=429, headers=None, slow=0.0):
    """Return what is seen of a relay that makes so many characters, and why the exploration ended early, if it did."""
    made = []

    def answer(method, path, given, body):
        if len(made) == allowed:
            return otherwise, {"Retry-After": "7"} if headers is None else headers, b'{"error": {}}'
        made.append(path)
        return 200, {}, json.dumps({"id": f"ch_{len(made)}"}).encode()

    seen = Sightings()
    with answering(answer) as url, Wire(Target(url=url, api_key="sk-a", dialect="relay"), Budget(Limits())) as wire:
        wire.waiting.wait = lambda *_: None
        stage = Stage(wire)
        create = stage.create

        def waited(**about):
            reply = create(**about)
            return type(reply)(**{name: getattr(reply, name) for name in reply.__struct_fields__} | {"seconds": slow})

        stage.create = waited
        try:
            explore(stage, seen)
        except NotJudged as nothing:
            return seen, nothing.reason
    return seen, None


def test_a_relay_that_limits_keeps_the_rules():
    seen, reason = explored(60)
    assert reason is None
    assert [seen.of(rule).exercised for rule in ("limit.characters", "limit.retry-after")] == [1, 1]
    assert [seen.of(rule).findings for rule in ("limit.characters", "limit.retry-after")] == [[], []]


@pytest.mark.parametrize("headers", [{}, {"Retry-After": "soon"}])
def test_a_429_without_a_wait_is_told(headers):
    assert len(explored(3, headers=headers)[0].of("limit.retry-after").findings) == 1


def test_a_relay_without_a_limit_is_told():
    seen, reason = explored(MOST)
    assert seen.of("limit.characters").findings == [
        f"expected 429 to clearly more than 60 characters a minute, found {MOST}"
    ]
    assert reason.startswith("not exercised")
    assert not seen.of("limit.retry-after").exercised


def test_what_fails_for_another_reason_says_nothing():
    seen, reason = explored(3, otherwise=500)
    assert reason == "setup: character 4 was to be made, and the answer was 500"
    assert not seen.of("limit.characters").exercised


def test_what_takes_a_minute_is_no_burst():
    seen, reason = explored(MOST, slow=1.0)
    assert reason == f"time: {MOST} creations took {MOST} s, which is no burst"
    assert not seen.of("limit.characters").exercised
