"""Messages that are hardly HTTP, or no HTTP at all: refused in the contract's shape, and the mock lives on."""

import json

import pytest

from tests.e2e.calling import CHARACTER, Wire, assert_refused, head, posting

GOOD = json.dumps(CHARACTER).encode()
TASK = "/v1/sora/generations/task_x"
BROKEN_HEADERS = {
    "a NUL in a value": b"X: a\0b",
    "a control character in a value": b"X: a\x07b",
    "a line break in a value": b"X: a\rb",
    "an empty name": b": value",
    "no colon": b"nonsense",
    "a space in a name": b"a b: c",
    "a space before the colon": b"Host : h",
    "a name that is no token": b"X\xff: c",
    "a NUL in a name": b"X\0: c",
    "a negative length": b"Content-Length: -1",
    "a length that is no number": b"Content-Length: ten",
    "a length beyond all numbers": b"Content-Length: 99999999999999999999999",
    "two lengths": b"Content-Length: 1\r\nContent-Length: 2",
    "a length and chunks": b"Content-Length: 1\r\nTransfer-Encoding: chunked",
}
NO_HTTP = {
    "random bytes": bytes(range(256)) * 4,
    "a TLS hello": bytes.fromhex("16030100c8010000c40303") + b"\x42" * 200,
    "an HTTP/2 preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0",
    "SSH": b"SSH-2.0-OpenSSH_9.9\r\n",
    "SMTP": b"EHLO localhost\r\n",
    "JSON": GOOD + b"\r\n\r\n",
    "a WebSocket frame": b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58",
    "a reply": b"HTTP/1.1 200 OK\r\n\r\n",
    "an unheard-of version": b"GET / HTTP/9.9\r\n\r\n",
    "a version that is none": b"GET / HTTP/one\r\n\r\n",
    "another protocol": b"GET / GOPHER/1.1\r\n\r\n",
    "an unheard-of method": b"FROBNICATE / HTTP/1.1\r\n\r\n",
    "a method in lower case": b"get / HTTP/1.1\r\n\r\n",
    "a method without end": b"G" * 10_000,
    "no target": b"GET  HTTP/1.1\r\n\r\n",
    "a target that is no path": b"GET foo HTTP/1.1\r\n\r\n",
    "raw bytes in the target": b"GET /\xff\xfe HTTP/1.1\r\n\r\n",
    "a NUL in the target": b"GET /\0 HTTP/1.1\r\n\r\n",
    "a tunnel": b"CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n",
}


@pytest.mark.parametrize("data", NO_HTTP.values(), ids=NO_HTTP)
def test_what_is_no_request_is_refused_and_hung_up_on(shared, victim, data):
    with Wire(shared.port) as wire:
        wire.say(data)
        assert_refused(wire.answer(), 400, "invalid_request")
        assert wire.is_ended()


@pytest.mark.parametrize("line", BROKEN_HEADERS.values(), ids=BROKEN_HEADERS)
def test_a_broken_header_is_refused_and_hung_up_on(shared, victim, line):
    with Wire(shared.port) as wire:
        wire.say(head("POST", "/v1/sora/characters", key=victim.key)[:-2] + line + b"\r\n\r\n")
        assert_refused(wire.answer(), 400, "invalid_request")
        assert wire.is_ended()


@pytest.mark.parametrize(
    "lines",
    [["X: " + "a" * 70_000], [f"X-{number}: y" for number in range(20_000)], ["X" * 70_000 + ": y"]],
    ids=["a value", "many headers", "a name"],
)
def test_a_head_over_the_limit_is_refused(shared, victim, lines):
    with Wire(shared.port) as wire:
        wire.say(head("GET", TASK, *lines, key=victim.key))
        assert_refused(wire.answer(), 431, "request_headers_too_large")


def test_a_header_without_end_is_refused_before_it_ends(shared, victim):
    with Wire(shared.port) as wire:
        wire.say(b"GET / HTTP/1.1\r\nX: " + b"a" * 2_000_000)
        assert_refused(wire.answer(), 431, "request_headers_too_large")


@pytest.mark.parametrize(
    "lines",
    [
        [f"X-{number}: y" for number in range(5_000)],
        ["X: " + "a" * 60_000],
        ["X: \xff\xfe é"],
        ["X:"],
        ["Cookie: " + "=" * 99],
    ],
    ids=["5,000 headers", "60,000 bytes", "Latin-1", "an empty value", "a cookie"],
)
def test_odd_headers_do_not_matter(shared, victim, lines):
    with Wire(shared.port) as wire:
        wire.say(head("GET", TASK, *lines, key=victim.key))
        assert_refused(wire.answer(), 404, "task_not_found", "task_id")


