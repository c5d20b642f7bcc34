"""The wire: sending, counting and remembering."""

import json
import socketserver
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import msgspec
import pytest

from sora_conformance.budget import CALLS, CHARACTERS, Budget, Limits, NotJudged
from sora_conformance.exchanges import Failure, Party, Sent
from sora_conformance.ledger import Entry, Ledger
from sora_conformance.target import Target
from sora_conformance.wire import Wire, retry_after
from tests.conformance.servers import answering, closed, silent

CREATED = (200, {}, b'{"character_id": "char_a"}')
REFUSED = (400, {}, b'{"error": {"code": "invalid_model"}}')
LIMITED = (429, {"Retry-After": "0"}, b"{}")


def wire_to(url, limits=None, **options):
    timeout = options.pop("timeout", 5.0)
    return Wire(Target(url=url, api_key="sk-a", timeout=timeout), Budget(limits or Limits()), **options)


@pytest.fixture
def seen():
    return []


@pytest.fixture
def serve(seen):
    """Return a function that serves the given replies in turn, the last one for ever."""
    opened = []

    def start(*replies, **options):
        left = list(replies)

        def answer(method, path, headers, body):
            seen.append((method, path, headers, body))
            return left.pop(0) if len(left) > 1 else left[0]

        opened.append(answering(answer))
        wire = wire_to(opened[-1].__enter__(), **options)
        opened.append(wire)
        return wire

    yield start
    for context in reversed(opened):
        context.__exit__(None, None, None)


def test_a_call_carries_key_and_body(serve, seen):
    serve(CREATED).call("POST", "/characters", json={"model": "é"})
    method, path, headers, body = seen[0]
    assert (method, path) == ("POST", "/v1/sora/characters")
    assert headers["authorization"] == "Bearer sk-a"
    assert headers["content-type"] == "application/json"
    assert json.loads(body) == {"model": "é"}


def test_nobody_sends_no_key(serve, seen):
    serve(CREATED).call("GET", "/generations/x", party=Party.NOBODY)
    assert "authorization" not in seen[0][2]


def test_a_header_can_be_taken_away(serve, seen):
    serve(CREATED).call("POST", "/characters", json={}, headers={"Authorization": None, "X-More": "1"})
    assert "authorization" not in seen[0][2]
    assert seen[0][2]["x-more"] == "1"


def test_an_exchange_knows_its_operation_and_its_case(serve):
    wire = serve(CREATED)
    with wire.case("character/one") as own:
        exchange = wire.call("POST", "/characters", json={})
    assert (exchange.operation, exchange.case) == ("createCharacter", "character/one")
    assert own == [exchange] == wire.exchanges


def test_a_made_character_is_counted_and_written_down(serve, tmp_path):
    wire = serve(CREATED, ledger=Ledger(tmp_path / "ledger"))
    wire.call("POST", "/characters", json={})
    assert wire.budget.spent(CHARACTERS) == 1
    entry = msgspec.json.decode((tmp_path / "ledger").read_bytes(), type=Entry)
    assert (entry.kind, entry.id, entry.party) == ("character", "char_a", Party.FIRST)


def test_a_refused_creation_gives_back_what_was_held(serve):
    wire = serve(REFUSED, limits=Limits(characters=1))
    wire.call("POST", "/characters", json={})
    wire.call("POST", "/characters", json={})
    assert wire.budget.spent(CHARACTERS) == 0


def test_no_creation_goes_beyond_the_budget(serve, seen):
    wire = serve(CREATED, limits=Limits(characters=1))
    wire.call("POST", "/characters", json={})
    with pytest.raises(NotJudged):
        wire.call("POST", "/characters", json={})
    assert len(seen) == 1


def test_parallel_creations_together_stay_within_the_budget(serve, seen):
    wire = serve(CREATED, limits=Limits(characters=5))

    def create(_):
        try:
            return wire.call("POST", "/characters", json={}).status
        except NotJudged:
            return None

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(create, range(20)))
    assert statuses.count(200) == len(seen) == 5


def test_one_free_call_that_creates_something_is_the_last_where_nothing_is_allowed(serve, seen):
    wire = serve(CREATED, limits=Limits(characters=0))
    wire.call("POST", "/characters", json={}, refusal="invalid_model")
    with pytest.raises(NotJudged):
        wire.call("POST", "/characters", json={}, refusal="invalid_model")
    assert len(seen) == 1


def test_a_patient_call_is_made_again_when_limited(serve, seen):
    assert serve(LIMITED, CREATED).call("POST", "/characters", json={}).status == 200
    assert len(seen) == 2


def test_an_impatient_call_is_told_of_the_limit(serve, seen):
    assert serve(LIMITED).call("POST", "/characters", json={}, patient=False).status == 429
    assert len(seen) == 1


