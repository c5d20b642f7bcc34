"""Driving: the mock's coroutines, run without an event loop or inside any.

Owns the rule that they take turns: between two waits, one of them has the mock for itself, whatever the thread.
"""

import types
from collections.abc import Coroutine, Generator
from concurrent.futures import Future, wait
from contextlib import AbstractContextManager
from typing import Any, TypeVar

Result = TypeVar("Result")


def by_hand(coroutine: Coroutine[Any, Any, Result], turn: AbstractContextManager[object]) -> Result:
    """Return the coroutine's result; there must be no event loop, and all it waits for are concurrent futures."""
    while True:
        with turn:
            try:
                awaited = coroutine.send(None)
            except StopIteration as end:
                result: Result = end.value
                return result
        if not isinstance(awaited, Future):
            raise TypeError(f"expected to wait for a concurrent future; found {awaited!r}")
        wait([awaited])


@types.coroutine
def in_turns(
    coroutine: Coroutine[Any, Any, Result], turn: AbstractContextManager[object]
) -> Generator[Any, Any, Result]:
    """Return the coroutine's result; what it waits for is left to the event loop around."""
    thrown: BaseException | None = None
    while True:
        with turn:
            try:
                awaited = coroutine.send(None) if thrown is None else coroutine.throw(thrown)
            except StopIteration as end:
                result: Result = end.value
                return result
        thrown = None
        try:
            yield awaited
        except BaseException as error:  # noqa: BLE001 - passed on, cancellation above all
            thrown = error
