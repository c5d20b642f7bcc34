"""Below HTTP: messages, stalled bodies and large ones, on sound servers and others."""

import socket
import threading
from contextlib import contextmanager, suppress

import pytest

import sora_mock
from sora_conformance.budget import Budget, Limits
from sora_conformance.contract import Cost, load
from sora_conformance.server import probes_raw
from sora_conformance.server.judge import Judge
from sora_conformance.server.probes_raw import MAX_BODY, PROBES
from sora_conformance.server.stage import Stage
from sora_conformance.target import Target
from sora_conformance.wire import Wire
from tests.conformance.servers import BASE, answering, closed

HTTP = [case.id for case in PROBES.cases if case.id.startswith("protocol/http/")]


def lines(url, *ids, max_wait=0.0, **about):
    target = Target(url=url, api_key="sk-first-key", **about)
    with Budget(Limits()) as budget, Wire(target, budget, max_wait=max_wait) as wire:
        judge = Judge(Stage(wire), load(), strict=False, allow={Cost.FREE})
        return [judge.judge(case) for case in PROBES.cases if case.id in ids]


def verdicts(url, *ids, **about):
    return [str(line.verdict) for line in lines(url, *ids, **about)]


@contextmanager
def speaking(answer):
    """Serve connections, one after the other, by what `answer` makes of the first bytes: bytes, or None to hang up."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)

    def accept():
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with connection, suppress(OSError):
                    reply = answer(connection.recv(65536))
                    connection.sendall(reply or b"")

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}{BASE}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def reply(status, body=b"{}"):
    return b"HTTP/1.1 %d X\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%b" % (status, len(body), body)


def test_a_mock_keeps_every_rule():
    with sora_mock.running() as sora:
        found = lines(sora.base_url, *(case.id for case in PROBES.cases), mock=True)
    assert {line.verdict for line in found} == {"PASS"}, found


@pytest.mark.parametrize("status", [400, 431, 501, 505, None])
def test_a_message_may_be_refused_or_cut_off(status):
    with speaking(lambda _: None if status is None else reply(status)) as url:
        # A server that cuts everything off answers nothing to sound requests either.
        expected = "PASS" if status else "FAIL"
        assert set(verdicts(url, HTTP[0])) == {expected}


@pytest.mark.parametrize("status", [200, 302, 500, 404])
def test_a_message_must_not_be_taken_for_a_request(status):
    with speaking(lambda _: reply(status)) as url:
        assert verdicts(url, HTTP[0]) == ["FAIL"]


def test_a_message_with_a_sound_head_may_be_refused_for_other_reasons():
    with speaking(lambda _: reply(401)) as url:
        assert verdicts(url, "protocol/http/chunk-size") == ["PASS"]


def test_a_server_that_dies_of_a_message_is_found_once():
    heard = []

    def answer(data):
        heard.append(data)
        return reply(400) if len(heard) == 1 else None

    with speaking(answer) as url:
        first, second = lines(url, *HTTP[:2])
    assert first.verdict == "FAIL"
    assert "go on working" in first.reason
    assert second.verdict == "INCONCLUSIVE"
    assert len(heard) < 8


def test_a_message_must_not_be_left_hanging(monkeypatch):
    monkeypatch.setattr(probes_raw, "_ANSWER_SECONDS", 0.05)
    hanging = threading.Event()

    def answer(data):
        if data.startswith(b"THIS"):
            hanging.wait(0.5)
        return reply(405)

    with speaking(answer) as url:
        (line,) = lines(url, HTTP[0])
        hanging.set()
    assert line.verdict == "FAIL"
    assert "found nothing for 0.05 s" in line.reason


def test_where_nobody_listens_nothing_is_found():
    assert set(verdicts(closed(), *HTTP[:2], "request/complete")) == {"INCONCLUSIVE"}


@pytest.mark.parametrize(("status", "verdict"), [(408, "PASS"), (None, "PASS"), (400, "WARN"), (500, "WARN")])
def test_a_body_that_stops_is_given_up_with_408(status, verdict):
    with speaking(lambda _: None if status is None else reply(status)) as url:
        assert verdicts(url, "request/complete") == [verdict]


def stalled(monkeypatch, **about):
    """Return what is said of a server that waits for the rest of a body, and answers all else."""
    monkeypatch.setattr(probes_raw, "PATIENCE", 0.06)
    monkeypatch.setattr(probes_raw, "PATIENCE_OF_A_MOCK", 0.05)
    with answering(lambda *_: (405, {}, b"{}")) as url:
        (line,) = lines(url, "request/complete", **about)
    return line


def test_a_server_that_waits_longer_than_anybody_should_is_found(monkeypatch):
    line = stalled(monkeypatch, max_wait=180)
    assert line.verdict == "WARN"
    assert "0.06 s" in line.reason


def test_a_mock_is_found_sooner(monkeypatch):
    line = stalled(monkeypatch, mock=True)
    assert line.verdict == "WARN"
    assert "0.05 s" in line.reason


def test_a_server_that_may_not_be_waited_for_so_long_is_not_blamed(monkeypatch):
    assert stalled(monkeypatch, max_wait=0).verdict == "INCONCLUSIVE"


SIZE = ("request/size/over", "request/size/chunked", "request/size/at-most")


def sized(most, status=413):
    def answer(method, path, headers, body):
        size = int(headers.get("content-length") or MAX_BODY + 1)
        return (status, {}, b"{}") if size > most else (400, {}, b'{"error": {"code": "invalid_value"}}')

    return answer


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (sized(MAX_BODY), ["PASS", "PASS", "PASS"]),
        (sized(MAX_BODY - 1), ["PASS", "PASS", "WARN"]),
        (sized(10 * MAX_BODY), ["WARN", "WARN", "PASS"]),
        (sized(MAX_BODY, 400), ["WARN", "WARN", "PASS"]),
    ],
    ids=["exact", "smaller", "larger", "400"],
)
def test_bodies_of_up_to_a_mebibyte_are_read(answer, expected):
    with answering(answer) as url:
        assert verdicts(url, *SIZE) == expected


@pytest.mark.parametrize(("announced", "verdict"), [(413, "PASS"), (400, "WARN"), (None, "INCONCLUSIVE")])
def test_a_server_that_hangs_up_on_a_large_body_is_asked_by_its_length(announced, verdict):
    heard = []

    def answer(data):
        heard.append(data)
        return None if len(heard) == 1 or announced is None else reply(announced)

    with speaking(answer) as url:
        (line,) = lines(url, "request/size/over")
    assert line.verdict == verdict
    assert b"content-length: 1048577" in heard[1].lower()


def test_a_large_body_whose_answer_cannot_be_read_says_nothing():
    with speaking(lambda _: None) as url:
        assert verdicts(url, "request/size/chunked", "request/size/at-most") == ["INCONCLUSIVE", "INCONCLUSIVE"]


@pytest.mark.parametrize(("status", "verdict"), [(400, "PASS"), (415, "PASS"), (200, "WARN"), (500, "WARN")])
def test_bytes_that_are_no_text_are_refused(status, verdict):
    with answering(lambda *_: (status, {}, b'{"character_id": "char_a"}')) as url:
        assert verdicts(url, "request/json/no-text") == [verdict]
