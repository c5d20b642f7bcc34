"""One exchange, and the result links it serves."""

import json
import logging
from urllib.parse import urlsplit

import pytest

from sora_mock.exchange import table_of
from sora_mock.visit import Visit
from tests.mock_server.support import CHARACTER


def follow(mock, url, method="GET"):
    parts = urlsplit(url)
    return mock.request(method, parts.path, query=parts.query)


@pytest.fixture
def mock(stage):
    return stage()


def link_of(mock, task):
    return mock.get(f"/generations/{task}").json["video_url"]


def test_a_result_link_needs_no_key(mock):
    answer = follow(mock, link_of(mock, mock.task(duration=1)))
    assert answer.status == 200
    assert answer.reply.file.read_bytes()[4:8] == b"ftyp"


def test_a_result_link_that_was_tampered_with_is_refused(mock):
    answer = follow(mock, link_of(mock, mock.task()) + "0")
    assert (answer.status, answer.code, answer.headers["x-sora-mock-rule"]) == (
        403,
        "link_invalid",
        "generation.result.signed",
    )


def test_a_result_link_ends_with_its_result(mock):
    url = link_of(mock, mock.task())
    mock.clock.advance(86_400_000)
    assert follow(mock, url).code == "link_expired"


def test_a_result_link_leads_nowhere_after_a_reset(mock):
    url = link_of(mock, mock.task())
    mock.understudy.log.reset()
    assert follow(mock, url).code == "link_expired"


def test_a_result_link_can_only_be_read(mock):
    answer = follow(mock, link_of(mock, mock.task()), "DELETE")
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("key", ["sk-alice", "sk-bob"])
def test_a_result_link_is_a_source_for_any_account(mock, key):
    url = link_of(mock, mock.task(duration=2))
    assert mock.post("/characters", CHARACTER | {"url": url, "timestamps": "0,2"}, key=key).status == 200


def test_the_length_of_a_linked_clip_bounds_the_span(mock):
    url = link_of(mock, mock.task(duration=2))
    assert mock.post("/characters", CHARACTER | {"url": url, "timestamps": "0,3"}).code == "invalid_timestamps"


def test_a_broken_or_expired_link_is_no_source(mock):
    url = link_of(mock, mock.task(duration=8))
    assert mock.post("/characters", CHARACTER | {"url": url + "0"}).code == "processing_failed"
    mock.clock.advance(86_400_000)
    assert mock.post("/characters", CHARACTER | {"url": url}).code == "processing_failed"


def test_a_bug_of_the_mock_is_a_500_with_a_traceback_in_the_log_only(mock, monkeypatch, caplog):
    def broken(*_):
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(Visit, "perform", broken)
    with caplog.at_level(logging.ERROR, "sora_mock"):
        answer = mock.post("/characters", CHARACTER)
    assert (answer.status, answer.code) == (500, "internal_error")
    assert "secret" not in answer.json["error"]["message"]
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.parametrize("key", ["sk-a-key-of-mine", "sk-" + "long" * 30])
@pytest.mark.parametrize("field", ["model", "url", "timestamps", "from_task"])
def test_a_refusal_never_repeats_the_key(mock, key, field):
    body = {"model": "sora-2-character", "from_task": "task_0"} | {field: key}
    answer = mock.post("/characters", body, key=key)
    assert answer.status >= 400
    assert key[:60].encode() not in answer.reply.body


def test_advice_never_repeats_the_key(mock):
    headers = {"authorization": "Bearer sk-a-key-of-mine"}
    answer = mock.request("DELETE", "/v1/sora/generations/sk-a-key-of-mine", headers=headers)
    assert answer.headers["x-sora-mock-advice"]
    assert all("sk-a-key" not in value for value in answer.headers.values())


@pytest.mark.parametrize("fault", ["rate-limit", "processing-failed", "reset"])
def test_a_creation_that_a_fault_befell_still_tells_what_is_left(mock, fault):
    headers = {"authorization": "Bearer sk-alice", "content-type": "application/json", "prefer": f"fault={fault}"}
    answer = mock.request("POST", "/v1/sora/characters", headers=headers, body=json.dumps(CHARACTER).encode())
    assert answer.reply.status in {200, 429, 500}
    assert answer.headers["x-ratelimit-limit-requests"] == "60"


class Fake:
    def __init__(self, *prefixes):
        self.prefixes = prefixes


def test_the_longest_beginning_of_a_path_comes_first():
    one, other = Fake("/v1", "/v1/sora/inner"), Fake("/v1/sora")
    assert table_of([one, other]) == [("/v1/sora/inner", one), ("/v1/sora", other), ("/v1", one)]


@pytest.mark.parametrize(
    ("path", "dialect"),
    [
        ("/v1/sora/characters", "guide"),
        ("/v1/videos", "openai"),
        ("/v1/models/x", "openai"),
        ("/files/a/task_0.mp4", "results"),
        ("/anything", "guide"),
    ],
)
def test_each_dialect_answers_its_own_paths(mock, path, dialect):
    assert mock.exchange._dialect(path).name == dialect
