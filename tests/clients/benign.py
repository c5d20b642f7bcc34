"""Clients that differ from the reference in what the contract leaves open: a judge has nothing to say against them.

Owns the lists. Nothing here breaks a rule, not even one of a MAY.
"""

import asyncio
import json
from collections.abc import Callable
from functools import cache, partial
from typing import Any

import httpx2

from sora_conformance.reference import Client, VideosClient
from sora_conformance.reference.errors import CircuitOpenError, LocalValidationError, SoraError
from sora_conformance.specimens import reference_adapter
from sora_conformance.specimens.adapter import in_thread
from tests.clients.places import fetching
from tests.clients.seams import (
    GENERATIONS,
    KINDS,
    Body,
    Message,
    Perform,
    Try,
    bodied,
    both,
    choosing,
    declaring,
    encoded,
    explaining,
    heading,
    http,
    patched,
    pausing,
    performing,
    requesting,
    respelled,
    retrying,
)
from tests.clients.variant import Benign, Change


def _rewritten(**how: Any) -> Change:
    """Write the same JSON in another way."""
    return encoded(lambda body: json.dumps(json.loads(body), **how).encode())


def _reversed(body: Body) -> Body:
    return dict(reversed(body.items()))


def _capitalised(request: httpx2.Request) -> httpx2.Request:
    return respelled(
        request, headers=[(name.upper(), value) for name, value in request.headers.items() if name != "host"]
    )


async def _pieces(content: bytes):
    half = len(content) // 2
    yield content[:half]
    yield content[half:]


def _in_pieces(request: httpx2.Request) -> httpx2.Request:
    """Send a body of which the length is not told before."""
    return respelled(request, content=_pieces(request.content)) if request.content else request


def _own(way) -> Change:
    """Wait as `way` says where no Retry-After says it."""
    return pausing(lambda one: way(one) if one.own is not None and one.seconds is None else one.own)


def _drawn_from_nothing(one: Try) -> float:
    """Draw a wait between nothing and a bound that doubles."""
    return one.chance * 2.0 ** (one.number - 1)


def _a_second_more(one: Try) -> float | None:
    return one.own + 1.0 if one.own is not None and one.asked else one.own


def _linear(one: Try) -> float:
    return one.number * (0.8 + one.chance / 5)


def _narrow(one: Try) -> float:
    return 0.5 * 2.0 ** (one.number - 1) * (1 - one.chance / 4)


async def _slow(message: Message, perform: Perform) -> dict[str, Any]:
    await asyncio.sleep(0.3)
    return await perform(message)


class _Threads:
    """The client for threads, asked from coroutines."""

    def __init__(self, kind: Callable[..., Any], *about: Any, **options: Any) -> None:
        self._client = kind(*about, **options)

    def __getattr__(self, name: str) -> Any:
        return lambda *args, **named: in_thread(partial(getattr(self._client, name), *args, **named))


THREADS = both(
    *(
        patched(reference_adapter, name, lambda _, kind=kind: partial(_Threads, kind))
        for name, kind in zip(KINDS, (Client, VideosClient), strict=True)
    )
)


async def _one_by_one(message: Message, perform: Perform) -> dict[str, Any]:
    async with _lock():
        return await perform(message)


@cache
def _lock() -> asyncio.Lock:
    return asyncio.Lock()


def _terse(error: Exception, told: dict[str, Any]) -> dict[str, Any]:
    """Tell of an error no more than has to be told."""
    words = error.message if isinstance(error, SoraError) and error.message else "failed"
    return {name: value for name, value in told.items() if name in {"kind", "status"} and value is not None} | {
        "message": words
    }


def _in_other_kinds(error: Exception, told: dict[str, Any]) -> dict[str, Any]:
    """Call by other names what has no name in the protocol."""
    local = isinstance(error, LocalValidationError | CircuitOpenError)
    return told | ({"kind": "other"} if local else {})


def _charset_declared(request: httpx2.Request) -> httpx2.Request:
    if request.headers.get("content-type") == "application/json":
        request.headers["content-type"] = 'Application/JSON; charset="UTF-8"'
    return request


