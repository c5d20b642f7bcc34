"""The loop of the protocol, with calls that do as they are told."""

import asyncio
import json

import pytest

from sora_conformance.specimens.adapter import Talk, UnsupportedError, in_thread

HELLO = {"cmd": "hello", "protocol": 1}
STOP = {"cmd": "stop"}


def played(*messages, begin, capabilities=("cancel",)):
    """Return what is said to these messages; a callable among them is called for the message, once it is its turn."""
    said = []
    lines = list(messages)

    def read():
        if not lines:
            return b""
        message = lines.pop(0)
        if callable(message):
            message = message()
        return json.dumps(message).encode() + b"\n"

    def explain(error):
        return {"kind": "other", "message": str(error)}

    def say(line):
        assert line.endswith(b"\n")
        said.append(json.loads(line))

    greeting = {"protocol": 1, "capabilities": capabilities}
    asyncio.run(Talk(greeting, begin=begin, explain=explain, say=say).run(read))
    return said


def call(name="c1", **fields):
    return {"cmd": "call", "id": name, **fields}


async def value():
    return {"character_id": "char_a"}


def test_hello_is_answered_with_the_greeting():
    assert played(HELLO, STOP, begin=None) == [{"protocol": 1, "capabilities": ["cancel"]}]


def test_a_call_is_answered_with_its_value():
    assert answers(lambda _: value()) == [{"id": "c1", "outcome": "ok", "value": {"character_id": "char_a"}}]


def answers(begin):
    """Return the answers to one call, after which the input goes on for a while."""
    done = asyncio.Event()

    def begun(message):
        performing = begin(message)

        async def perform():
            try:
                return await performing
            finally:
                asyncio.get_running_loop().call_soon(done.set)

        return perform()

    async def play():
        said = []
        gate = {"open": False}

        def read():
            if not gate["open"]:
                gate["open"] = True
                return json.dumps(call()).encode() + b"\n"
            future = asyncio.run_coroutine_threadsafe(finished(), loop)
            future.result(10)
            return b""

        async def finished():
            for _ in range(20):
                await asyncio.sleep(0)

        loop = asyncio.get_running_loop()
        talk = Talk(
            {"protocol": 1, "capabilities": []},
            begin=begun,
            explain=lambda error: {"kind": "other", "message": str(error)},
            say=lambda line: said.append(json.loads(line)),
        )
        await talk.run(read)
        return said

    return asyncio.run(play())


def test_what_the_client_raises_is_its_answer():
    async def fail():
        raise KeyError("character_id")

    error = {"kind": "other", "message": "'character_id'", "class": "KeyError"}
    assert answers(lambda _: fail()) == [{"id": "c1", "outcome": "error", "error": error}]


def test_what_reading_a_call_raises_is_the_adapters_failure():
    def begin(message):
        return message["args"]

    assert played(call(), STOP, begin=begin) == [
        {"id": "c1", "outcome": "harness_error", "message": "KeyError: 'args'"}
    ]


def test_what_cannot_be_done_is_unsupported():
    def begin(_):
        raise UnsupportedError

    assert played(call(), STOP, begin=begin) == [{"id": "c1", "outcome": "unsupported"}]


async def never():
    await asyncio.Event().wait()
    return {}


def test_a_cancelled_call_is_answered_as_such():
    said = played(
        call(), {"cmd": "cancel", "id": "c1"}, {"cmd": "cancel", "id": "c9"}, HELLO, STOP, begin=lambda _: never()
    )
    error = {"kind": "cancelled", "message": "cancelled"}
    assert {"id": "c1", "outcome": "error", "error": error} in said


def test_who_cannot_cancel_does_not_say_so():
    messages = (call(), {"cmd": "cancel", "id": "c1"}, HELLO, HELLO, STOP)
    said = played(*messages, begin=lambda _: never(), capabilities=())
    assert all("outcome" not in message for message in said)


@pytest.mark.parametrize("end", [(STOP,), ()], ids=["stop", "end of input"])
def test_the_end_leaves_nothing_running_and_says_nothing_more(end):
    ended = []

    async def perform():
        try:
            return await never()
        finally:
            ended.append(True)

    assert played(call(), HELLO, *end, begin=lambda _: perform()) == [{"protocol": 1, "capabilities": ["cancel"]}]
    assert ended == [True]


def test_a_function_in_a_thread_gives_its_value_or_what_it_raises():
    async def play():
        assert await in_thread(lambda: 7) == 7
        with pytest.raises(ZeroDivisionError):
            await in_thread(lambda: 1 / 0)

    asyncio.run(play())


def test_nobody_waits_for_a_thread_whose_caller_is_gone():
    async def play():
        go = asyncio.Event()
        loop = asyncio.get_running_loop()
        call = asyncio.create_task(in_thread(lambda: asyncio.run_coroutine_threadsafe(go.wait(), loop).result(10)))
        await asyncio.sleep(0.02)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        go.set()
        await asyncio.sleep(0.02)

    asyncio.run(play())
