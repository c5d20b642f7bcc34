"""Who is let in: the parts that need no server."""

import pytest

from sora_conformance.budget import NotJudged
from sora_conformance.exchanges import Exchange, Sent
from sora_conformance.server.probes_auth import challenged, keys_shown, malformed_credentials, terms
from sora_conformance.target import Target

TARGET = Target(url="http://localhost/v1/sora", api_key="sk-own-key", second_api_key="sk-other-key")
FOREIGN = "sk-proj-T3stOnlyT3stOnlyT3stOnlyT3stOnly"


def reply(status=401, body=b"{}", **headers):
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Exchange(sent=Sent(method="GET", url=TARGET.url), status=status, headers=named, body=body)


@pytest.mark.parametrize("challenge", ["Bearer", 'bearer realm="sora"', 'Basic realm="x", Bearer'])
def test_a_challenge_names_the_scheme(challenge):
    assert challenged(reply(www_authenticate=challenge)) == []


@pytest.mark.parametrize("exchange", [reply(), reply(www_authenticate="Basic"), reply(www_authenticate="Bearerish")])
def test_a_missing_challenge_is_told(exchange):
    assert len(challenged(exchange)) == 1


def test_whoever_is_refused_otherwise_is_not_challenged():
    with pytest.raises(NotJudged, match="setup: a 401"):
        challenged(reply(404))


def test_no_malformed_credentials_are_well_formed():
    values = malformed_credentials("sk-a")
    assert "Bearer sk-a" not in values.values()
    assert sum("sk-a" in value for value in values.values()) >= 4


@pytest.mark.parametrize(
    ("exchange", "where"),
    [
        (reply(body=b'{"m": "no sk-own-key"}'), "one of the run's own in the body"),
        (reply(x_debug="sk-other-key"), "one of the run's own in header x-debug"),
        (reply(x_up=f"Bearer {FOREIGN}"), "what looks like that of another service in header x-up"),
        (reply(body=f'"{FOREIGN}"'.encode()), "what looks like that of another service in the body"),
    ],
)
def test_a_key_in_a_reply_is_found(exchange, where):
    assert keys_shown(exchange, TARGET) == [where]


@pytest.mark.parametrize(
    "text", ["sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxx", "sk-...", "task-1a2b3c4d5e6f7a8b9c0d1e2f3a4b", "sk-short"]
)
def test_what_only_looks_a_little_like_a_key_is_none(text):
    assert keys_shown(reply(body=text.encode()), TARGET) == []


def test_terms_leave_out_the_words():
    one = reply(body=b'{"error": {"type": "a", "code": "b", "message": "one"}}')
    other = reply(body=b'{"error": {"type": "a", "code": "b", "message": "other"}}')
    assert terms(one) == terms(other) == {"status": 401, "type": "a", "code": "b"}
    assert terms(reply(body=b"<html>")) == {"status": 401, "type": None, "code": None}
