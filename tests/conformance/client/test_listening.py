"""Listening: however a connection ends, it leaves no mistake of the stage's behind."""

from sora_conformance.client.stage import Stage
from tests.conformance.client.staging import connected, request, script


def test_a_connection_that_is_closed_before_all_is_sent_ends_without_a_mistake():
    with Stage() as stage:
        with (
            stage.open(script({"text": "x" * 32_000_000, "manner": "truncate"})) as seat,
            connected(seat.base_url) as line,
        ):
            line.sendall(request(seat.base_url))
            size = 0
            while data := line.recv(1_000_000):
                size += len(data)
            assert size > 16_000_000
            assert seat.wait_ended(10)
    assert stage.errors == []
