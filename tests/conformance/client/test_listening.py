"""Listening: however a connection ends, it leaves no mistake of the stage's behind."""

from sora_conformance.client.connections import Connection
from sora_conformance.client.stage import Stage
from tests.conformance.client.staging import connected, request, script

SIZE = 16_000_000


def hang_up(connection):
    connection._writer.write(b"x" * SIZE)
    connection._writer.close()


def test_a_connection_that_is_closed_before_all_is_sent_ends_without_a_mistake(monkeypatch):
    monkeypatch.setattr(Connection, "hang_up", hang_up)
    with Stage() as stage, stage.open(script({"manner": "close"})) as seat, connected(seat.base_url) as line:
        line.sendall(request(seat.base_url))
        received = 0
        while data := line.recv(1_000_000):
            received += len(data)
    assert received == SIZE
    assert stage.errors == []
