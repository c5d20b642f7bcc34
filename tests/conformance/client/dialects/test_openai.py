"""The Videos API before the judge of clients: its replies are the contract's, and its looks see what they are for."""

import pytest
from jsonschema import Draft202012Validator

from sora_conformance.client.dialects import OPENAI
from sora_conformance.client.dialects.openai import STAGED_CLIP
from tests.conformance.client.dialects.support import concerned, facts, findings, sent
from tests.conformance.client.test_bodies import form
from tests.conformance.client.trying import arrival

SCHEMAS = OPENAI.contract.openapi["components"]["schemas"]


def posted(path, *, boundary=None, **parts):
    kind, body = form(boundary, **parts)
    return arrival(path=path, headers=(("Content-Type", kind),), body=body)


@pytest.mark.parametrize(
    ("method", "path", "preset", "answered"),
    [
        ("POST", "/v1/videos", "video", "video_0a1b2c3d4e5f60718293a4b5"),
        ("POST", "/v1/videos/video_7/remix", "video", "video_0a1b2c3d4e5f60718293a4b5"),
        ("POST", "/v1/videos/edits", "video", "video_0a1b2c3d4e5f60718293a4b5"),
        ("POST", "/v1/videos/characters", "character", "char_0a1b2c3d4e5f60718293a4b5"),
        ("GET", "/v1/videos/characters/char_7", "character", "char_0a1b2c3d4e5f60718293a4b5"),
        ("GET", "/v1/videos/video_7", "completed", "video_7"),
        ("DELETE", "/v1/videos/video_7", "deleted", "video_7"),
    ],
)
def test_a_request_succeeds_with_what_its_address_promises(method, path, preset, answered):
    asked = facts(method, path, {"prompt": "A boat", "name": "Otto"})
    assert OPENAI.usual(asked) == preset
    assert OPENAI.presets[preset](asked)["id"] == answered


@pytest.mark.parametrize(
    ("preset", "schema", "method", "path"),
    [
        ("video", "Video", "POST", "/v1/videos"),
        ("video", "Video", "POST", "/v1/videos/video_7/remix"),
        ("completed", "Video", "GET", "/v1/videos/video_7"),
        ("character", "VideoCharacter", "POST", "/v1/videos/characters"),
        ("list", "VideoList", "GET", "/v1/videos"),
        ("deleted", "DeletedVideo", "DELETE", "/v1/videos/video_7"),
        ("models", "ModelList", "GET", "/v1/models"),
    ],
)
def test_a_reply_is_one_of_the_contract(preset, schema, method, path):
    reply = OPENAI.presets[preset](facts(method, path, {"prompt": "A boat", "name": "Otto"}))
    whole = {"$ref": f"#/components/schemas/{schema}", **OPENAI.contract.openapi}
    assert [error.message for error in Draft202012Validator(whole).iter_errors(reply)] == []


def test_a_video_is_bytes():
    asked = facts("GET", "/v1/videos/video_7/content")
    assert OPENAI.presets[OPENAI.usual(asked)](asked) == STAGED_CLIP
    assert len(STAGED_CLIP) == 2024, "a case counts on it"


def test_a_remix_names_what_it_is_made_of():
    assert OPENAI.presets["video"](facts("POST", "/v1/videos/video_7/remix"))["remixed_from_video_id"] == "video_7"
    assert OPENAI.presets["video"](facts("POST", "/v1/videos"))["remixed_from_video_id"] is None


def test_a_list_has_two_that_differ():
    first, second = OPENAI.presets["list"](facts("GET", "/v1/videos"))["data"]
    assert first["id"] != second["id"]


@pytest.mark.parametrize(
    "sound",
    [
        sent("/v1/videos", prompt="A boat", seconds="8", size="1280x720", model="sora-2"),
        sent("/v1/videos", prompt="Otto", characters=[{"id": "char_1"}]),
        sent("/v1/videos/video_1/remix", prompt="A boat"),
        sent("/v1/videos/edits", prompt="A boat", video={"id": "video_1"}),
        sent("/v1/videos/extensions", prompt="A boat", seconds="4", video={"id": "video_1"}),
        posted("/v1/videos", prompt="A boat", seconds="8", **{"characters[][id]": "char_1"}),
        posted("/v1/videos/characters", name="Otto", video=("a.mp4", b"\0", "video/mp4")),
        arrival(path="/v1/videos/video_1/content", method="GET", body=b""),
        arrival(path="/v1/videos/characters/char_1", method="GET", body=b""),
        arrival(path="/v1/models", method="GET", body=b""),
    ],
    ids=lambda one: f"{one.method}-{one.path}-{len(one.body)}",
)
def test_a_sound_request_has_nothing_amiss(sound):
    assert findings(OPENAI, sound) == {}