GUIDE: tuple[Benign, ...] = (
    Benign(
        "one-call-at-a-time",
        "it may make one call at a time",
        both(THREADS, declaring(frozenset({"async", "cancel", "concurrent"})), performing(_one_by_one)),
    ),
    Benign("two-tries", "how often is left open: two tries", retrying(attempts=2)),
    Benign("three-tries", "how often is left open: three tries", retrying(attempts=3)),
    Benign("six-tries", "how often is left open: six tries", retrying(attempts=6, base=0.5)),
    Benign(
        "drawn-from-nothing",
        "how waits grow is left open: they are drawn below a bound that doubles",
        _own(_drawn_from_nothing),
    ),
    Benign("waits-linear", "how waits grow is left open: by one second from try to try", _own(_linear)),
    Benign("jitter-narrow", "how much jitter there is is left open: a quarter", _own(_narrow)),
    Benign("retry-after-rounded-up", "more than Retry-After may be waited: one second more", pausing(_a_second_more)),
    Benign("slower", "a call may begin 0.3 s later", performing(_slow)),
    Benign("patient", "a client may wait longer than it has to", choosing(timeout_s=300.0, connect_s=60.0)),
    Benign("two-at-once", "how many requests are under way at most is left open: two", choosing(max_concurrency=2)),
    Benign(
        "defaults-left-out",
        "what is the default may be left out",
        bodied(
            lambda body: {name: value for name, value in body.items() if name not in {"duration", "resolution"}},
            to=GENERATIONS,
        ),
    ),
    Benign(
        "span-with-decimals",
        "timestamps may have decimals",
        bodied(
            lambda body: (
                body | {"timestamps": ",".join(f"{float(part):.2f}" for part in body["timestamps"].split(","))}
                if "timestamps" in body
                else body
            )
        ),
    ),
    Benign(
        "source-looked-at-without-key",
        "the source may be looked at without the key",
        fetching(lambda url, _: httpx2.Request("GET", url)),
    ),
    Benign("json-escaped", "JSON may be written in ASCII", _rewritten(ensure_ascii=True)),
    Benign("errors-terse", "errors may tell no more than kind, status and message", explaining(_terse)),
    Benign("errors-of-other-kinds", "a local refusal may be some error", explaining(_in_other_kinds)),
    Benign(
        "500-once-more",
        "a 500 may be tried once more",
        pausing(lambda one: 0.5 if one.status == 500 and one.number == 1 else one.own),
    ),
)
"""Those of the guide: what they differ in is not in other dialects, or is no other there."""

EVERYWHERE: tuple[Benign, ...] = (
    Benign("fields-reversed", "the fields of an object have no order", bodied(_reversed)),
    Benign(
        "json-spacious", "JSON may be written with spaces and line breaks", _rewritten(indent=4, ensure_ascii=False)
    ),
    Benign("headers-capitalised", "names of headers have no case", requesting(_capitalised)),
    Benign(
        "headers-of-its-own",
        "other headers may come along",
        heading(
            idempotency_key="0b4ad8ab",
            x_request_id="req-1",
            accept_language="de, en;q=0.5",
            cache_control="no-cache",
            user_agent="other/1.0 (+https://client.example.test)",
        ),
    ),
    Benign(
        "charset-declared",
        "media types have no case and may have parameters",
        requesting(_charset_declared),
    ),
    Benign("bodies-in-chunks", "the length of a body need not be told before", requesting(_in_pieces)),
    Benign(
        "in-threads",
        "it may work in threads, and have no way to cancel",
        both(THREADS, declaring(frozenset({"async", "cancel"}))),
    ),
    Benign(
        "declares-little",
        "capabilities may be lacking",
        declaring(frozenset({"async", "cancel", "custom_ca", "custom_timeout", "log_capture"})),
    ),
    Benign("redirects-followed", "redirects may be followed without the key", http(follow_redirects=True)),
)
"""Those that are tried in every dialect: what they differ in meets forms and other bodies there."""
