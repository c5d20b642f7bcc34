"""Webhooks as they are sent: from a mock that serves to a receiver on this machine."""

import contextlib
import socket
import time

import httpx2
import pytest
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

import sora_mock
from sora_mock import ManualClock, Policy, Settings
from sora_mock.control import Client
from sora_mock.engine import ids
from sora_mock.engine.latency import NONE, Fixed, Latency
from sora_mock.local import LocalServer
from sora_mock.webhooks import Message, signed
from tests.mock_server.receiver import Receiver, until
from tests.mock_server.support import CLIP

HOUR = 3600
SLOW = Policy(latency=Latency(url=NONE, task=NONE, generation=Fixed(600)))


@pytest.fixture
def receiver():
    """Return a function that opens a receiver; every one is closed at the end."""
    opened = []

    def make(*statuses):
        opened.append(Receiver(*statuses))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


@pytest.fixture
def sora():
    """Return the handle of a mock in which time stands still and a task takes ten minutes."""
    with sora_mock.running(Settings(policy=SLOW)) as handle:
        handle.clock.freeze()
        yield handle


def task(sora):
    return sora.client.post("/generations", json=CLIP).json()["id"]


def video(sora):
    url = f"{sora.openai_base_url}/videos"
    return sora.client.post(url, json={"model": "sora-2", "prompt": "a quiet street"}).json()["id"]


def attempts(sora):
    return [(one.number, one.status) for hook in sora.webhooks.list() for one in hook.attempts]


def closed_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def connections(listener):
    """Return how many connections have been made to a socket that answers none."""
    listener.setblocking(False)
    made = 0
    with contextlib.suppress(BlockingIOError):
        while True:
            listener.accept()[0].close()
            made += 1
    return made


def test_a_finished_video_is_told_and_the_signature_is_true(sora, receiver):
    there = receiver()
    hook = sora.webhooks.add(there.url)
    made = video(sora)
    sora.clock.advance(600)
    (arrival,) = there.wait_for(1)
    event = Webhook(hook.secret).verify(arrival.body, arrival.headers)
    assert set(event) == {"id", "object", "created_at", "type", "data"}
    assert (event["object"], event["type"], event["data"]) == ("event", "video.completed", {"id": made})
    assert event["created_at"] == int(sora.clock.now)
    assert arrival.headers["content-type"] == "application/json"
    with pytest.raises(WebhookVerificationError):
        Webhook("whsec_b3RoZXI=").verify(arrival.body, arrival.headers)


def test_tasks_of_the_guide_are_told_too_and_so_are_failures(sora, receiver):
    there = receiver()
    sora.webhooks.add(there.url)
    completed, failed = task(sora), task(sora)
    sora.generations.fail(failed)
    assert [(one.event["type"], one.event["data"]["id"]) for one in there.wait_for(1)] == [("video.failed", failed)]
    sora.generations.complete(completed)
    assert there.wait_for(2)[1].event["data"] == {"id": completed}


def test_the_timestamp_is_the_real_time_wherever_the_account_is(sora, receiver):
    there = receiver()
    sora.webhooks.add(there.url)
    task(sora)
    sora.clock.advance(1000 * HOUR)
    (arrival,) = there.wait_for(1)
    assert abs(int(arrival.headers["webhook-timestamp"]) - time.time()) < 60
    assert arrival.event["created_at"] > time.time()


def test_the_timestamp_is_the_real_time_on_a_clock_of_another_age(receiver):
    there = receiver()
    with sora_mock.running(clock=ManualClock()) as sora:
        hook = sora.webhooks.add(there.url)
        task(sora)
        (arrival,) = there.wait_for(1)
        assert Webhook(hook.secret).verify(arrival.body, arrival.headers)["created_at"] == 1_700_000_000


def test_what_is_not_taken_is_sent_again_under_the_same_id(sora, receiver):
    there = receiver(500, 302, 0, 200)
    sora.webhooks.add(there.url)
    task(sora)
    sora.clock.advance(600)
    for number, seconds in enumerate((5, 295, 1500), start=1):
        there.wait_for(number)
        until(lambda number=number: len(attempts(sora)) == number)
        sora.clock.advance(seconds)
    there.wait_for(4)
    until(lambda: len(attempts(sora)) == 4)
    assert attempts(sora) == [(1, 500), (2, 302), (3, None), (4, 200)]
    assert len({one.headers["webhook-id"] for one in there.arrivals}) == 1
    assert len({one.body for one in there.arrivals}) == 1
    assert sora.webhooks.list()[0].waiting == 0


