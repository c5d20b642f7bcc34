"""The drill: waves of creations, and what still counts of them."""

import pytest

from sora_conformance.budget import NotJudged
from sora_conformance.exchanges import Exchange, Sent
from sora_conformance.server.drill import Drill, is_let_through
from tests.conformance.server.limiters import Limiter, limited, sliding


@pytest.fixture
def drill():
    with limited(Limiter(sliding(5))) as stage:
        yield Drill(stage)


def test_a_wave_tells_what_was_let_through_from_what_was_limited(drill):
    wave = drill.send(8)
    assert (len(wave.let_through), len(wave.limited)) == (5, 3)
    assert drill.counted() == 5
    assert len(drill.refused()) == 3
    assert wave.last.status == 429


def test_an_empty_wave_leaves_no_trace(drill):
    drill.send(0)
    assert drill.waves == []


def test_creations_count_for_a_minute(drill):
    drill.send(2)
    drill.wait(30)
    drill.send(3)
    assert drill.standing() == 5
    drill.wait_until(drill.waves[0].ended + 60.05)
    assert drill.standing() == 3


def test_what_may_count_or_not_is_not_guessed(drill):
    drill.send(2)
    drill.waves[0].ended += 1
    drill.wait(60.5)
    with pytest.raises(NotJudged, match="too slowly"):
        drill.standing()


def test_after_a_whole_window_nothing_counts(drill):
    drill.send(6)
    drill.forget()
    assert drill.waves == []
    assert len(drill.send(6).let_through) == 5


def test_creations_are_sent_until_one_is_limited(drill):
    drill.send(1)
    drill.send_until_limited(20)
    assert drill.counted() == 5


def test_no_more_creations_are_sent_than_is_said(drill):
    drill.send(1)
    drill.send_until_limited(3)
    assert drill.counted() == 4


def test_an_answer_that_is_neither_ends_the_drill():
    with limited(Limiter(sliding(1), failing=503)) as stage, pytest.raises(NotJudged, match=r"neither .* 503"):
        Drill(stage).send(2)


@pytest.mark.parametrize(
    ("status", "body", "is_so"),
    [
        (200, b"{}", True),
        (500, b'{"error": {"code": "processing_failed"}}', True),
        (500, b'{"error": {"code": "internal_error"}}', False),
        (500, b"", False),
        (429, b"", False),
        (400, b"", False),
        (None, b"", False),
    ],
)
def test_what_is_worked_on_is_let_through(status, body, is_so):
    sent = Sent(method="POST", url="http://localhost/")
    assert is_let_through(Exchange(sent=sent, status=status, body=body)) is is_so
