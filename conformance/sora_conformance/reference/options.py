"""Options: everything that can be chosen about a client, in either of its forms.

Owns names, defaults and their checks. What a choice leads to is told where it is used.
"""

import os
import ssl
from pathlib import Path
from typing import TypedDict

import msgspec

from sora_conformance.reference import effects
from sora_conformance.reference.breaker import BreakerPolicy
from sora_conformance.reference.calls import BASE_URL, base_address
from sora_conformance.reference.effects import Clock
from sora_conformance.reference.library import Library
from sora_conformance.reference.retry import Retry
from sora_conformance.reference.secret import Secret


class Options(TypedDict, total=False):
    """The keyword arguments that both clients take.

    `timeout_s` (60) is how many seconds one request may take, from the connection to the last byte of the reply;
    processing is documented to take up to 30. A thread cannot be woken while it waits for a byte: in a Client the
    limit holds for each wait, and for the body as a whole once the next byte comes. `connect_s` (10) is the share of
    it that a connection may take to come about.
    `retry` and `breaker` are policies. `max_concurrency` (8) requests are under way at once at most. `max_reply` (1
    MiB) is how many bytes of a reply are read. `library` is where named characters are kept: a Library, or its file.

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
    library: Library | Path | str | None
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
    library: Library | Path | str | None = None
    tls: ssl.SSLContext | None = None
    proxy: str | None = None
    clock: Clock = effects.clock
    date: Clock = effects.date
    chance: Clock = effects.chance

    def __post_init__(self) -> None:
        for name in ("timeout_s", "connect_s", "max_reply", "max_concurrency"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name}: expected more than 0, found {getattr(self, name)!r}")

    def shelf(self) -> Library | None:
        """Return the library, None if none was named."""
        return Library(self.library) if isinstance(self.library, Path | str) else self.library


def secret_of(api_key: str | None) -> Secret:
    """Return the key: the given one, even if it is empty, or else SORA_API_KEY. Raises MissingKeyError."""
    return Secret(os.environ.get("SORA_API_KEY") if api_key is None else api_key)


def address_of(base_url: str | None) -> str:
    """Return the base address: the given one, or SORA_BASE_URL, or the guide's. Raises LocalValidationError."""
    return base_address(base_url if base_url is not None else os.environ.get("SORA_BASE_URL") or BASE_URL)