def test_nobody_is_there_until_the_third_attempt(sora, receiver):
    port = closed_port()
    sora.webhooks.add(f"http://127.0.0.1:{port}/")
    task(sora)
    sora.clock.advance(600)
    until(lambda: attempts(sora) == [(1, None)])
    (hook,) = sora.webhooks.list()
    assert hook.attempts[0].next == pytest.approx(sora.clock.now + 5)
    sora.clock.advance(100 * HOUR)
    until(lambda: len(attempts(sora)) == 14)
    (hook,) = sora.webhooks.list()
    assert (hook.waiting, hook.attempts[-1].next) == (0, None)


def test_two_webhooks_are_told_of_one_event_each_under_an_id_of_its_own(sora, receiver):
    first, second = receiver(), receiver(500)
    sora.webhooks.add(first.url)
    sora.webhooks.add(second.url)
    task(sora)
    sora.clock.advance(600)
    one, other = first.wait_for(1)[0], second.wait_for(1)[0]
    assert one.body == other.body
    assert one.headers["webhook-id"] != other.headers["webhook-id"]
    until(lambda: len(attempts(sora)) == 2)
    sora.clock.advance(5)
    second.wait_for(2)
    assert len(first.arrivals) == 1


def test_time_that_runs_needs_no_push(receiver):
    there = receiver(500)
    with sora_mock.running(Settings(policy=SLOW)) as sora:
        sora.webhooks.add(there.url)
        task(sora)
        sora.clock.speed(1000)
        there.wait_for(2)


def test_the_time_of_all_accounts_counts_too(sora, receiver):
    there = receiver()
    sora.clock.unfreeze()
    sora.webhooks.add(there.url)
    with Client(sora.venue.origin) as control:
        control.of("*").clock.freeze()
        made = task(sora)
        timers = sora.venue.desk.understudy.watcher.__self__._timers
        until(lambda: not timers)  # it has been seen that nothing is due, and that no time passes
        control.of("*").clock.advance(600)
    assert there.wait_for(1)[0].event["data"]["id"] == made


def test_other_accounts_are_not_told(sora, receiver):
    there = receiver()
    sora.webhooks.add(there.url)
    other = sora_mock.Sora(sora.venue, "sk-other")
    task(other)
    other.clock.advance(600)
    mine = task(sora)
    sora.clock.advance(600)
    assert there.wait_for(1)[0].event["data"]["id"] == mine
    other.close()
    assert len(there.arrivals) == 1


def test_many_events_are_all_sent_once(sora, receiver):
    there = receiver()
    sora.webhooks.add(there.url)
    made = {task(sora) for _ in range(60)}
    sora.clock.advance(600)
    there.wait_for(60)
    until(lambda: sora.webhooks.list()[0].waiting == 0)
    assert {one.event["data"]["id"] for one in there.arrivals} == made
    assert len(there.arrivals) == 60


def test_a_receiver_that_hangs_keeps_nobody_from_being_told_nor_the_mock_from_stopping(receiver):
    there = receiver()
    with socket.socket() as silent, sora_mock.running() as sora:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        sora.webhooks.add(f"http://127.0.0.1:{silent.getsockname()[1]}/")
        sora.webhooks.add(there.url)
        for number in (1, 2):
            task(sora)
            there.wait_for(number)
        until(lambda: sora.webhooks.list()[1].waiting == 0)
        assert connections(silent) == 2
        begin = time.monotonic()
    assert time.monotonic() - begin < 5


def test_an_answer_that_takes_too_long_is_none(monkeypatch):
    monkeypatch.setattr("sora_mock.webhooks.TIMEOUT_SECONDS", 0.05)
    with socket.socket() as silent, sora_mock.running(clock=ManualClock()) as sora:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        sora.webhooks.add(f"http://127.0.0.1:{silent.getsockname()[1]}/")
        task(sora)
        until(lambda: attempts(sora) == [(1, None)])


def test_an_answer_that_drips_is_not_waited_for_longer(monkeypatch):
    monkeypatch.setattr("sora_mock.webhooks.TIMEOUT_SECONDS", 0.2)
    with socket.socket() as slow, sora_mock.running(clock=ManualClock()) as sora:
        slow.bind(("127.0.0.1", 0))
        slow.listen()
        sora.webhooks.add(f"http://127.0.0.1:{slow.getsockname()[1]}/")
        task(sora)
        connection, _ = slow.accept()
        with connection, contextlib.suppress(OSError):
            connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\n")
            for _ in range(50):
                connection.sendall(b"x")
                time.sleep(0.02)
        until(lambda: attempts(sora) == [(1, None)])


