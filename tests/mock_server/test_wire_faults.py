"""Faults as callers meet them: bytes and errors on real connections to a real server."""

import json
import socket
from contextlib import suppress
from urllib.parse import urlsplit

import httpx
import httpx2
import pytest
import requests

from sora_mock.clock import ManualClock
from sora_mock.engine.effects import NAMED, DripEffect, LatencyEffect, ProblemEffect, TruncateEffect
from sora_mock.engine.faults import Fault, Match, When
from sora_mock.local import LocalServer
from tests.mock_server.support import BASE, CHARACTER, CLIP

PATIENCE = 30
"""The longest that a test waits for what should come at once, in seconds."""

A_MOMENT = 0.05
"""For how long it is watched that nothing comes, in seconds."""


@pytest.fixture(scope="module")
def server():
    made = LocalServer(clock=ManualClock())
    yield made
    made.close()


@pytest.fixture
def wire(server, request, caplog):
    yield Wire(server, "sk-" + request.node.name.encode().hex())
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


class Wire:
    """One account's calls, byte by byte."""

    def __init__(self, server, key):
        self.origin = server.origin
        self.key = key
        self._server = server
        self.account = server.desk.understudy.caller(f"Bearer {key}").account

    def at_desk(self, what, *arguments, **options):
        return self._server.call(lambda: getattr(self._server.desk, what)(self.account, *arguments, **options))

    def add(self, effect, *, match=None, when=None, prevent=False):
        fault = Fault(effect=effect, match=match or Match(), when=when or When(), prevent=prevent)
        return self.at_desk("add_fault", fault)

    def state(self):
        return self.at_desk("export_state")

    def headers(self, fault=None, **more):
        prefer = {} if fault is None else {"prefer": f"fault={fault}"}
        return {"authorization": f"Bearer {self.key}", **prefer, **more}

    def open(self, method="POST", path=BASE + "/characters", body=CHARACTER, **headers):
        """Send a request and return its connection."""
        address = urlsplit(self.origin)
        connection = socket.create_connection((address.hostname, address.port), timeout=PATIENCE)
        content = b"" if body is None else json.dumps(body).encode()
        lines = [f"{method} {path} HTTP/1.1", f"host: {address.netloc}", "connection: close"]
        lines += [f"content-type: application/json\r\ncontent-length: {len(content)}"] if content else []
        lines += [f"{name}: {value}" for name, value in (self.headers() | headers).items()]
        connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + content)
        return connection

    def exchange(self, **request):
        """Return head and body as they came, and whether the end of the connection was orderly."""
        received, is_orderly = b"", True
        with self.open(**request) as connection:
            try:
                while part := connection.recv(65_536):
                    received += part
            except ConnectionResetError:
                is_orderly = False
        head, _, body = received.partition(b"\r\n\r\n")
        return Head(head), body, is_orderly

    def task(self):
        _, body, _ = self.exchange(path=BASE + "/generations", body=CLIP)
        return json.loads(body)["id"]


class Head:
    """A status line and its headers, every value of a name."""

    def __init__(self, raw):
        first, *lines = raw.decode("latin-1").split("\r\n")
        self.status = int(first.split()[1]) if first else None
        self.pairs = [tuple(line.split(": ", 1)) for line in lines]

    def all(self, name):
        return [value for found, value in self.pairs if found == name]

    def __getitem__(self, name):
        (value,) = self.all(name)
        return value


PROBLEMS = {name: effect for name, effect in NAMED.items() if isinstance(effect, ProblemEffect)}


@pytest.mark.parametrize("name", sorted(PROBLEMS))
def test_a_problem_is_answered_and_nothing_is_done_unless_it_says_so(wire, name):
    head, body, _ = wire.exchange(prefer=f"fault={name}")
    error = json.loads(body)["error"]
    assert (error["code"], head["x-sora-mock-fault"]) == (PROBLEMS[name].code, name)
    assert head.status >= 400
    assert len(head.all("retry-after")) <= 1
    assert len(wire.state().characters) == PROBLEMS[name].done


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("rate-limit", ["1"]),
        ("rate-limit-no-retry-after", []),
        ("rate-limit-huge", ["1000000000"]),
        ("rate-limit-garbage", ["soon-ish"]),
        # The mock's clock stands at 2023-11-14 22:13:20.
        ("rate-limit-date", ["Tue, 14 Nov 2023 22:13:21 GMT"]),
    ],
)
def test_retry_after_has_the_form_that_was_asked_for(wire, name, values):
    head, _, _ = wire.exchange(prefer=f"fault={name}")
    assert (head.status, head.all("retry-after")) == (429, values)


