"""The table of the control plane, and what holds for all of it."""

import asyncio

import pytest
from openapi_spec_validator import validate

from sora_mock.control.about_routes import description
from sora_mock.control.routes import control_routes
from tests.mock_server.control.support import KEY

METHODS = {"get", "put", "post", "patch", "delete"}
SAMPLES = {"{account}": "self", "{name:path}": "fault-1", "{name}": "fault-1", "{task_id}": "task_0"}


def table(plane):
    """Return path and method of every route."""
    routes = control_routes(plane.app.exchange)
    return sorted((route.path, method) for route in routes for method in route.methods - {"HEAD"})


def test_the_description_is_valid_and_says_what_the_routes_say(plane):
    validate(description())
    described = sorted(
        (path, method.upper()) for path, item in description()["paths"].items() for method in item if method in METHODS
    )
    assert [(path.replace(":path", ""), method) for path, method in table(plane)] == described
    assert plane.control("GET", "/openapi.json") == description()


def test_every_route_refuses_what_it_does_not_know_and_never_shows_a_key(plane):
    plane.control("POST", "/accounts", status=201, json={"account": "studio", "key": KEY})
    plane.create()
    for path, method in table(plane):
        for name, sample in SAMPLES.items():
            path = path.replace(name, sample)
        if path.endswith("/stream"):
            continue
        for request in ({}, {"json": {"key": KEY, "nope": 1}}, {"json": {"account": 5, "key": KEY}}):
            answer = plane.ask(method, f"/_mock{path}", **request)
            assert KEY not in answer.text + str(answer.headers)
            assert answer.status_code < 500
            assert not request or answer.status_code >= 400 or path == "/health", path


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/faults", {"GET", "HEAD", "POST", "DELETE"}),
        ("GET", "/reset", {"POST"}),
        ("POST", "/health", {"GET", "HEAD"}),
    ],
)
def test_another_method_is_told_which_there_are(plane, method, path, allowed):
    answer = plane.ask(method, f"/_mock{path}")
    assert answer.status_code == 405
    assert set(answer.headers["allow"].split(", ")) == allowed


@pytest.mark.parametrize("path", ["/", "/state", "/accounts/", "/accounts/self/health", "/generations/task_0/pause"])
def test_a_path_that_there_is_not_is_told(plane, path):
    assert plane.ask("GET", f"/_mock{path}").status_code == 404


def test_a_failure_of_the_mock_itself_is_told_as_one(plane, monkeypatch, caplog):
    monkeypatch.setattr("sora_mock.control.desk.Desk.accounts", lambda _: 1 / 0)
    answer = plane.ask("GET", "/_mock/accounts")
    assert (answer.status_code, answer.json()["error"]["code"]) == (500, "internal_error")
    assert "ZeroDivisionError" in caplog.text


def test_health_says_what_there_is(plane):
    assert set(plane.control("GET", "/health")) == {"status", "version", "dialects", "keys", "seed"}


def test_metrics_count_what_has_happened(plane):
    plane.control("PATCH", "/settings", json={"knobs": {"creations_per_minute": 1}})
    plane.control("POST", "/faults", status=201, json={"effect": "slow", "name": "a-b", "when": {"first": 1}})
    plane.control("PATCH", "/clock", json={"frozen": True})
    plane.create()
    plane.create()
    plane.task()
    plane.ask("GET", "/v1/sora/nowhere")
    answer = plane.ask("GET", "/_mock/metrics")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    lines = answer.text.splitlines()
    for line in (
        'sora_mock_requests_total{operation="createCharacter",status="200"} 1.0',
        'sora_mock_requests_total{operation="createCharacter",status="429"} 1.0',
        'sora_mock_requests_total{operation="",status="404"} 1.0',
        'sora_mock_rate_limited_total{operation="createCharacter"} 1.0',
        'sora_mock_faults_total{fault="a-b"} 1.0',
        "sora_mock_accounts 1.0",
        "sora_mock_characters 1.0",
        "sora_mock_generations 1.0",
        "sora_mock_journal_entries 4.0",
    ):
        assert line in lines


def test_metrics_can_be_read_by_prometheus(plane):
    from prometheus_client.parser import text_string_to_metric_families

    plane.create()
    families = {family.name for family in text_string_to_metric_families(plane.ask("GET", "/_mock/metrics").text)}
    assert {"sora_mock_requests", "sora_mock_faults", "sora_mock_journal_bytes"} <= families


def call(plane, receive):
    """Call the application itself, and return the status it answers with."""
    sent = []

    async def send(message):
        sent.append(message)

    head = [(b"host", b"localhost"), (b"content-type", b"application/json")]
    scope = {"type": "http", "method": "PATCH", "path": "/_mock/clock", "query_string": b"", "headers": head}
    asyncio.run(plane.app(scope, receive, send))
    return sent[0]["status"]


def test_a_body_that_does_not_come_is_not_waited_for(plane, monkeypatch):
    monkeypatch.setattr("sora_mock.control.ask.BODY_SECONDS", 0.0)

    async def never():
        await asyncio.Event().wait()

    assert call(plane, never) == 408
    assert plane.state() == {}


def test_a_caller_that_leaves_before_its_body_is_complete_changes_nothing(plane, caplog):
    messages = [{"type": "http.request", "body": b'{"adv', "more_body": True}, {"type": "http.disconnect"}]

    async def receive():
        return messages.pop(0)

    call(plane, receive)
    assert plane.state() == {}
    assert caplog.text == ""
