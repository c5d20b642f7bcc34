import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_conformance.reference import (
    InvalidRequestError,
    NotFoundError,
    ProcessingFailedError,
    ProtocolError,
    RateLimitedError,
    ServerError,
    SoraError,
    TimedOutError,
    TransportError,
    UnauthorizedError,
)
from sora_conformance.reference.failures import error_of, told_by
from sora_conformance.reference.outcomes import Failure, Reply, Trouble
from sora_conformance.reference.secret import Secret
from tests.conformance.reference.support import KEY, whole

SECRET = Secret(KEY)


def error(outcome, *, safe=False):
    return error_of(outcome, SECRET, safe=safe, attempts=1, date=1_700_000_000)


def problem(status, code="some_code", message="Some message.", **headers):
    return whole({"error": {"message": message, "code": code}}, status, **headers)


CLASSES = {
    301: ProtocolError,
    307: ProtocolError,
    400: InvalidRequestError,
    401: UnauthorizedError,
    403: UnauthorizedError,
    404: NotFoundError,
    405: InvalidRequestError,
    413: InvalidRequestError,
    415: InvalidRequestError,
    429: RateLimitedError,
    500: ServerError,
    502: ServerError,
    503: ServerError,
    504: ServerError,
}


@pytest.mark.parametrize("status", CLASSES)
def test_each_status_has_its_class_and_keeps_what_the_server_said(status):
    found = error(problem(status, x_request_id="req_a", retry_after="7"))
    assert type(found) is CLASSES[status]
    assert (found.status, found.code, found.request_id) == (status, "some_code", "req_a")
    if status >= 400:
        assert (found.message, found.retry_after) == ("Some message.", 7)


@pytest.mark.parametrize("answer", [problem(500, "processing_failed"), problem(500, "x", "Processing failed: no face")])
def test_a_source_that_does_not_work_is_told_from_a_server_that_does_not(answer):
    assert type(error(answer)) is ProcessingFailedError


@pytest.mark.parametrize(
    ("body", "message", "code"),
    [
        ({"error": {"message": "M", "type": "T"}}, "M", "T"),
        ({"error": "M"}, "M", None),
        ({"message": "M", "code": 7}, "M", "7"),
        ({"detail": "M"}, "M", None),
        ({"error": {"message": 7}}, "", None),
        ([], "", None),
        ("M", "M", None),
        (b"<h1>Bad\n  Gateway</h1>", "<h1>Bad Gateway</h1>", None),
        (b"\xff", "\ufffd", None),
        (b"", "", None),
        ({"error": {"message": "a\n\x1b[31mb\u2028", "code": "c\0d"}}, "a [31mb", "c d"),
    ],
    ids=range(11),
)
def test_the_message_is_found_in_any_form(body, message, code):
    assert told_by(whole(body, 502), SECRET) == (message, code)


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 502])
@pytest.mark.parametrize("body", [b"<html>oops</html>", b"", b"{", b"\x00\xff"], ids=range(4))
def test_a_body_that_is_no_json_does_not_hide_the_status(status, body):
    found = error(whole(body, status))
    assert found.status == status
    assert type(found) is CLASSES[status]


def test_a_redirect_is_told_and_not_followed():
    found = error(whole(b"", 307, location=f"https://evil.test/?key={KEY}"))
    assert "redirects are not followed: to https://evil.test/?key=[key]" in str(found)


def test_whether_it_may_have_been_done_is_told():
    assert error(problem(502)).maybe_done
    assert not error(problem(502), safe=True).maybe_done
    assert not error(problem(503)).maybe_done
    assert error(Failure(Trouble.TIMEOUT)).maybe_done
    assert not error(Failure(Trouble.NO_CONNECTION)).maybe_done
    assert error(Reply(status=200, trouble=Trouble.LOST)).maybe_done


@pytest.mark.parametrize(
    ("outcome", "kind"),
    [
        (Failure(Trouble.NO_CONNECTION), TransportError),
        (Failure(Trouble.NO_CONNECTION_IN_TIME), TimedOutError),
        (Failure(Trouble.UNTRUSTED), TransportError),
        (Failure(Trouble.TIMEOUT), TimedOutError),
        (Failure(Trouble.LOST), TransportError),
        (Reply(status=200, trouble=Trouble.LOST), ProtocolError),
        (Reply(status=200, trouble=Trouble.TIMEOUT), TimedOutError),
        (Reply(status=200, trouble=Trouble.TOO_LONG), ProtocolError),
        (Reply(status=200, trouble=Trouble.ENCODED), ProtocolError),
        (Reply(status=503, trouble=Trouble.ENCODED), ServerError),
    ],
    ids=range(10),
)
def test_each_trouble_has_its_class(outcome, kind):
    assert type(error(outcome)) is kind


def test_a_whole_success_is_no_error():
    assert error(whole({})) is None


TEXTS = st.text(max_size=20).map(lambda text: f"{text}{KEY}")
JSON = st.recursive(TEXTS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3))
KNOWN = st.dictionaries(st.sampled_from(["error", "message", "code", "type", "detail", "msg"]), JSON)


@given(
    st.integers(300, 599),
    JSON | KNOWN | KNOWN.map(lambda known: {"error": known}),
    st.dictionaries(st.sampled_from(["x-request-id", "location", "retry-after", "date", "content-type"]), TEXTS),
)
def test_no_error_shows_the_key_whatever_the_server_sends(status, body, headers):
    found = error(Reply(status=status, headers=headers, body=json.dumps(body, ensure_ascii=False).encode()))
    assert isinstance(found, SoraError)
    assert KEY not in f"{found}{found!r}{vars(found)}"
