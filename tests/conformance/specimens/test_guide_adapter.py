import json

import httpx2
import pytest

from sora_conformance.client.protocol import ErrorKind, Failed, Ok
from sora_conformance.specimens.adapter import UnsupportedError
from sora_conformance.specimens.guide_adapter import begin, explain
from tests.conformance.specimens.support import ARGS, COMMANDS, talking


@pytest.mark.parametrize(
    ("error", "kind", "status"),
    [
        (Exception("API error: 400 - {}"), "invalid_request", 400),
        (Exception("API error: 401 - {}"), "auth", 401),
        (Exception("API error: 404 - {}"), "not_found", 404),
        (Exception("API error: 413 - {}"), "invalid_request", 413),
        (Exception("API error: 500 - timed out"), "server", 500),
        (Exception("Max retries exceeded"), "other", None),
        (Exception("Character creation timed out after retries"), "timeout", None),
        (Exception("Generation failed: {}"), "other", None),
        (httpx2.ReadTimeout("slow"), "timeout", None),
        (httpx2.ReadError("reset"), "transport", None),
        (json.JSONDecodeError("Expecting value", "", 0), "protocol", None),
        (KeyError("character_id"), "other", None),
    ],
    ids=range(12),
)
def test_an_exception_is_told_as_far_as_its_text_goes(error, kind, status):
    told = explain(error)
    assert (told["kind"], told.get("status")) == (kind, status)
    assert told["message"] == str(error)


def test_it_cannot_wait():
    with pytest.raises(UnsupportedError):
        begin({"op": "wait", "args": ARGS["wait"], "base_url": "http://a", "api_key": "k"})


def test_its_shortcomings_show(sora):
    sora.faults.add("rate-limit", operation="createGeneration")
    with talking(COMMANDS["guide"]) as talk:
        # `Bearer None` opens an account like any other key, on a mock that takes any.
        assert isinstance(talk.ask("create_from_url", sora.base_url, key=None), Ok)
        answer = talk.ask("generate", sora.base_url, key=sora.api_key, character_ids=[])
    assert isinstance(answer, Failed)
    assert (answer.error.kind, answer.error.status) == (ErrorKind.OTHER, None)
    sora.journal.assert_called("createGeneration", times=1)