def test_a_restart_sends_what_was_not_taken_and_nothing_else(tmp_path, receiver):
    there = receiver(200, 500)
    settings = Settings(policy=SLOW, state=tmp_path / "state.db")
    with sora_mock.running(settings) as sora:
        sora.clock.freeze()
        hook = sora.webhooks.add(there.url)
        taken = task(sora)
        sora.generations.complete(taken)
        there.wait_for(1)
        until(lambda: attempts(sora) == [(1, 200)])
        refused = task(sora)
        sora.generations.complete(refused)
        there.wait_for(2)
        until(lambda: attempts(sora) == [(1, 200), (1, 500)])
    with sora_mock.running(settings) as sora:
        sora.clock.advance(5)
        again = there.wait_for(3)[2]
        until(lambda: attempts(sora) == [(1, 200), (1, 500), (2, 204)])
        assert again.headers["webhook-id"] == there.arrivals[1].headers["webhook-id"]
        assert Webhook(hook.secret).verify(again.body, again.headers)["data"] == {"id": refused}
    assert len(there.arrivals) == 3


def test_what_became_due_while_no_mock_ran_is_sent_at_the_start(tmp_path, receiver):
    there = receiver()
    settings = Settings(policy=SLOW, state=tmp_path / "state.db")
    clock = ManualClock()
    with sora_mock.running(settings, clock=clock) as sora:
        sora.webhooks.add(there.url)
        made = task(sora)
    clock.advance(600_000)
    with sora_mock.running(settings, clock=clock):
        assert there.wait_for(1)[0].event["data"]["id"] == made


def test_an_imported_webhook_is_told_as_well(receiver):
    there = receiver()
    with sora_mock.running(Settings(policy=SLOW)) as sora, Client(sora.venue.origin, key=sora.api_key) as control:
        hook = control.webhooks.add(there.url)
        made = task(sora)
        state = control.state.export()
        control.reset()
        assert control.webhooks.list() == ()
        control.state.import_(state)
        control.clock.advance(600)
        (arrival,) = there.wait_for(1)
        assert Webhook(hook.secret).verify(arrival.body, arrival.headers)["data"] == {"id": made}


def test_an_imported_webhook_is_told_after_a_restart(tmp_path, receiver):
    there = receiver()
    clock = ManualClock()
    with sora_mock.running(Settings(policy=SLOW), clock=clock) as sora:
        sora.webhooks.add(there.url)
        made = task(sora)
        with Client(sora.venue.origin, key=sora.api_key) as control:
            state = control.state.export()
    settings = Settings(state=tmp_path / "state.db")
    with sora_mock.running(settings, clock=clock) as sora, Client(sora.venue.origin, key=sora.api_key) as control:
        control.state.import_(state)
    clock.advance(600_000)
    with sora_mock.running(settings, clock=clock):
        assert there.wait_for(1)[0].event["data"]["id"] == made


def test_a_webhook_that_is_deleted_hears_no_more(sora, receiver):
    there, other = receiver(), receiver()
    hook = sora.webhooks.add(there.url)
    sora.webhooks.add(other.url)
    task(sora)
    sora.webhooks.delete(hook.id)
    sora.clock.advance(600)
    other.wait_for(1)
    assert there.arrivals == []


def test_a_proxy_of_the_environment_is_not_asked(sora, receiver, monkeypatch):
    there = receiver()
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{closed_port()}")
    sora.webhooks.add(there.url)
    task(sora)
    sora.clock.advance(600)
    there.wait_for(1)


def test_nothing_is_loaded_or_waited_for_while_no_account_has_a_webhook():
    server = LocalServer()
    try:
        with httpx2.Client(base_url=server.origin, headers={"authorization": "Bearer sk-a"}) as http:
            assert http.post("/v1/sora/generations", json=CLIP).status_code == 200
        dispatcher = server.desk.understudy.watcher.__self__
        assert server.call(lambda: (dispatcher._timers, dispatcher._client)) == ({}, None)
    finally:
        server.close()


def test_a_message_is_signed_over_its_id_its_time_and_its_body():
    message = Message(ids.message_id("hook_1", "task_1"), "http://a.test/", "whsec_a2V5", b'{"a":1}')
    now = int(time.time())
    headers = signed(message, now)
    assert Webhook(message.secret).verify(message.body, headers) == {"a": 1}
    others = (message.secret, signed(message, now - 301)), (message.secret, signed(message, now + 302))
    for secret, late in others:
        with pytest.raises(WebhookVerificationError, match="Message timestamp too"):
            Webhook(secret).verify(message.body, late)