def test_a_target_that_stays_limited_cannot_be_judged(serve):
    with pytest.raises(NotJudged, match="rate limited"):
        serve(LIMITED).call("POST", "/characters", json={})


def test_a_target_that_lets_nothing_through_is_soon_left_alone(serve, seen):
    wire = serve(LIMITED)
    for _ in range(10):
        with pytest.raises(NotJudged):
            wire.call("POST", "/characters", json={})
    assert len(seen) == 3 * 2 + 7


def test_a_wait_beyond_what_the_run_may_wait_is_not_begun(serve, seen):
    wire = serve((429, {"Retry-After": "3600"}, b"{}"), max_wait=1.0)
    with pytest.raises(NotJudged, match="3600 s"):
        wire.call("POST", "/characters", json={})
    assert len(seen) == 1


def test_a_closed_port_is_a_failure():
    with wire_to(closed()) as wire:
        exchange = wire.call("GET", "/characters")
    assert (exchange.status, exchange.failure) == (None, Failure.REFUSED)
    assert wire.budget.spent(CALLS) == 1


def test_a_silent_server_is_a_timeout():
    with silent() as url, wire_to(url, timeout=0.1) as wire:
        assert wire.call("GET", "/characters").failure is Failure.TIMEOUT
        assert wire.raw(b"GET / HTTP/1.1\r\n\r\n", timeout=0.1).failure is Failure.TIMEOUT


@contextmanager
def hanging_up(answered):
    """Serve so many requests on each connection, and close it at the next one without a word."""
    connections = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            connections.append(self)
            for number in range(answered + 1):
                while (line := self.rfile.readline()) not in {b"", b"\r\n"}:
                    pass
                if not line or number == answered:
                    return
                self.wfile.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/v1/sora", connections
        finally:
            server.shutdown()


def test_a_resting_connection_that_is_closed_is_not_taken_for_an_answer():
    with hanging_up(answered=1) as (url, connections), wire_to(url) as wire:
        assert [wire.call("GET", "/generations/a").status for _ in range(3)] == [404, 404, 404]
    assert len(connections) == 3


def test_a_new_connection_that_is_closed_is_told_as_it_is():
    with hanging_up(answered=0) as (url, connections), wire_to(url) as wire:
        exchange = wire.call("GET", "/generations/a")
    assert (exchange.status, exchange.failure, len(connections)) == (None, Failure.INVALID, 1)


def test_bytes_are_sent_as_they_are(serve, seen):
    wire = serve(CREATED)
    exchange = wire.raw(b"POST /v1/sora/characters HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}")
    assert exchange.status == 200
    assert exchange.sent.method == "POST"
    assert exchange.sent.url.endswith("/v1/sora/characters")
    assert exchange.sent.body == b"{}"


def test_redirects_are_not_followed(serve, seen):
    exchange = serve((302, {"Location": "/elsewhere"}, b"")).call("GET", "/generations/x")
    assert (exchange.status, len(seen)) == (302, 1)


def test_a_request_made_elsewhere_is_counted_too(serve):
    wire = serve(CREATED)
    exchange = wire.send(Sent(method="POST", url=wire.target.url + "/characters", body=b"{}"))
    assert exchange.operation == "createCharacter"
    assert wire.budget.spent(CHARACTERS) == 1


def test_a_request_made_elsewhere_says_what_it_expects(serve):
    wire = serve(REFUSED)
    sent = Sent(method="POST", url=wire.target.url + "/characters", body=b"{}")
    exchange = wire.send(sent, refusal="invalid_model", param="model")
    assert (exchange.refusal, exchange.param) == ("invalid_model", "model")


def test_a_server_that_answers_anything_is_there(serve):
    assert serve((404, {}, b"")).answers()
    with wire_to(closed()) as wire:
        assert not wire.answers()


@pytest.mark.parametrize(
    ("value", "seconds"), [("5", 5.0), ("0", 0.0), ("", 60.0), ("-1", 60.0), ("soon", 60.0), ("9" * 20, 60.0)]
)
def test_a_useless_retry_after_means_a_minute(serve, value, seconds):
    exchange = serve((429, {"Retry-After": value}, b"{}")).call("POST", "/characters", json={}, patient=False)
    assert retry_after(exchange) == seconds


def test_a_relays_videos_are_counted_though_they_are_beside_its_base(seen):
    def answer(method, path, headers, body):
        seen.append(path)
        return 200, {}, b'{"id": "video_a"}'

    with answering(answer) as url:
        target = Target(url=url.removesuffix("/v1/sora") + "/sora/v1", api_key="sk-a", dialect="relay")
        with Wire(target, Budget(Limits(generations=1))) as wire:
            exchange = wire.call("POST", f"{target.videos}/videos", json={})
            with pytest.raises(NotJudged):
                wire.call("POST", f"{target.videos}/videos", json={})
    assert (seen, exchange.operation) == (["/v1/videos"], "createVideo")