@pytest.mark.parametrize(
    ("rule", "amiss"),
    [
        ("client.body.seconds", sent("/v1/videos", prompt="A boat", seconds=8)),
        ("client.body.seconds", sent("/v1/videos/extensions", prompt="A boat", seconds=4, video={"id": "v"})),
        ("client.body.clean", sent("/v1/videos", prompt="A boat", size=None)),
        ("client.body.clean", sent("/v1/videos", prompt="A boat", duration="8")),
        ("client.body.clean", sent("/v1/videos/video_1/remix", prompt="A boat", model="sora-2")),
        ("client.body.clean", posted("/v1/videos", prompt="A boat", style="dream")),
        ("client.body.upload", sent("/v1/videos/characters", name="Otto", video="AAAA")),
        ("client.body.upload", posted("/v1/videos/characters", name="Otto", video="AAAA")),
        ("client.body.upload", posted("/v1/videos/characters", name="Otto")),
        ("client.body.upload", posted("/v1/videos/characters", name="Otto", video=("a.mp4", b"", "video/mp4"))),
        ("client.body.upload", posted("/v1/videos/characters", name="Otto", video=("", b"\0", "video/mp4"))),
        ("client.body.upload", posted("/v1/videos/characters", video=("a.mp4", b"\0", "video/mp4"))),
        ("client.base-url.prefix", sent("/v1//videos", prompt="A boat")),
        ("client.base-url.prefix", sent("/videos", prompt="A boat")),
        ("client.base-url.prefix", sent("/v1/video/generations", prompt="A boat")),
    ],
)
def test_what_is_amiss_is_found_by_the_look_of_its_rule(rule, amiss):
    assert list(findings(OPENAI, amiss)) == [rule]


CLIP = ("a.mp4", b"\0" * 500, "video/mp4")


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        ({"video": CLIP, "name": "Otto"}, []),
        ({"name": "O" * 500, "video": CLIP}, []),
        ({"video": "A" * 500, "name": "Otto"}, [f"expected the video as a file, found '{'A' * 59}"]),
    ],
    ids=["file-first", "name-first", "no-file"],
)
def test_what_is_not_in_the_beginning_of_an_upload_may_come_later(parts, found):
    kind, body = form("b", **parts)
    one = arrival(path="/v1/videos/characters", headers=(("Content-Type", kind),), body=body[:300])
    assert findings(OPENAI, one).get("client.body.upload", []) == found


def test_a_urlencoded_form_is_looked_at_like_any_other():
    kind = (("Content-Type", "application/x-www-form-urlencoded"),)
    one = arrival(path="/v1/videos", headers=kind, body=b"prompt=A+boat&style=dream")
    assert list(findings(OPENAI, one)) == ["client.body.clean"]


@pytest.mark.parametrize(
    "amiss",
    [
        sent("/v1/videos", **{"x" * 10_000: 1}),
        sent("/v1/videos", seconds=["8"] * 10_000),
        arrival(path="/v1/videos/characters", headers=(("Content-Type", "x" * 10_000),), body=b'{"name": "Otto"}'),
        posted("/v1/videos/characters", name=("a", b"", ""), video="A" * 10_000),
    ],
    ids=["field", "seconds", "content-type", "video"],
)
def test_however_long_what_was_sent_is_it_is_told_in_short(amiss):
    said = [finding for found in findings(OPENAI, amiss).values() for finding in found]
    assert 0 < max(map(len, said)) < 200


def test_only_a_creation_of_a_character_has_to_be_an_upload():
    assert "client.body.upload" not in concerned(OPENAI, sent("/v1/videos", prompt="A boat"))
