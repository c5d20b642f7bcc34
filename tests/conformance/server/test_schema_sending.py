"""Sending samples: what is limited is sent once more, and what is in vain is given up."""

import pytest

from sora_conformance.budget import NotJudged
from sora_conformance.exchanges import Party
from sora_conformance.server.schema_samples import Sample
from sora_conformance.server.schema_sending import Sender
from tests.conformance.server.schema_support import stage_at
from tests.conformance.servers import answering, closed

SAMPLE = Sample(
    operation="createCharacter",
    branch=None,
    method="POST",
    path="/characters",
    content_type="application/json",
    body=b"{}",
    value={},
    keyed=True,
    scenario="",
    what="",
    case=None,
)
LIMITED = (429, {"Retry-After": "0"}, b"{}")


@pytest.fixture
def serve():
    """Return a function that gives a sender to a server of the given replies, the last one for ever, and its stage."""
    opened = []

    def start(*replies, **options):
        left = list(replies)
        opened.append(answering(lambda *_: left.pop(0) if len(left) > 1 else left[0]))
        opened.append(stage_at(opened[-1].__enter__(), **options))
        stage = opened[-1].__enter__()
        return Sender(stage), stage

    yield start
    for context in reversed(opened):
        context.__exit__(None, None, None)


def test_an_answer_is_returned_with_what_was_expected(serve):
    sender, _ = serve((400, {}, b"{}"))
    exchange = sender.send(SAMPLE, refusal="invalid_type", param="url")
    assert (exchange.status, exchange.refusal, exchange.param, exchange.party) == (
        400,
        "invalid_type",
        "url",
        Party.FIRST,
    )


def test_what_is_limited_is_sent_once_more(serve):
    sender, stage = serve(LIMITED, (200, {}, b"{}"))
    assert sender.send(SAMPLE).status == 200
    assert len(stage.wire.exchanges) == 2


def test_what_stays_limited_is_left_out(serve):
    sender, _ = serve(LIMITED, LIMITED, (200, {}, b"{}"))
    assert sender.send(SAMPLE) is None
    assert sender.send(SAMPLE).status == 200


def test_a_wait_that_is_too_long_is_not_begun(serve):
    sender, stage = serve((429, {"Retry-After": "60"}, b"{}"))
    assert sender.send(SAMPLE) is None
    assert len(stage.wire.exchanges) == 1


def test_a_target_that_lets_nothing_through_is_left_alone(serve):
    sender, _ = serve(LIMITED)
    assert sender.send(SAMPLE) is None
    assert sender.send(SAMPLE) is None
    with pytest.raises(NotJudged, match="rate limited"):
        sender.send(SAMPLE)


def test_a_target_that_does_not_answer_is_left_alone():
    with stage_at(closed()) as stage:
        sender = Sender(stage)
        for _ in range(3):
            assert sender.send(SAMPLE).failure is not None
        with pytest.raises(NotJudged, match="target unavailable"):
            sender.send(SAMPLE)
