"""The adapter process: each misdeed has a name of its own, and none keeps the judge waiting."""

import os
import sys
from pathlib import Path

import pytest

from sora_conformance.client import adapter as module
from sora_conformance.client.adapter import Adapter, AdapterFailed, Misdeed
from sora_conformance.client.protocol import Call, HarnessError, Ok, Operation

FAKE = Path(__file__).with_name("fake_adapter.py")


@pytest.fixture
def start():
    """Return a function that starts a fake adapter."""
    running = []

    def begin(how="well"):
        running.append(Adapter([sys.executable, str(FAKE), how], env=os.environ))
        return running[-1]

    yield begin
    for adapter in running:
        adapter.stop()


def call(name="c1"):
    return Call(id=name, op=Operation.CREATE_FROM_URL, args={}, base_url="http://127.0.0.1:9/v1", api_key="sk-a")


def asked(adapter, seconds=10.0):
    adapter.hello(seconds=10)
    adapter.call(call())
    return adapter.answer("c1", seconds=seconds)


@pytest.mark.parametrize("how", ["well", "splits-lines", "late"])
def test_a_call_is_answered(start, how):
    adapter = start(how)
    assert asked(adapter) == Ok(id="c1", value={"character_id": "char_a"})
    adapter.check()


def test_the_greeting_says_what_the_client_is(start):
    greeting = start().hello(seconds=10)
    assert greeting.client.name == "fake"
    assert greeting.operations == (Operation.CREATE_FROM_URL,)


def test_a_failure_of_the_adapter_is_an_answer_of_its_own(start):
    assert asked(start("harness-error")) == HarnessError(id="c1", message="no such thing")


@pytest.mark.parametrize(
    ("how", "misdeed"),
    [
        ("banner", Misdeed.GARBLED),
        ("other-protocol", Misdeed.GARBLED),
        ("dies-at-once", Misdeed.DIED),
        ("floods", Misdeed.FLOOD),
        ("crashes", Misdeed.DIED),
        ("garbage", Misdeed.GARBLED),
        ("not-an-object", Misdeed.GARBLED),
        ("bad-kind", Misdeed.GARBLED),
        ("wrong-id", Misdeed.UNKNOWN_ID),
    ],
)
def test_a_misdeed_is_called_by_its_name(start, how, misdeed):
    with pytest.raises(AdapterFailed) as caught:
        asked(start(how))
    assert caught.value.misdeed is misdeed


def test_a_second_answer_is_noticed(start):
    adapter = start("twice")
    adapter.hello(seconds=10)
    adapter.call(call())
    with pytest.raises(AdapterFailed) as caught:
        adapter.answer("never", seconds=10)
    assert caught.value.misdeed is Misdeed.TWICE


def test_an_adapter_that_never_says_hello_is_given_up(start):
    with pytest.raises(AdapterFailed) as caught:
        start("never-says-hello").hello(seconds=0.1)
    assert caught.value.misdeed is Misdeed.NO_HELLO


def test_an_adapter_that_hangs_is_given_up(start):
    with pytest.raises(AdapterFailed) as caught:
        asked(start("hangs"), seconds=0.1)
    assert caught.value.misdeed is Misdeed.SILENT


def test_what_it_said_last_is_told(start):
    with pytest.raises(AdapterFailed, match=r"exited with 3; it said last: cannot import client"):
        start("dies-at-once").hello(seconds=10)


def test_a_command_that_is_none_is_not_started():
    with pytest.raises(AdapterFailed, match="No such file") as caught:
        Adapter(["/no/such/command"], env=os.environ)
    assert caught.value.misdeed is Misdeed.NOT_STARTED


def test_an_adapter_that_does_not_stop_is_ended(start, monkeypatch):
    monkeypatch.setattr(module, "END_SECONDS", 0.1)
    adapter = start("deaf-to-stop")
    asked(adapter)
    adapter.stop()
    assert adapter._process.returncode is not None


def test_standard_error_is_kept(start):
    adapter = start("dies-at-once")
    with pytest.raises(AdapterFailed):
        adapter.hello(seconds=10)
    assert adapter.log == "cannot import client\n"
