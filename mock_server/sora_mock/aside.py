"""Aside: work that takes its time, done in a thread while the mock goes on.

Owns the waiting for it, with an event loop or without one: the in-process doubles have none. Must not know what the
work is.
"""

import asyncio
import types
from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


async def aside(function: Callable[..., T], *args: Any) -> T:  # noqa: ANN401 - whatever the function takes
    """Return what the function returns, or raise what it raises; it runs in a thread of its own."""
    thread = ThreadPoolExecutor(1, thread_name_prefix="sora-mock-aside")
    try:
        return await outcome(thread.submit(function, *args))
    finally:
        thread.shutdown(wait=False)


async def outcome(future: Future[T]) -> T:
    """Return what comes of a future. Whoever stops waiting does not take it away from the others."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return await _without_loop(future)
    return await asyncio.shield(asyncio.wrap_future(future))


@types.coroutine
def _without_loop(future: Future[T]) -> Generator[Future[T], None, T]:
    """Hand the future to whoever drives this coroutine, and be resumed once it is done."""
    yield future
    return future.result()
