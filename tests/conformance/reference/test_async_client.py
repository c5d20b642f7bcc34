"""What only the asyncio client can do: be cancelled, and keep many calls apart."""

import asyncio

import httpx2
import pytest

from sora_conformance.reference import AsyncClient, BreakerPolicy, CircuitOpenError, ServerError, TimedOutError
from tests.conformance.reference.support import BASE, KEY, VIDEO, Server, problem, reply


def client(handler, **options):
    return AsyncClient(KEY, BASE, transport=httpx2.MockTransport(handler), **options)


async def until(condition):
    for _ in range(1000):
        if condition():
            return
        await asyncio.sleep(0)
    raise AssertionError("it never came to that")


def test_a_call_that_is_cancelled_while_it_waits_ends_at_once_and_sends_nothing_more():
    async def play():
        server = Server(problem(429, retry_after="50"))
        async with client(server) as sora:
            call = asyncio.create_task(sora.create_from_url(VIDEO, "5,8"))
            await until(lambda: server.requests)
            await asyncio.sleep(0.02)
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asyncio.wait_for(call, 5)
            await asyncio.sleep(0)
            assert len(server.requests) == 1

    asyncio.run(play())


def test_a_call_that_is_cancelled_under_way_gives_its_place_back():
    async def play():
        begun, hung = [], asyncio.Event()

        async def handler(request):
            begun.append(request)
            if len(begun) == 1:
                await hung.wait()
            return reply(body={"character_id": "char_a"})

        async with client(handler, max_concurrency=1) as sora:
            call = asyncio.create_task(sora.create_from_url(VIDEO, "5,8"))
            await until(lambda: begun)
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
            assert (await asyncio.wait_for(sora.create_from_url(VIDEO, "5,8"), 5)).character_id == "char_a"

    asyncio.run(play())


def test_a_try_of_the_breaker_that_is_cancelled_makes_way_for_another():
    async def play():
        now, hang = [0.0], [False]

        async def handler(_):
            if hang[0]:
                await asyncio.Event().wait()
            return problem(500, "server_error")

        async with client(handler, breaker=BreakerPolicy(failures=1, rest=5), clock=lambda: now[0]) as sora:
            with pytest.raises(ServerError):
                await sora.create_from_task("task_a")
            with pytest.raises(CircuitOpenError):
                await sora.create_from_task("task_a")
            now[0], hang[0] = 5.0, True
            call = asyncio.create_task(sora.create_from_task("task_a"))
            for _ in range(20):
                await asyncio.sleep(0)
            with pytest.raises(CircuitOpenError):
                await sora.create_from_task("task_a")
            call.cancel()
            hang[0] = False
            await asyncio.gather(call, return_exceptions=True)
            with pytest.raises(ServerError):
                await sora.create_from_task("task_a")

    asyncio.run(play())


def test_calls_at_once_each_get_their_own_character():
    async def play():
        async def handler(request):
            await asyncio.sleep(0)
            name = request.content.decode().rpartition("task_")[2].strip('"}')
            return reply(body={"character_id": f"char_{name}"})

        async with client(handler) as sora:
            made = await asyncio.gather(*[sora.create_from_task(f"task_{number}") for number in range(30)])
            assert [each.character_id for each in made] == [f"char_{number}" for number in range(30)]

    asyncio.run(play())


def test_after_a_429_fewer_are_under_way_at_once():
    async def play():
        inside, most, answers = 0, [], [problem(429, retry_after="0")] * 6

        async def handler(_):
            nonlocal inside
            inside += 1
            most.append(inside)
            for _ in range(5):
                await asyncio.sleep(0)
            inside -= 1
            return answers.pop() if answers else reply(body={"character_id": "char_a"})

        async def sleep(_):
            await asyncio.sleep(0)

        async with client(handler, sleep=sleep) as sora:
            await asyncio.gather(*[sora.create_from_task("task_a") for _ in range(6)])
        assert max(most[:6]) == 6
        assert max(most[6:9]) <= 3

    asyncio.run(play())


@pytest.mark.parametrize("begun", [False, True], ids=["no answer", "half an answer"])
def test_a_server_that_never_ends_is_given_up_in_time(begun):
    class Hanging(httpx2.AsyncByteStream):
        async def __aiter__(self):
            yield b"{"
            await asyncio.Event().wait()

    async def play():
        async def handler(_):
            if not begun:
                await asyncio.Event().wait()
            return httpx2.Response(200, stream=Hanging())

        async with client(handler, timeout_s=0.05) as sora:
            with pytest.raises(TimedOutError, match=r"no whole answer in time.*0\.05 s") as caught:
                await sora.create_from_task("task_a")
            assert caught.value.maybe_done
            assert caught.value.status == (200 if begun else None)

    asyncio.run(play())
