"""Effects: the only module of the reference client that waits, asks a clock or tosses a coin.

Owns the real ones, which are the defaults. Tests give others.
"""

import asyncio
import random  # noqa: TID251 - the jitter of a client is meant to differ from client to client
import time
from collections.abc import Awaitable, Callable

Clock = Callable[[], float]
Sleep = Callable[[float], None]
AsyncSleep = Callable[[float], Awaitable[None]]


def clock() -> float:
    """Return seconds that only run forward."""
    return time.monotonic()


def date() -> float:
    """Return the present in Unix seconds."""
    return time.time()  # noqa: TID251 - a Retry-After may be a date of the calendar


def chance() -> float:
    """Return a number from [0, 1)."""
    return random.random()  # noqa: S311 - nothing secret depends on it


def sleep(seconds: float) -> None:
    """Wait."""
    time.sleep(seconds)  # noqa: TID251 - a client waits in earnest


async def async_sleep(seconds: float) -> None:
    """Wait, and let others run."""
    await asyncio.sleep(seconds)