def test_a_problems_own_headers_replace_those_of_the_same_name(wire):
    wire.add(ProblemEffect(code="rate_limit_exceeded", headers={"Retry-After": "7", "Via": "relay"}))
    head, _, _ = wire.exchange()
    assert (head.all("retry-after"), head.all("via")) == (["7"], ["relay"])


def test_of_two_problems_the_first_answers_alone(wire):
    wire.add("rate-limit-garbage")
    wire.add("rate-limit-huge")
    head, _, _ = wire.exchange()
    assert head.all("retry-after") == ["soon-ish"]


def test_a_reset_sends_nothing_though_the_character_is_made(wire):
    head, body, is_orderly = wire.exchange(prefer="fault=reset")
    assert (head.status, body, is_orderly) == (None, b"", False)
    assert len(wire.state().characters) == 1


def test_a_prevented_operation_leaves_nothing_behind(wire):
    wire.add("reset", prevent=True)
    _, _, is_orderly = wire.exchange()
    assert not is_orderly
    assert wire.state().characters == {}


def test_a_hanging_request_gets_no_byte(wire):
    with wire.open(prefer="fault=hang") as connection:
        connection.settimeout(A_MOMENT)
        with pytest.raises(TimeoutError):
            connection.recv(1)


@pytest.mark.parametrize("keep", [0.0, 0.25, 0.5, 0.999])
def test_a_truncated_body_is_announced_whole_and_sent_in_part(wire, keep):
    wire.add(TruncateEffect(keep=keep))
    head, body, is_orderly = wire.exchange()
    announced = int(head["content-length"])
    assert (head.status, len(body), is_orderly) == (200, int(announced * keep), True)
    assert len(body) < announced


