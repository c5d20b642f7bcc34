import asyncio
import threading
from contextlib import ExitStack

import pytest

from sora_conformance.reference.gates import AsyncGate, Gate
from sora_conformance.reference.outcomes import Failure, Reply, Trouble

LIMITED = Reply(status=429)
FINE = Reply(status=200)


@pytest.mark.parametrize(
    ("outcome", "places"),
    [(LIMITED, 2), (FINE, 4), (None, 4), (Reply(status=500), 4), (Failure(Trouble.LOST), 4)],
    ids=["limited", "fine", "given up", "failed", "lost"],
)
def test_only_a_429_slows_the_pace(outcome, places):
    gate = Gate(4)
    with ExitStack() as inside:
        held = [inside.enter_context(gate.place()) for _ in range(4)]
        held[-1].outcome = outcome
    assert gate.pace.places == places


def test_of_many_refused_together_the_pace_falls_once():
    gate = Gate(8)
    with ExitStack() as inside:
        for place in [inside.enter_context(gate.place()) for _ in range(8)]:
            place.outcome = LIMITED
    assert gate.pace.places == 4


def test_a_thread_waits_for_a_place():
    gate = Gate(1)
    entered = threading.Event()

    def enter():
        with gate.place():
            entered.set()

    with gate.place():
        thread = threading.Thread(target=enter)
        thread.start()
        assert not entered.wait(0.05)
    thread.join(10)
    assert entered.is_set()


def test_a_place_is_given_back_whatever_happens():
    gate = Gate(1)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), gate.place():
            raise ZeroDivisionError


async def settle():
    for _ in range(5):
        await asyncio.sleep(0)


def test_a_task_waits_for_a_place_and_takes_its_turn():
    async def play():
        gate, order, go = AsyncGate(2), [], asyncio.Event()

        async def visit(name):
            async with gate.place():
                order.append(name)
                await go.wait()

        tasks = [asyncio.create_task(visit(name)) for name in range(5)]
        await settle()
        assert order == [0, 1]
        go.set()
        await asyncio.gather(*tasks)
        assert sorted(order) == [0, 1, 2, 3, 4]
        async with gate.place(), gate.place():
            pass

    asyncio.run(play())


@pytest.mark.parametrize("when", ["while it waits", "just before its turn", "when it is its turn"])
def test_a_cancelled_visitor_leaves_no_trace(when):
    async def play():
        gate, entered = AsyncGate(1), []

        async def visit(name):
            async with gate.place():
                entered.append(name)

        async with gate.place():
            first, second = (asyncio.create_task(visit(name)) for name in "ab")
            await settle()
            if when != "when it is its turn":
                first.cancel()
            if when == "while it waits":
                await settle()
        # The place is free, and the turn has been given to whoever was first.
        first.cancel()
        await asyncio.wait_for(second, 10)
        assert entered == ["b"]
        async with gate.place():
            pass

    asyncio.run(play())


def test_a_slower_pace_lets_fewer_tasks_through():
    async def play():
        gate, inside, most = AsyncGate(4), 0, []

        async def visit(outcome):
            nonlocal inside
            async with gate.place() as place:
                inside += 1
                most.append(inside)
                await settle()
                inside -= 1
                place.outcome = outcome

        await asyncio.gather(*[visit(LIMITED) for _ in range(4)])
        assert max(most) == 4
        most.clear()
        await asyncio.gather(*[visit(Reply(status=400)) for _ in range(6)])
        assert max(most) == 2

    asyncio.run(play())
