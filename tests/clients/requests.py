"""Clients that send more than a call is, or go on when it is over."""

import asyncio
import logging

import httpx2

from tests.clients.seams import exchanging, heading, http, performing
from tests.clients.variant import Change, Faulty

ONCE, LISTING, CANCELLED, KEEP = (
    f"client.request.{word}" for word in ("once", "no-listing", "cancelled", "keep-alive")
)


async def ask(message, method: str, path: str) -> httpx2.Response:
    """Send a request of its own to the given address."""
    async with httpx2.AsyncClient(trust_env=False, timeout=10) as other:
        headers = {"Authorization": f"Bearer {message['api_key']}"}
        return await other.request(method, message["base_url"].rstrip("/") + path, headers=headers)


def _path(message) -> str:
    return "/generations" if message["op"] in {"generate", "wait"} else "/characters"


async def _twice(message, perform):
    await perform(message)
    return await perform(message)


async def _asking_first(message, perform):
    await ask(message, "OPTIONS", _path(message))
    return await perform(message)


async def _looking_at_once(message, perform):
    value = await perform(message)
    if message["op"] == "generate":
        await ask(message, "GET", f"/generations/{value['task_id']}")
    return value


_later: set[asyncio.Task] = set()


def afterwards(awaitable) -> None:
    """Let something go on in the background."""
    task = asyncio.ensure_future(awaitable)
    _later.add(task)
    task.add_done_callback(_later.discard)


async def _again_in_the_background(message, perform):
    async def again() -> None:
        await asyncio.sleep(0.1)
        await perform(message)

    value = await perform(message)
    afterwards(again())
    return value


async def _listing_first(message, perform):
    if message["op"].startswith("create"):
        await ask(message, "GET", "/characters")
    return await perform(message)


async def _looking_up_after(message, perform):
    value = await perform(message)
    if "character_id" in value:
        await ask(message, "GET", f"/characters/{value['character_id']}")
    return value


async def _deaf(message, perform):
    performing_it = asyncio.ensure_future(perform(message))
    while True:
        try:
            return await asyncio.shield(performing_it)
        except asyncio.CancelledError:
            if performing_it.cancelled():
                raise
            logging.getLogger("client").debug("not now")


async def _going_on(message, perform):
    return await asyncio.shield(asyncio.ensure_future(perform(message)))


async def _slow_to_end(message, perform):
    try:
        return await perform(message)
    except asyncio.CancelledError:
        await asyncio.sleep(4)
        raise


async def _again_when_cancelled(message, perform):
    try:
        return await perform(message)
    except asyncio.CancelledError:
        afterwards(perform(message))
        raise


async def _hidden(message, perform):
    try:
        return await perform(message)
    except asyncio.CancelledError:
        raise RuntimeError("the call went wrong") from None


def _connections(**limits) -> Change:
    return http(limits=httpx2.Limits(**limits))


async def _alone(client, call, exchange):
    outcome = await exchange(client, call)
    await client._http._transport._pool.aclose()
    return outcome


FAULTY = (
    Faulty("sent-twice", ONCE, "every request is sent twice", performing(_twice)),
    Faulty("asked-first", ONCE, "the server is asked with OPTIONS first", performing(_asking_first)),
    Faulty("task-looked-at", ONCE, "a task is looked at as soon as it is accepted", performing(_looking_at_once)),
    Faulty(
        "sent-again-in-the-background",
        ONCE,
        "a tenth of a second after the answer the request is sent again",
        performing(_again_in_the_background),
    ),
    Faulty("characters-listed", LISTING, "characters are listed before one is made", performing(_listing_first)),
    Faulty("character-looked-up", LISTING, "a new character is asked for by its id", performing(_looking_up_after)),
    Faulty("cancel-ignored", CANCELLED, "a call that is cancelled goes on", performing(_deaf)),
    Faulty(
        "cancelled-in-name", CANCELLED, "a call that is cancelled is tried again all the same", performing(_going_on)
    ),
    Faulty("cancelled-slowly", CANCELLED, "a call that is cancelled ends after 4 s", performing(_slow_to_end)),
    Faulty(
        "sent-again-when-cancelled",
        CANCELLED,
        "a call that is cancelled is sent once more",
        performing(_again_when_cancelled),
    ),
    Faulty("cancel-not-told", CANCELLED, "a call that is cancelled ends in some error", performing(_hidden)),
    Faulty("connection-closed", KEEP, "every request asks to close the connection", heading(connection="close")),
    Faulty("connection-not-kept", KEEP, "connections are not kept", _connections(max_keepalive_connections=0)),
    Faulty(
        "connection-kept-briefly",
        KEEP,
        "connections are kept for a tenth of a second",
        _connections(keepalive_expiry=0.1),
    ),
    Faulty("connection-thrown-away", KEEP, "all connections are closed after a request", exchanging(_alone)),
)