def test_a_truncated_clip_breaks_off_where_it_should(wire):
    path = f"{BASE}/generations/{wire.task()}/content"
    _, whole, _ = wire.exchange(method="GET", path=path, body=None)
    head, body, _ = wire.exchange(method="GET", path=path, body=None, prefer="fault=truncate")
    assert int(head["content-length"]) == len(whole)
    assert body == whole[: len(whole) // 2]


def test_a_truncated_range_is_a_part_of_the_range(wire):
    path = f"{BASE}/generations/{wire.task()}/content"
    head, body, _ = wire.exchange(method="GET", path=path, body=None, prefer="fault=truncate", range="bytes=0-99")
    assert (head.status, head["content-length"], len(body)) == (206, "100", 50)


def test_a_dripping_body_is_the_whole_body(wire):
    wire.add(DripEffect(seconds=0.01))
    head, body, is_orderly = wire.exchange()
    assert (head.status, len(body), is_orderly) == (200, int(head["content-length"]), True)
    assert json.loads(body)["object"] == "character"


def test_a_dripping_clip_is_the_whole_clip(wire):
    path = f"{BASE}/generations/{wire.task()}/content"
    _, whole, _ = wire.exchange(method="GET", path=path, body=None)
    wire.add(DripEffect(seconds=0.01))
    assert wire.exchange(method="GET", path=path, body=None)[1] == whole


def test_a_drip_sends_its_head_before_any_of_the_body(wire):
    wire.add(DripEffect(seconds=3600))
    with wire.open() as connection:
        received = b""
        while not received.endswith(b"\r\n\r\n"):
            received += connection.recv(1)
        connection.settimeout(A_MOMENT)
        with pytest.raises(TimeoutError):
            connection.recv(1)


def test_a_slow_reply_is_withheld(wire):
    wire.add(LatencyEffect(seconds="3600"))
    with wire.open() as connection:
        connection.settimeout(A_MOMENT)
        with pytest.raises(TimeoutError):
            connection.recv(1)


@pytest.mark.parametrize("effect", [LatencyEffect(seconds="3600"), DripEffect(seconds=3600)])
@pytest.mark.parametrize("speed", [0, 1_000_000])
def test_waits_are_of_the_accounts_own_time(wire, effect, speed):
    wire.add(effect)
    wire.at_desk("set_speed", speed)
    head, body, _ = wire.exchange()
    assert (head.status, len(body)) == (200, int(head["content-length"]))


def test_callers_that_do_not_wait_for_the_end_do_no_harm(wire):
    for effect in (LatencyEffect(seconds="0.01"), "hang", DripEffect(seconds=0.01), "reset", "truncate"):
        name = wire.add(effect)
        wire.open().close()
        wire.at_desk("remove_faults", name)
    assert wire.exchange()[0].status == 200


def test_an_empty_reply_has_no_body(wire):
    head, body, is_orderly = wire.exchange(prefer="fault=empty")
    assert (head.status, head["content-length"], body, is_orderly) == (200, "0", b"", True)


def test_a_web_page_takes_the_place_of_the_body(wire):
    head, body, _ = wire.exchange(prefer="fault=html")
    assert (head.status, head["content-type"]) == (200, "text/html; charset=utf-8")
    assert body.startswith(b"<!doctype html>")


def test_bad_json_has_the_length_that_was_announced(wire):
    head, body, _ = wire.exchange(prefer="fault=bad-json")
    assert (head.status, head["content-type"], int(head["content-length"])) == (200, "application/json", len(body))
    with pytest.raises(json.JSONDecodeError):
        json.loads(body)


@pytest.mark.parametrize("target", ["", "/content"])
def test_a_wrong_content_type_is_the_only_one(wire, target):
    path = f"{BASE}/generations/{wire.task()}{target}"
    head, _, _ = wire.exchange(method="GET", path=path, body=None, prefer="fault=wrong-content-type")
    assert head["content-type"] == "text/plain"


def test_extra_fields_stand_beside_those_of_the_contract(wire):
    _, body, _ = wire.exchange(prefer="fault=extra-fields")
    assert {"character_id", "x_trace", "deprecated", "credits_left"} <= json.loads(body).keys()


@pytest.mark.parametrize(
    ("name", "body_is"),
    [
        ("html", b"<!doctype html>"),
        ("bad-json", b"{"),
        ("empty", b""),
    ],
)
def test_a_body_can_take_the_place_of_a_clip(wire, name, body_is):
    path = f"{BASE}/generations/{wire.task()}/content"
    head, body, _ = wire.exchange(method="GET", path=path, body=None, prefer=f"fault={name}")
    assert head.status == 200
    assert body[: len(body_is)] == body_is
    assert len(body) == int(head["content-length"])


@pytest.mark.parametrize(
    "name", ["truncate", "drip", "empty", "html", "bad-json", "wrong-content-type", "extra-fields"]
)
@pytest.mark.parametrize("target", ["", "/content"])
def test_a_head_request_gets_a_head_and_an_orderly_end(wire, name, target):
    path = f"{BASE}/generations/{wire.task()}{target}"
    head, body, is_orderly = wire.exchange(method="HEAD", path=path, body=None, prefer=f"fault={name}")
    assert (head.status, body, is_orderly) == (200, b"", True)


@pytest.mark.parametrize(("name", "status"), [("task-stuck", "in_progress"), ("task-failing", "failed")])
def test_a_tasks_fate_is_seen_when_it_is_asked_for(wire, name, status):
    _, body, _ = wire.exchange(path=BASE + "/generations", body=CLIP, prefer=f"fault={name}")
    task = json.loads(body)
    assert task["status"] == "queued"
    _, body, _ = wire.exchange(method="GET", path=f"{BASE}/generations/{task['id']}", body=None)
    assert json.loads(body)["status"] == status


def test_a_result_link_can_be_befallen(wire):
    task = wire.task()
    _, body, _ = wire.exchange(method="GET", path=f"{BASE}/generations/{task}", body=None)
    link = urlsplit(json.loads(body)["video_url"])
    wire.add("reset", match=Match(operation="downloadResult"))
    _, _, is_orderly = wire.exchange(method="GET", path=f"{link.path}?{link.query}", body=None)
    assert not is_orderly


def test_a_request_without_a_caller_cannot_be_befallen(wire):
    head, body, _ = wire.exchange(authorization="none", prefer="fault=reset")
    assert (head.status, json.loads(body)["error"]["code"]) == (401, "invalid_api_key")


@pytest.mark.parametrize("method", ["DELETE", "PATCH"])
def test_a_path_that_no_header_can_hold_is_refused_like_any_other(wire, method):
    head, body, _ = wire.exchange(method=method, path=f"{BASE}/generations/%0d%0aX-Evil:%201%E2%82%AC", body=None)
    assert (head.status, head.all("x-evil")) == (405, [])
    assert json.loads(body)["error"]["code"] == "method_not_allowed"


@pytest.fixture(params=["httpx", "httpx2", "requests"])
def client(request, wire):
    """Return a function that makes a request under a fault, and the client library's errors by what they mean."""
    if request.param == "requests":
        session = requests.Session()
        session.trust_env = False
        errors = requests.exceptions
        broken, cut, late = errors.ConnectionError, errors.ChunkedEncodingError, errors.ReadTimeout
    else:
        library = {"httpx": httpx, "httpx2": httpx2}[request.param]
        session = library.Client(trust_env=False)
        broken, cut, late = library.ReadError, library.RemoteProtocolError, library.ReadTimeout

    def ask(fault, *, method="POST", path="/characters", body=CHARACTER, timeout=PATIENCE):
        return session.request(
            method, f"{wire.origin}{BASE}{path}", json=body, headers=wire.headers(fault), timeout=timeout
        )

    yield ask, {"broken": broken, "cut": cut, "late": late}
    session.close()


@pytest.mark.parametrize(
    ("fault", "error", "timeout"),
    [
        ("reset", "broken", PATIENCE),
        ("truncate", "cut", PATIENCE),
        ("hang", "late", A_MOMENT),
        ("slow", "late", A_MOMENT),
    ],
)
def test_clients_raise_what_they_raise_for_broken_connections(client, fault, error, timeout):
    create, errors = client
    with pytest.raises(errors[error]):
        create(fault, timeout=timeout)


@pytest.mark.parametrize("fault", ["empty", "html", "bad-json"])
def test_clients_get_a_200_that_is_no_json(client, fault):
    create, _ = client
    reply = create(fault)
    assert reply.status_code == 200
    with pytest.raises(ValueError, match=r".+"):
        reply.json()


@pytest.mark.parametrize(("fault", "status"), [("bad-gateway", 502), ("unavailable", 503), ("gateway-timeout", 504)])
def test_clients_get_the_status_of_a_problem(client, fault, status):
    create, _ = client
    assert create(fault).status_code == status


def test_clients_can_go_on_after_a_broken_connection(client):
    create, errors = client
    with suppress(errors["broken"]):
        create("reset")
    assert create(None).status_code == 200


def test_clients_that_try_again_after_an_error_make_a_second_character(client, wire):
    create, _ = client
    assert [create("server-error-done").status_code, create(None).status_code] == [500, 200]
    assert len(wire.state().characters) == 2


RETRY_AFTER = {
    "rate-limit": "1",
    "rate-limit-no-retry-after": None,
    "rate-limit-huge": "1000000000",
    "rate-limit-garbage": "soon-ish",
    "rate-limit-date": "Tue, 14 Nov 2023 22:13:21 GMT",
}


@pytest.mark.parametrize("fault", RETRY_AFTER)
def test_clients_get_retry_after_in_the_form_that_was_asked_for(client, fault):
    ask, _ = client
    reply = ask(fault)
    assert (reply.status_code, reply.headers.get("retry-after")) == (429, RETRY_AFTER[fault])


@pytest.mark.parametrize("effect", [DripEffect(seconds=0.01), LatencyEffect(seconds="0.01")])
def test_clients_get_a_slow_reply_whole(client, wire, effect):
    ask, _ = client
    wire.add(effect)
    assert ask(None).json()["object"] == "character"


def test_clients_lose_patience_with_a_drip(client, wire):
    ask, errors = client
    wire.add(DripEffect(seconds=3600))
    with pytest.raises((errors["late"], errors["broken"])):
        ask(None, timeout=A_MOMENT)


def test_clients_get_a_body_under_a_wrong_content_type(client):
    ask, _ = client
    reply = ask("wrong-content-type")
    assert (reply.headers["content-type"], reply.json()["object"]) == ("text/plain", "character")


def test_clients_get_extra_fields(client):
    ask, _ = client
    assert {"character_id", "x_trace", "deprecated", "credits_left"} <= ask("extra-fields").json().keys()


@pytest.mark.parametrize(
    ("fault", "status"), [("task-stuck", "in_progress"), ("task-failing", "failed"), ("task-expired", "expired")]
)
def test_clients_see_a_tasks_fate_when_they_ask_for_it(client, fault, status):
    ask, _ = client
    task = ask(fault, path="/generations", body=CLIP).json()
    assert task["status"] == "queued"
    assert ask(None, method="GET", path=f"/generations/{task['id']}", body=None).json()["status"] == status
