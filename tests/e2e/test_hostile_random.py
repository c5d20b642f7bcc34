"""Whatever is sent to the two operations that create, only what the contract names comes back."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from sora_mock import Policy, Settings, create_app
from tests.e2e.calling import CHARACTER, CLIP, Answer, refusal

DOCUMENTED = {
    400: {
        "invalid_json",
        "invalid_type",
        "missing_required_parameter",
        "invalid_model",
        "conflicting_parameters",
        "invalid_url",
        "invalid_timestamps",
        "task_not_completed",
        "invalid_value",
    },
    404: {"task_not_found", "character_not_found"},
    500: {"processing_failed"},
}
PATHS = {"/characters": CHARACTER, "/generations": CLIP}
FIELDS = ("model", "url", "timestamps", "from_task", "prompt", "scenes", "duration", "resolution")

words = st.sampled_from(["sora-2", "sora-2-character", "5,8", "1,1", "720p", "@char_0", "task_0", CHARACTER["url"]])
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | words
values = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(FIELDS), inner), max_leaves=20
)
changes = st.dictionaries(st.sampled_from(FIELDS), values, max_size=3)
dropped = st.sets(st.sampled_from(FIELDS), max_size=2)
timestamps = st.from_regex(r"[0-9.,eE+\- ]{0,12}", fullmatch=True) | st.tuples(st.floats(), st.floats()).map(str)
paths = st.sampled_from(sorted(PATHS))


@pytest.fixture(scope="module")
def post():
    """Return a function that posts bytes to a mock in this process and sees to it that the reply is in order."""
    app = create_app(Settings(policy=Policy(creations_per_minute=10**9)))
    headers = {"Authorization": "Bearer sk-random", "Content-Type": "application/json"}
    with TestClient(app, headers=headers) as client:

        def send(path, body):
            response = client.post("/v1/sora" + path, content=body)
            answer = Answer(response.status_code, dict(response.headers), response.content)
            assert answer.headers["x-request-id"]
            if answer.status != 200:
                assert refusal(answer)["code"] in DOCUMENTED[answer.status], answer
            return answer

        yield send


@given(path=paths, value=values, ascii_only=st.booleans())
def test_any_json_is_answered_as_documented(post, path, value, ascii_only):
    post(path, json.dumps(value, ensure_ascii=ascii_only).encode())


@settings(max_examples=300)
@given(path=paths, changes=changes, dropped=dropped)
def test_a_good_body_with_a_few_wrong_fields_is_answered_as_documented(post, path, changes, dropped):
    body = {name: value for name, value in (PATHS[path] | changes).items() if name not in dropped}
    post(path, json.dumps(body).encode())


@given(path=paths, body=st.binary(max_size=200))
def test_random_bytes_are_never_taken(post, path, body):
    assert post(path, body).status == 400


@settings(max_examples=300)
@given(path=paths, data=st.data())
def test_a_good_body_with_one_byte_changed_is_answered_as_documented(post, path, data):
    body = bytearray(json.dumps(PATHS[path]).encode())
    body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    post(path, bytes(body))


@settings(max_examples=300)
@given(text=timestamps)
def test_any_text_is_either_a_span_or_refused_as_none(post, text):
    answer = post("/characters", json.dumps(CHARACTER | {"timestamps": text}).encode())
    assert answer.status == 200 or answer.json["error"]["code"] == "invalid_timestamps"


@given(url=st.text() | st.text().map("https://videos.sora-mock.test/a.mp4?length={}".format))
def test_any_text_is_either_an_address_or_refused_as_none(post, url):
    answer = post("/characters", json.dumps(CHARACTER | {"url": url}).encode())
    allowed = {"invalid_url", "invalid_timestamps", "processing_failed"}
    assert answer.status == 200 or answer.json["error"]["code"] in allowed


@settings(max_examples=50)
@given(prompt=st.text(min_size=1, max_size=200).filter(lambda text: "@char_" not in text), duration=st.integers(1, 60))
def test_any_prompt_is_taken_and_told_again(post, prompt, duration):
    answer = post("/generations", json.dumps(CLIP | {"prompt": prompt, "duration": duration}).encode())
    assert (answer.json["prompt"], answer.json["duration"]) == (prompt, duration)
