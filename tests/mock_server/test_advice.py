"""Advice for near misses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_mock.advice import advice_for
from sora_mock.wire import Reply, Request

BASE = "/v1/sora"


def advice(path, *, status=404, rule="protocol.path", method="POST", body=b"", allow=None):
    headers = () if allow is None else (("allow", allow),)
    request = Request(method=method, path=path, headers={}, body=body)
    return advice_for(request, Reply(status=status, headers=headers, rule=rule))


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("/v1/characters", f"{BASE}/characters"),
        ("/v1/sora/character", f"{BASE}/characters"),
        ("/sora/v1/characters", f"{BASE}/characters"),
        ("/v1/sora/Generations/", f"{BASE}/generations"),
        ("/v1/sora/generation", f"{BASE}/generations"),
        ("/v1/sora/charactrs", f"{BASE}/characters"),
    ],
)
def test_a_path_that_is_almost_right_is_put_right(path, meant):
    assert advice(path) == f"Did you mean {meant}?"


@pytest.mark.parametrize("path", ["/", "/health", "/v1/chat/completions"])
def test_any_other_path_is_told_where_the_contract_begins(path):
    assert BASE in advice(path)


def test_a_wrong_method_is_told_the_right_one():
    assert advice(BASE + "/characters", status=405, rule="x", method="GET", allow="POST") == (
        "This path takes POST; found GET."
    )


@pytest.mark.parametrize(
    ("path", "field", "meant"),
    [
        ("/characters", "video_url", "url"),
        ("/characters", "task_id", "from_task"),
        ("/characters", "timestamp", "timestamps"),
        ("/characters", "modl", "model"),
        ("/generations", "seconds", "duration"),
        ("/generations", "size", "resolution"),
        ("/generations", "prommpt", "prompt"),
    ],
)
def test_a_field_that_is_almost_right_is_put_right(path, field, meant):
    body = b'{"%s": 1}' % field.encode()
    assert advice(BASE + path, status=400, rule="x", body=body) == f"Field {field}: did you mean {meant}?"


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[1]", b"\xff", b'{"model": 1}', b'{"unrelated_thing": 1}', b"[" * 10_000]
)
def test_there_is_no_advice_without_a_near_miss(body):
    assert advice(BASE + "/characters", status=400, rule="x", body=body) is None


def test_there_is_no_advice_for_what_went_well():
    assert advice(BASE + "/characters", status=200, rule=None, body=b'{"video_url": 1}') is None


@given(path=st.text(), method=st.text(), body=st.binary(), status=st.sampled_from([400, 404, 405, 500]))
def test_advice_can_always_stand_in_a_header(path, method, body, status):
    for rule in ("protocol.path", "x"):
        told = advice(path, status=status, rule=rule, method=method, body=body, allow="GET")
        assert told is None or told.isprintable()
        assert told is None or told.encode("latin-1")


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("/v1/vidoes", "/v1/videos"),
        ("/videos", "/v1/videos"),
        ("/v1/video", "/v1/videos"),
        ("/v1/videos/", "/v1/videos"),
        ("/v1/model", "/v1/models"),
    ],
)
def test_a_path_of_the_videos_api_is_put_right(path, meant):
    assert advice(path) == f"Did you mean {meant}?"


@pytest.mark.parametrize(
    ("path", "field", "meant"),
    [
        ("", "duration", "seconds"),
        ("", "resolution", "size"),
        ("", "image", "input_reference"),
        ("", "character", "characters"),
        ("/edits", "video_id", "video"),
        ("/extensions", "video_url", "video"),
    ],
)
def test_a_field_of_the_videos_api_is_put_right(path, field, meant):
    hint = f"Field {field}: did you mean {meant}?"
    assert advice("/v1/videos" + path, status=400, rule="x", body=b'{"%s": 1}' % field.encode()) == hint
    request = Request(
        method="POST",
        path="/v1/videos" + path,
        headers={"content-type": "application/x-www-form-urlencoded"},
        body=f"{field}=1".encode(),
    )
    assert advice_for(request, Reply(status=400, rule="x")) == hint
