import pytest

from sora_conformance.client.protocol import ErrorKind, Failed, Ok
from sora_conformance.reference import (
    Client,
    LocalValidationError,
    MissingKeyError,
    ProcessingFailedError,
    RateLimitedError,
    RenderFailedError,
    SoraError,
    Task,
)
from sora_conformance.specimens.adapter import UnsupportedError
from sora_conformance.specimens.reference_adapter import KINDS, begin, explain
from tests.conformance.specimens.support import COMMANDS, KEY, talking


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (MissingKeyError("no"), "local_validation"),
        (LocalValidationError("no"), "local_validation"),
        (ProcessingFailedError("no", status=500), "server"),
        (RenderFailedError("no", task=Task(task_id="task_a")), "server"),
        (RateLimitedError("no", status=429, retry_after=7), "rate_limited"),
        (SoraError("no"), "other"),
        (ZeroDivisionError("no"), "other"),
    ],
    ids=range(7),
)
def test_an_error_is_told_with_its_kind(error, kind):
    told = explain(error)
    assert told["kind"] == kind
    assert told.get("retry_after") == getattr(error, "retry_after", None)


def test_every_kind_of_the_adapter_is_one_of_the_protocol():
    assert {kind for _, kind in KINDS} <= {kind.value for kind in ErrorKind}


def test_what_is_unknown_is_unsupported():
    with pytest.raises(UnsupportedError):
        begin({"op": "sing", "args": {}, "base_url": "http://a", "api_key": "k"})


def test_the_log_is_on_standard_error_and_hides_the_key(sora):
    with talking(COMMANDS["reference"]) as talk:
        sora.faults.add("rate-limit", operation="createCharacter", first=1)
        assert isinstance(talk.ask("create_from_url", sora.base_url, key=sora.api_key), Ok)
        talk.ask("create_from_url", sora.base_url, key=KEY, timestamps="8,5")
    assert "RateLimitedError; again in" in talk.adapter.log
    assert sora.api_key not in talk.adapter.log
    assert KEY not in talk.adapter.log


def test_a_task_that_fails_is_told_when_it_is_waited_for(sora):
    sora.faults.add("task-failing", operation="createGeneration")
    with Client(sora.api_key, sora.base_url) as client:
        task = client.generate([], "a quiet street", duration=1)
    with talking(COMMANDS["reference"]) as talk:
        answer = talk.ask("wait", sora.base_url, key=sora.api_key, task_id=task.task_id)
    assert isinstance(answer, Failed)
    assert answer.error.kind is ErrorKind.SERVER


def test_a_key_of_the_environment_is_used_where_none_is_given(sora):
    with talking(COMMANDS["reference"], SORA_API_KEY=sora.api_key) as talk:
        assert isinstance(talk.ask("create_from_url", sora.base_url, key=None), Ok)
    sora.journal.assert_called("createCharacter", times=1)
