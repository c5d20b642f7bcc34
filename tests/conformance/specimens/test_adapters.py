"""What holds for every adapter, each a process of its own: it answers as the judge has it."""

import json
import shutil
import subprocess

import pytest

from sora_conformance.client.protocol import ErrorKind, Failed, Ok
from tests.conformance.specimens.support import COMMANDS, VIDEO, talking, until

CAREFUL = ["reference", "example in python", "example in node"]
NEEDS_NODE = pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")


def named(names):
    return [pytest.param(name, marks=NEEDS_NODE if "node" in name else ()) for name in names]


@pytest.fixture(scope="module")
def talks():
    """Return a function that begins a talk with an adapter, once for all tests."""
    begun = {}

    def talk(name):
        if name not in begun:
            manager = talking(COMMANDS[name])
            begun[name] = manager, manager.__enter__()
        return begun[name][1]

    yield talk
    for manager, _ in begun.values():
        manager.__exit__(None, None, None)


@pytest.fixture(params=named(COMMANDS))
def talk(request, talks):
    return talks(request.param)


@pytest.fixture(params=named(CAREFUL))
def careful(request, talks):
    return talks(request.param)


def failed(answer, kind, status=None):
    assert isinstance(answer, Failed), answer
    assert (answer.error.kind, answer.error.status) == (kind, status), answer
    return answer.error


def test_the_greeting_says_what_it_can_do(talk):
    operations = set(talk.greeting.operations)
    assert operations >= {"create_from_url", "create_from_task", "generate"}
    assert {"concurrent", "custom_timeout"} <= set(talk.greeting.capabilities)


def test_every_operation_gives_an_id(talk, sora):
    def ask(op, **args):
        answer = talk.ask(op, sora.base_url, key=sora.api_key, **args)
        assert isinstance(answer, Ok), answer
        return answer.value

    hero = ask("create_from_url")["character_id"]
    twin = ask("create_from_task", task_id=sora.finished_clip()["id"])["character_id"]
    task = ask("generate", character_ids=[hero, twin], scenario="tanzen im Schnee ❄")["task_id"]
    found = sora.client.get(f"/generations/{task}").json()
    assert found["prompt"] == f"@{hero} @{twin} tanzen im Schnee ❄"
    assert (found["duration"], found["resolution"]) == (2, "480p")
    if "wait" in talk.greeting.operations:
        assert ask("wait", task_id=task) == {"task_id": task}


def test_calls_at_once_each_get_their_own_answer(talk, sora):
    names = [talk.begin("create_from_url", sora.base_url, key=sora.api_key) for _ in range(8)]
    made = [talk.end(name).value["character_id"] for name in reversed(names)]
    assert len(set(made)) == 8


def test_an_answer_does_not_wait_for_one_that_was_asked_for_before(talk, sora):
    sora.faults.add({"type": "latency", "seconds": "0.5"}, operation="createCharacter", first=1)
    slow = talk.begin("create_from_url", sora.base_url, key=sora.api_key)
    until(lambda: sora.faults.list()[0].matched)
    assert isinstance(talk.ask("generate", sora.base_url, key=sora.api_key, character_ids=[]), Ok)
    assert isinstance(talk.end(slow), Ok)


KINDS = {
    "invalid-timestamps": (ErrorKind.INVALID_REQUEST, 400),
    "invalid-api-key": (ErrorKind.AUTH, 401),
    "processing-failed": (ErrorKind.SERVER, 500),
}


@pytest.mark.parametrize("fault", KINDS)
def test_each_refusal_has_its_kind(talk, sora, fault):
    sora.faults.add(fault, operation="createCharacter")
    failed(talk.ask("create_from_url", sora.base_url, key=sora.api_key), *KINDS[fault])
    sora.journal.assert_called("createCharacter", times=1)


def test_a_task_that_is_unknown_is_not_found(talk, sora):
    failed(talk.ask("create_from_task", sora.base_url, key=sora.api_key), ErrorKind.NOT_FOUND, 404)


