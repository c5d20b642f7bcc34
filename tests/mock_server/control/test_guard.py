"""Who may pull the strings."""

import asyncio

import pytest

from sora_mock.control.guard import Guard, host_name, is_loopback

LOCAL = {"host": "127.0.0.1:8000"}


def status(headers, *, token=None, client=("127.0.0.1", 5)):
    """Return the status that a guarded request is answered with."""
    sent = []

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 204, "headers": []})

    async def send(message):
        sent.append(message)

    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "GET", "path": "/health", "headers": raw, "client": client}
    asyncio.run(Guard(app, token=token)(scope, None, send))
    return sent[0]["status"]


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "localhost:1", "[::1]:8000", "mock.localhost"])
def test_callers_on_this_machine_are_let_in(host):
    assert status({"host": host}) == 204


def test_callers_without_an_address_are_in_this_process_and_are_let_in():
    assert status(LOCAL, client=None) == 204


@pytest.mark.parametrize("client", ["10.0.0.7", "::ffff:10.0.0.7", "unknown"])
def test_callers_from_elsewhere_are_refused(client):
    assert status(LOCAL, client=(client, 5)) == 403


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "[::1", "10.0.0.7:8000"])
def test_a_name_that_is_not_this_machines_is_refused(host):
    assert status({"host": host}) == 403


@pytest.mark.parametrize("client", ["127.0.0.1", "10.0.0.7"])
def test_with_a_token_set_only_the_token_opens(client):
    opened = {"host": "mock.example", "x-sora-mock-token": "t0p"}
    assert status(opened, token="t0p", client=(client, 5)) == 204
    assert status(opened | {"x-sora-mock-token": "other"}, token="t0p", client=(client, 5)) == 403
    assert status(LOCAL, token="t0p", client=(client, 5)) == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
@pytest.mark.parametrize("token", [None, "t0p"])
def test_another_sites_page_is_refused_whatever_it_knows(headers, token):
    assert status(LOCAL | headers | {"x-sora-mock-token": "t0p"}, token=token) == 403


@pytest.mark.parametrize("headers", [{"origin": "http://127.0.0.1:8000"}, {"sec-fetch-site": "same-origin"}])
def test_a_page_of_the_mock_itself_is_let_in(headers):
    assert status(LOCAL | headers) == 204


@pytest.mark.parametrize(
    ("host", "name"), [("a:1", "a"), ("[::1]:1", "::1"), ("", ""), ("[::1", ""), ("A.example", "a.example")]
)
def test_the_name_is_read_from_a_host_header(host, name):
    assert host_name(host) == name


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.9.9.9", True),
        ("::ffff:127.0.0.1", True),
        ("::ffff:10.0.0.1", False),
        ("::1", True),
        ("localhost", True),
        ("10.0.0.1", False),
        ("", False),
    ],
)
def test_loopback_is_this_machine(host, expected):
    assert is_loopback(host) is expected
