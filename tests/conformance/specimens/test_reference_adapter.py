import pytest

from sora_conformance.client.protocol import ErrorKind, Failed, HarnessError, Ok, Operation
from sora_conformance.reference import (
    Client,
    LocalValidationError,
    MissingKeyError,
    ProcessingFailedError,
    RateLimitedError,
    RenderFailedError,
    SoraError,
    Task,
    VideosClient,
)
from sora_conformance.specimens.adapter import UnsupportedError
from sora_conformance.specimens.reference_adapter import (
    CHARACTER_OPERATIONS,
    KINDS,
    VIDEO_OPERATIONS,
    begin,
    explain,
)
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


def test_it_can_do_all_that_the_protocol_knows():
    assert {operation.value for operation in Operation} == CHARACTER_OPERATIONS | VIDEO_OPERATIONS


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


def test_every_operation_of_the_videos_api_gives_what_the_protocol_says(sora, tmp_path):
    clip = tmp_path / "boat.mp4"

    def ask(op, **args):
        answer = talk.ask(op, sora.openai_base_url, key=sora.api_key, **args)
        assert isinstance(answer, Ok), answer
        return answer.value

    with talking(COMMANDS["reference"]) as talk:
        made = ask("create_video")["video_id"]
        assert ask("wait", video_id=made) == ask("retrieve", video_id=made) == {"video_id": made}
        clip.write_bytes(sora.client.get(f"{sora.openai_base_url}/videos/{made}/content").content)
        assert ask("download", video_id=made) == {"bytes": clip.stat().st_size}
        hero = ask("create_character", name="Zoë", video=str(clip))["character_id"]
        others = [
            ask("create_video", prompt="Zoë rudert", character_ids=[hero]),
            ask("remix", video_id=made, prompt="im Schnee"),
            ask("edit", video_id=made, prompt="in Rot"),
            ask("extend", video_id=made, prompt="weiter", seconds="8"),
        ]
        assert set(ask("list")["video_ids"]) == {made, *(other["video_id"] for other in others)}
        assert ask("delete", video_id=made) == {"video_id": made}


def test_a_call_without_its_arguments_is_the_adapters_failure(sora):
    with talking(COMMANDS["reference"]) as talk:
        answer = talk.ask("remix", sora.openai_base_url, key=sora.api_key, video_id="video_a")
    assert isinstance(answer, HarnessError)
    assert "prompt" in answer.message


def test_a_video_that_fails_is_told_when_it_is_waited_for(sora):
    sora.faults.add("task-failing", operation="createVideo")
    with VideosClient(sora.api_key, sora.openai_base_url) as client:
        made = client.create("a quiet street")
    with talking(COMMANDS["reference"]) as talk:
        answer = talk.ask("wait", sora.openai_base_url, key=sora.api_key, video_id=made.video_id)
    assert isinstance(answer, Failed)
    assert answer.error.kind is ErrorKind.SERVER