@pytest.mark.parametrize(
    "value",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer \xff",
        "Basic c2s6",
        "Bearer a b",
        "Bearer a,b c",
        "bearer",
        "sk-test",
        "Bearer\tsk",
        "B" * 9999,
    ],
)
def test_an_authorization_that_is_malformed_is_none(shared, value):
    with Wire(shared.port) as wire:
        wire.say(f"GET {TASK} HTTP/1.1\r\nHost: h\r\nAuthorization: {value}\r\n\r\n".encode("latin-1"))
        answer = wire.answer()
        assert_refused(answer, 401, "invalid_api_key")
        assert answer.headers["www-authenticate"] == "Bearer"


def test_two_keys_are_none(shared, victim):
    with Wire(shared.port) as wire:
        wire.say(posting(GOOD, "Authorization: Bearer sk-other", key=victim.key))
        assert_refused(wire.answer(), 401, "invalid_api_key")


def test_a_refused_key_is_not_repeated(shared, call):
    answer = call(shared.url, "sk-revoked-secret").post("/characters", CHARACTER)
    assert_refused(answer, 401, "invalid_api_key")
    assert b"secret" not in answer.body


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND"])
@pytest.mark.parametrize("path", ["characters", "generations"])
def test_what_can_only_be_posted_to_says_so(shared, victim, method, path):
    with Wire(shared.port) as wire:
        wire.say(head(method, f"/v1/sora/{path}", key=victim.key))
        answer = wire.answer(method)
        assert (answer.status, answer.headers["allow"]) == (405, "POST")
        if method != "HEAD":
            assert_refused(answer, 405, "method_not_allowed")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("path", ["/generations/task_x", "/generations/task_x/content"])
def test_what_can_only_be_read_says_so(victim, method, path):
    answer = victim.call(method, path)
    assert_refused(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == "GET, HEAD"


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "POST"])
@pytest.mark.parametrize("path", ["/characters/", "/characters/char_x", "/characters/char_x/y"])
def test_nothing_stands_below_characters(victim, method, path):
    assert_refused(victim.call(method, path), 404, "not_found")


@pytest.mark.parametrize(
    "path",
    ["/", "*", "//v1/sora/characters", "/v1/sora//characters", "/v1/sora", "/v1/sora/", "/v1/sora/x/../characters",
     "/%00", "/v1/sora/%00", "/v1/sora/characters%00", "/%ff%fe", "/%zz", "/v1/sora/..%2fcharacters", "/?" + "&" * 9999,
     "/v1/sora/Characters", "/v1/sora/generations/", "/v1/sora/generations/task_x/content/"],
)  # fmt: skip
def test_a_path_that_leads_nowhere_is_refused(shared, victim, path):
    with Wire(shared.port) as wire:
        wire.say(posting(GOOD, key=victim.key, path=path))
        assert_refused(wire.answer(), 404, "not_found")


@pytest.mark.parametrize("path", ["/files/", "/files/../../etc/passwd", "/files/a/task_x.mp4/..", "/files/%00"])
def test_a_path_among_the_links_that_is_none_opens_nothing(shared, victim, path):
    with Wire(shared.port) as wire:
        wire.say(head("GET", path, key=victim.key))
        assert_refused(wire.answer(), 403, "link_invalid")


@pytest.mark.parametrize(
    "name", ["%00", "%ff", "%F0%9F%92%A5", "..", "%2e%2e", "a" * 60_000, "task_x;y", "%0d%0aX:y", "{task_id}"]
)
def test_a_task_of_any_name_is_unknown(shared, victim, name):
    with Wire(shared.port) as wire:
        wire.say(head("GET", f"/v1/sora/generations/{name}", key=victim.key))
        assert_refused(wire.answer(), 404, "task_not_found", "task_id")


def test_a_path_over_the_limit_is_refused(shared, victim):
    with Wire(shared.port) as wire:
        wire.say(head("GET", TASK + "a" * 70_000, key=victim.key))
        assert_refused(wire.answer(), 431, "request_headers_too_large")


def test_a_target_may_name_the_host(shared, victim):
    with Wire(shared.port) as wire:
        wire.say(head("GET", "http://localhost" + TASK, key=victim.key))
        assert_refused(wire.answer(), 404, "task_not_found", "task_id")


@pytest.mark.parametrize("origin", ["http://[", "null", "http://evil.test", "\xff"])
def test_an_origin_that_is_not_the_mocks_own_controls_nothing(shared, victim, origin):
    with Wire(shared.port) as wire:
        wire.say(head("POST", "/_mock/reset", f"Origin: {origin}", key=victim.key))
        assert wire.answer().status == 403


@pytest.mark.parametrize("host", ["[", "evil.test", "", "127.0.0.1.evil.test", "\xff"])
def test_a_host_that_is_not_the_mocks_own_controls_nothing(shared, victim, host):
    with Wire(shared.port) as wire:
        wire.say(f"POST /_mock/reset HTTP/1.1\r\nHost: {host}\r\nContent-Length: 0\r\n\r\n".encode("latin-1"))
        assert wire.answer().status == 403
