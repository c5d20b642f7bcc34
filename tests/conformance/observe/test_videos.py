"""Traffic of the Videos API: forms are told apart by what they say, and its own rules speak of it."""

import json

import httpx2
import pytest

from sora_conformance.client.dialects import DIALECTS, OPENAI, RELAY
from sora_conformance.contract import Side
from sora_conformance.observe.drill import drill
from sora_conformance.observe.judging import exhibits_of
from sora_conformance.observe.scene import Scene
from sora_conformance.observe.unseen import unseen
from tests.conformance.observe.by_hand import KEY, arrival, judged, lost, traffic


def video(at=0.0, status=200, *, path="/v1/videos", take=arrival, files=None, **fields):
    """A request with a form, whose boundary is another each time."""
    parts = {name: (None, text) for name, text in fields.items()} | (files or {})
    sent = httpx2.Request("POST", "http://a.test", files=parts)
    headers = (("Authorization", f"Bearer {KEY}"), ("Content-Type", sent.headers["content-type"]))
    how = {"status": status} if take is arrival else {}
    return take(at, body=sent.read(), path=path, headers=headers, **how)


def told(rule, *arrivals, **how):
    return judged(*arrivals, dialect=OPENAI, **how)[f"client.{rule}"].verdict


def shape(*arrivals):
    return [len(call.tries) for call in Scene.of(traffic(*arrivals, dialect=OPENAI)).calls]


def test_the_same_form_again_is_another_try_whatever_its_boundary():
    assert shape(video(0, 429, prompt="A boat"), video(1, prompt="A boat")) == [2]
    assert shape(video(0, 429, prompt="A boat"), video(1, prompt="A ship")) == [1, 1]


def test_a_sound_call_breaks_nothing():
    clip = {"video": ("a.mp4", b"\0\1", "video/mp4")}
    some = [video(0, prompt="A boat", seconds="8"), video(1, path="/v1/videos/characters", name="Zoë", files=clip)]
    lines = judged(*some, dialect=OPENAI)
    exercised = {rule for rule, line in lines.items() if line.verdict != "INCONCLUSIVE"}
    assert {lines[rule].verdict for rule in exercised} == {"PASS"}
    assert exercised >= {f"client.{rule}" for rule in ("body.clean", "body.seconds", "body.upload", "body.unicode")}


@pytest.mark.parametrize(
    ("rule", "sent"),
    [
        ("body.seconds", arrival(path="/v1/videos", body=json.dumps({"prompt": "A boat", "seconds": 8}).encode())),
        ("body.clean", video(prompt="A boat", style="dream")),
        ("body.upload", video(path="/v1/videos/characters", name="Otto", video="AAAA")),
        ("base-url.prefix", arrival(path="/videos")),
        ("body.unicode", video(prompt="ZoÃ«")),
    ],
    ids=["seconds", "clean", "upload", "prefix", "unicode"],
)
def test_a_breach_is_noticed_by_its_rule(rule, sent):
    assert told(rule, sent) in {"FAIL", "WARN"}


def test_a_video_that_is_asked_for_again_after_its_reply_was_lost_may_be_made_twice():
    assert told("retry.ambiguous", video(0, take=lost, prompt="A boat"), video(1, prompt="A boat")) == "WARN"


def test_a_video_made_twice_is_a_duplicate():
    made = [("video_lost", "A boat"), ("char_1000", "A boat")]
    found = drill(traffic(video(0, take=lost, prompt="A boat"), video(1, prompt="A boat"), made=made, dialect=OPENAI))
    assert [(duplicate.id, duplicate.kept) for duplicate in found.duplicates] == [("video_lost", "char_1000")]


def remix(at, of, **how):
    return video(at, path=f"/v1/videos/{of}/remix", prompt="In the rain", **how)


def test_a_lost_remix_of_another_video_is_no_duplicate():
    made = [("video_lost", "In the rain video_a"), ("char_2000", "In the rain video_b")]
    some = (remix(0, "video_a", take=lost), remix(1, "video_b", status=500), remix(2, "video_b"))
    found = drill(traffic(*some, made=made, dialect=OPENAI))
    assert (found.duplicates, found.orphans) == ((), ("video_lost",))


def test_a_remix_made_twice_is_a_duplicate():
    made = [("video_lost", "In the rain video_a"), ("char_1000", "In the rain video_a")]
    found = drill(traffic(remix(0, "video_a", take=lost), remix(1, "video_a"), made=made, dialect=OPENAI))
    assert [duplicate.id for duplicate in found.duplicates] == ["video_lost"]


def test_a_try_that_was_turned_away_has_made_nothing_to_lose():
    some = (video(0, take=lost, prompt="A boat"), video(200, 429, prompt="A boat"), video(201, prompt="A boat"))
    found = drill(traffic(*some, made=[("video_lost", "A boat"), ("char_201000", "A boat")], dialect=OPENAI))
    assert (found.duplicates, found.orphans) == ((), ("video_lost",))


def listing(at, *names, **how):
    reply = json.dumps({"object": "list", "data": [{"id": name, "object": "video"} for name in names]}).encode()
    usual = {"method": "GET", "path": "/v1/videos", "body": b"", "answered": None, "reply_body": reply}
    return arrival(at, **(usual | how))


def test_a_video_that_a_list_tells_of_is_no_orphan():
    made = [("video_lost", "A boat"), ("video_gone", "A boat")]
    some = (video(0, take=lost, prompt="A boat"), listing(1, "video_lost"), listing(2, "video_gone", cut=True))
    assert drill(traffic(*some, made=made, dialect=OPENAI)).orphans == ("video_gone",)


def test_a_video_made_twice_is_a_duplicate_though_a_list_tells_of_both():
    made = [("video_lost", "A boat"), ("char_1000", "A boat")]
    some = (video(0, take=lost, prompt="A boat"), video(1, prompt="A boat"), listing(2, "video_lost", "char_1000"))
    found = drill(traffic(*some, made=made, dialect=OPENAI))
    assert ([duplicate.id for duplicate in found.duplicates], found.orphans) == (["video_lost"], ())
    assert not any("never reached" in reason for reason in found.reasons)


def test_a_character_that_a_relay_calls_otherwise_has_arrived_all_the_same():
    some = [arrival(path="/sora/v1/characters", answered="ch_0a1b")]
    assert drill(traffic(*some, made=[("char_0a1b", "?")], dialect=RELAY)).orphans == ()


def test_what_is_said_in_another_dialect_is_not_judged():
    lines = judged(video(prompt="A boat"), arrival(1, body=b"not json"), dialect=OPENAI)
    assert lines["client.base-url.prefix"].verdict == "PASS"
    assert Scene.of(traffic(arrival(), dialect=OPENAI)).arrivals == ()


def test_where_all_is_said_in_another_dialect_that_is_told():
    told = judged(arrival(), dialect=OPENAI)["client.base-url.prefix"].reason
    assert told == "not exercised: nothing that the command sent to the mock is of the dialect openai"


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=lambda dialect: dialect.name)
def test_what_is_looked_for_is_told_where_it_is_not_seen(dialect):
    rules = {rule.id for rule in dialect.contract.rules if rule.side is Side.CLIENT}
    assert [rule for rule in rules & set(exhibits_of(dialect)) if "sora-conformance client" in unseen(rule)] == []
