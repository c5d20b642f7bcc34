import ssl
from importlib.metadata import PackageNotFoundError

import httpx2
import pytest

from sora_conformance.reference import wire
from sora_conformance.reference.call import Call
from sora_conformance.reference.options import Choices
from sora_conformance.reference.outcomes import Trouble
from sora_conformance.reference.secret import Secret
from sora_conformance.reference.wire import Reading, failure_of, request_of, settings
from tests.conformance.reference.support import BASE, KEY


def caused(error, by):
    error.__cause__ = by
    return error


UNTRUSTED = ssl.SSLCertVerificationError("self-signed")
FAILURES = [
    (httpx2.ConnectError("refused"), Trouble.NO_CONNECTION),
    (httpx2.ProxyError("407"), Trouble.NO_CONNECTION),
    (httpx2.ConnectTimeout("t"), Trouble.NO_CONNECTION_IN_TIME),
    (httpx2.PoolTimeout("t"), Trouble.NO_CONNECTION_IN_TIME),
    (caused(httpx2.ConnectError("tls"), caused(OSError("tls"), UNTRUSTED)), Trouble.UNTRUSTED),
    (httpx2.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED]"), Trouble.UNTRUSTED),
    (httpx2.ReadTimeout("t"), Trouble.TIMEOUT),
    (httpx2.WriteTimeout("t"), Trouble.TIMEOUT),
    (httpx2.ReadError("r"), Trouble.LOST),
    (httpx2.WriteError("w"), Trouble.LOST),
    (httpx2.RemoteProtocolError("r"), Trouble.LOST),
    (httpx2.LocalProtocolError("r"), Trouble.LOST),
]


@pytest.mark.parametrize(("error", "trouble"), FAILURES, ids=range(len(FAILURES)))
def test_each_exception_says_what_has_happened(error, trouble):
    failure = failure_of(error)
    assert failure.trouble is trouble
    assert str(error) == failure.detail


def test_the_key_is_in_one_header_and_nowhere_else():
    request = request_of(Call("POST", "/characters", b"{}"), BASE, Secret(KEY))
    assert [name for name, value in request.headers.items() if KEY in value] == ["authorization"]
    assert KEY not in str(request.url)
    assert request.headers["accept-encoding"] == "identity"
    assert request.headers["user-agent"].startswith("sora-reference-client")
    assert "content-type" not in request_of(Call("GET", "/generations/a"), BASE, Secret(KEY)).headers


def test_the_settings_wait_for_processing_and_trust_nothing_of_the_environment():
    found = settings(Choices())
    assert found["timeout"].read >= 60
    assert found["timeout"].connect == 10
    assert (found["trust_env"], found["follow_redirects"], found["verify"]) == (False, False, True)


def test_a_connection_gets_less_time_than_the_whole():
    assert 1 < settings(Choices(timeout_s=2))["timeout"].connect < 2


def test_without_a_version_it_still_has_a_name(monkeypatch):
    def unknown(_):
        raise PackageNotFoundError

    monkeypatch.setattr(wire, "version", unknown)
    assert wire.user_agent.__wrapped__() == "sora-reference-client"


def test_a_trusted_authority_can_be_named():
    tls = ssl.create_default_context()
    assert settings(Choices(tls=tls))["verify"] is tls


def test_half_a_body_is_none():
    reading = Reading(httpx2.Response(500, headers={"X-A": "b"}), most=10, until=5)
    assert reading.take(b"12345", 1) is None
    assert reading.take(b"12345", 6) is Trouble.TIMEOUT
    assert reading.take(b"1", 1) is Trouble.TOO_LONG
    broken = reading.reply(Trouble.LOST, "why")
    assert (broken.status, broken.body, broken.headers, broken.detail) == (500, b"", {"x-a": "b"}, "why")