def test_a_limit_in_time_is_kept(talk, sora):
    sora.faults.add("hang", operation="createCharacter")
    answer = talk.ask("create_from_url", sora.base_url, key=sora.api_key, timeout=0.3)
    failed(answer, ErrorKind.TIMEOUT)


def test_the_end_of_the_input_is_the_end():
    for name in COMMANDS:
        if "node" in name and shutil.which("node") is None:
            continue
        hello = json.dumps({"cmd": "hello", "protocol": 1}).encode() + b"\n"
        ran = subprocess.run(COMMANDS[name], input=hello, capture_output=True, timeout=60, check=True)
        assert json.loads(ran.stdout)["protocol"] == 1


# -- what careful clients do ------------------------------------------------------------------------------------------


def test_a_limit_is_waited_out_for_creations_and_generations(careful, sora):
    for op, operation in (("create_from_url", "createCharacter"), ("generate", "createGeneration")):
        sora.faults.add("rate-limit", operation=operation, first=1)
        answer = careful.ask(op, sora.base_url, key=sora.api_key, **({"character_ids": []} if op == "generate" else {}))
        assert isinstance(answer, Ok), answer


def test_an_absurd_wait_is_told(careful, sora):
    sora.faults.add("rate-limit-huge", operation="createCharacter")
    error = failed(careful.ask("create_from_url", sora.base_url, key=sora.api_key), ErrorKind.RATE_LIMITED, 429)
    assert "rate limit" in error.message
    sora.journal.assert_called("createCharacter", times=1)


@pytest.mark.parametrize("fault", ["html", "empty", "bad-json", "truncate"])
def test_a_broken_success_is_told_as_one(careful, sora, fault):
    sora.faults.add(fault, operation="createCharacter")
    failed(careful.ask("create_from_url", sora.base_url, key=sora.api_key), ErrorKind.PROTOCOL, 200)


def test_a_lost_connection_is_told_and_nothing_sent_again(careful, sora):
    sora.faults.add("reset", operation="createCharacter", first=1)
    failed(careful.ask("create_from_url", sora.base_url, key=sora.api_key), ErrorKind.TRANSPORT)
    sora.journal.assert_called("createCharacter", times=1)


@pytest.mark.parametrize("key", ["", None], ids=["empty", "none"])
def test_without_a_key_nothing_is_sent(careful, sora, key):
    failed(careful.ask("create_from_url", sora.base_url, key=key), ErrorKind.LOCAL_VALIDATION)
    assert sora.journal.entries() == []


@pytest.mark.parametrize("timestamps", ["8,5", "-1,3", "5-8"])
def test_timestamps_that_cannot_work_are_not_sent(careful, sora, timestamps):
    answer = careful.ask("create_from_url", sora.base_url, key=sora.api_key, timestamps=timestamps)
    failed(answer, ErrorKind.LOCAL_VALIDATION)
    assert sora.journal.entries() == []


def test_a_slash_too_many_is_none(careful, sora):
    assert isinstance(careful.ask("create_from_url", sora.base_url + "/", key=sora.api_key, url=VIDEO), Ok)


# -- being cancelled --------------------------------------------------------------------------------------------------


@pytest.fixture(params=named(["reference", "example in node"]))
def stoppable(request, talks):
    return talks(request.param)


@pytest.mark.parametrize("fault", ["hang", "rate-limit-no-retry-after"], ids=["under way", "while it waits"])
def test_a_cancelled_call_ends_at_once_and_sends_nothing_more(stoppable, sora, fault):
    assert "cancel" in stoppable.greeting.capabilities
    sora.faults.add(fault, operation="createCharacter")
    name = stoppable.begin("create_from_url", sora.base_url, key=sora.api_key)
    until(lambda: sora.faults.list()[0].matched)
    stoppable.adapter.cancel(name)
    failed(stoppable.end(name), ErrorKind.CANCELLED)
    assert sora.faults.list()[0].matched == 1
