"""The watch: rules that hold for every reply."""

import json
from email.utils import formatdate

import msgspec
import pytest

from sora_conformance.exchanges import Exchange, Sent
from sora_conformance.server.survey import Sightings
from sora_conformance.server.watch import watch
from sora_conformance.target import Target

TARGET = Target(url="http://localhost/v1/sora", api_key="sk-secret-key")
ERROR = {
    "message": "Invalid timestamps: x",
    "type": "invalid_request_error",
    "param": "timestamps",
    "code": "invalid_timestamps",
}


def reply(body=None, *, status=400, headers=None, **about):
    content = body if isinstance(body, bytes) else json.dumps({"error": ERROR} if body is None else body).encode()
    sent = Sent(method=about.pop("method", "POST"), url=about.pop("url", TARGET.url + "/characters"))
    given = {"content-type": "application/json", "x-request-id": str(len(content))} if headers is None else headers
    expected = {"refusal": "invalid_timestamps", "param": "timestamps"} if status >= 400 else {}
    known = {"case": "a/b", **expected, **about}
    return Exchange(sent=sent, status=status, headers=tuple(given.items()), body=content, **known)


def findings(rule, *exchanges):
    return watch(list(exchanges), TARGET).of(rule).findings


def error(**changes):
    return {"error": {name: value for name, value in {**ERROR, **changes}.items() if value is not ...}}


def test_a_sound_refusal_keeps_every_rule():
    seen = watch([reply()], TARGET)
    for rule in ("body", "json", "shape", "status", "type", "code", "param", "message", "client-fault"):
        assert seen.of(f"error.{rule}").exercised == 1
        assert seen.of(f"error.{rule}").findings == []


@pytest.mark.parametrize(
    ("rule", "broken"),
    [
        ("error.body", reply(b"")),
        ("error.json", reply(b"<h1>no</h1>")),
        ("error.json", reply(b"[]")),
        ("error.shape", reply({"detail": "no"})),
        ("error.shape", reply(error(param=...))),
        ("error.shape", reply(error(code=7))),
        ("error.status", reply(status=422)),
        ("error.type", reply(error(type="other"))),
        ("error.code", reply(error(code="other"))),
        ("error.param", reply(error(param=None))),
        ("error.message", reply(error(message="No."))),
        ("error.client-fault", reply(status=500)),
        ("protocol.content-type", reply(headers={"content-type": "text/plain", "x-request-id": "1"})),
        ("protocol.request-id", reply(headers={"content-type": "application/json"})),
        ("auth.key.secret", reply(error(message="Invalid timestamps: SK-SECRET-KEY"))),
        ("auth.key.secret", reply(headers={"x-key": "sk-secret-key"})),
        ("protocol.instants", reply({"created_at": "2026-11-24"}, status=200)),
        ("protocol.instants", reply({"created_at": 1790208000000}, status=200)),
        ("protocol.instants", reply({"created_at": 1790208000.5}, status=200)),
    ],
)
def test_a_broken_reply_is_found_under_its_rule(rule, broken):
    (finding,) = findings(rule, broken)
    assert finding.startswith("a/b: expected ")
    assert "sk-secret" not in finding.lower()


@pytest.mark.parametrize(
    "exchange",
    [
        reply(),
        reply(method="HEAD", body=b""),
        reply({"created_at": None}, status=200),
        reply(b"Bad Request", case="protocol/http/words"),
    ],
)
def test_what_is_right_is_not_found(exchange):
    seen = watch([exchange], TARGET)
    assert not any(seen.of(rule).findings for rule in ("error.body", "error.json", "protocol.instants"))


def created(at, date, **about):
    headers = {"content-type": "application/json", "x-request-id": "1", "date": date}
    return reply({"created_at": at}, status=200, headers=headers, operation="createCharacter", **about)


@pytest.mark.parametrize(
    ("ahead", "mock", "found"),
    [(0, False, 0), (7200, False, 1), (-18000, False, 1), (7200, True, 0), (-18000, True, 1), (60, False, 0)],
)
def test_the_instant_of_a_creation_is_held_against_the_date(ahead, mock, found):
    now = 1_790_208_000
    exchange = created(now + ahead, formatdate(now, usegmt=True))
    target = msgspec.structs.replace(TARGET, mock=mock)
    assert len(watch([exchange], target).of("protocol.instants").findings) == found


def test_a_date_that_is_none_says_nothing():
    assert findings("protocol.instants", created(1_790_208_000, "soon")) == []


def test_the_key_of_a_service_behind_is_found():
    leak = reply(error(message="Invalid timestamps: upstream sk-proj-T3stOnlyT3stOnlyT3stOnly"))
    assert len(findings("auth.key.secret", leak)) == 1


def test_ids_that_come_twice_are_found():
    made = [reply({"character_id": "char_a"}, status=200, operation="createCharacter") for _ in range(2)]
    (finding,) = findings("character.id.distinct", *made)
    assert "char_a" in finding


def test_request_ids_that_come_twice_are_found():
    assert len(findings("protocol.request-id", reply(), reply())) == 1


def test_other_addresses_are_not_looked_at():
    assert watch([reply(url="http://localhost/files/a.mp4", body=b"")], TARGET).of("error.body").exercised == 0


def test_what_others_have_seen_is_added():
    before = Sightings.decode(watch([reply(b"")], TARGET).encode(), watch([reply()], TARGET).encode())
    seen = watch([reply()], TARGET, before)
    assert seen.of("error.body").exercised == 3
    assert len(seen.of("error.body").findings) == 1
