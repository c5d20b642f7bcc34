"""Options: everything that can be chosen about any client.

Owns names, defaults and their checks. What a choice leads to is told where it is used.
"""

import ssl
from typing import TypedDict

import msgspec

from sora_conformance.reference import effects
from sora_conformance.reference.breaker import BreakerPolicy
from sora_conformance.reference.effects import Clock
from sora_conformance.reference.retry import Retry


class Options(TypedDict, total=False):
    """The keyword arguments that all clients take.

    `timeout_s` (60) is how many seconds one request may take, from the connection to the last byte of the reply;
    processing is documented to take up to 30. A thread cannot be woken while it waits for a byte: in a Client the
    limit holds for each wait, and for the body as a whole once the next byte comes. `connect_s` (10) is the share of
    it that a connection may take to come about.
    `retry` and `breaker` are policies. `max_concurrency` (8) requests are under way at once at most. `max_reply` (1
    MiB) is how many bytes of a reply are read, unless it is a video that was asked for.

    `tls` says which certificates are trusted; without it those of the system are. `proxy` is an address to go
    through; the environment's proxies are left alone, because they would see the key of a plain http call.

    `clock` (seconds that run forward), `date` (Unix seconds) and `chance` (from [0, 1)) are for tests.
    """

    timeout_s: float
    connect_s: float
    retry: Retry
    breaker: BreakerPolicy
    max_concurrency: int
    max_reply: int
    tls: ssl.SSLContext | None
    proxy: str | None
    clock: Clock
    date: Clock
    chance: Clock


class Choices(msgspec.Struct, frozen=True, kw_only=True):
    """All options, with the defaults filled in."""

    timeout_s: float = 60.0
    connect_s: float = 10.0
    retry: Retry = Retry()
    breaker: BreakerPolicy = BreakerPolicy()
    max_concurrency: int = 8
    max_reply: int = 1024 * 1024
    tls: ssl.SSLContext | None = None
    proxy: str | None = None
    clock: Clock = effects.clock
    date: Clock = effects.date
    chance: Clock = effects.chance

    def __post_init__(self) -> None:
        for name in ("timeout_s", "connect_s", "max_reply", "max_concurrency"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name}: expected more than 0, found {getattr(self, name)!r}")
