"""Webhooks as they are sent: signed, posted, and tried again.

Owns the connections to receivers, and when it is looked whether anything is due. What is due, and what is said, is the
engine's; what came of an attempt is kept in the account's events before the next one is made.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from sora_mock.clock import SystemClock
from sora_mock.engine import ids, webhooks
from sora_mock.engine.commands import NoteAttempt
from sora_mock.engine.webhooks import Due
from sora_mock.keys import Caller
from sora_mock.understudy import Understudy
from sora_mock.visit import HOUSE

if TYPE_CHECKING:
    import httpx2

_log = logging.getLogger("sora_mock")

TIMEOUT_SECONDS = 10.0
"""How long a receiver may take to answer."""

CONCURRENCY = 8
"""How many receivers are spoken to at once."""

MAX_ANSWER = 65_536
"""How much of an answer is read; only its status counts."""

_SOON_SECONDS = 0.01
"""What happens within so short a time is looked at once."""

_LOOK_SECONDS = 1.0
"""How often is looked, at the least, while anything is to come: another process may move the time."""


class Message(msgspec.Struct, frozen=True):
    """An event on its way to one webhook."""

    id: str
    url: str
    secret: str
    body: bytes


class Dispatcher:
    """Sends what is due to the webhooks of a mock, from `start` to `stop`, which are called in its event loop."""

    def __init__(self, understudy: Understudy) -> None:
        self._understudy = understudy
        # The receiver holds the timestamp against the machine's time, however the mock's own runs.
        self._clock = SystemClock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._under_way: dict[tuple[str, str, str], asyncio.Task[None]] = {}
        self._client: asyncio.Future[httpx2.AsyncClient] | None = None
        self._free = asyncio.Semaphore(CONCURRENCY)
        understudy.watcher = self.look_soon

    def start(self) -> None:
        """Go on with what was left of an earlier run, and send from now on."""
        self._loop = asyncio.get_running_loop()
        self.look_soon(HOUSE)

    async def stop(self) -> None:
        """Send no more. What is under way is given up, and nothing is known of it."""
        self._loop = None
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._client is not None:
            await (await self._client).aclose()

    def look_soon(self, account: str) -> None:
        """Look soon whether anything is due in the account, or in any for `HOUSE`."""
        if self._loop is None:
            return
        for name in self._understudy.log.read(HOUSE).subscribers if account == HOUSE else (account,):
            self._look_in(name, _SOON_SECONDS)

    def _look_in(self, name: str, seconds: float) -> None:
        if self._loop is None:
            return
        timer = self._timers.get(name)
        if timer is not None:
            if timer.when() <= self._loop.time() + seconds:
                return
            timer.cancel()
        self._timers[name] = self._loop.call_later(seconds, self._look, name)

    def _look(self, name: str) -> None:
        """Begin every attempt that is due in the account, and look again when the next one is."""
        del self._timers[name]
        visit = self._understudy.visit(Caller(name))
        attempts, later = webhooks.due(visit.account, visit.now)
        for attempt in attempts:
            key = (name, attempt.webhook_id, attempt.task_id)
            if key not in self._under_way:
                self._under_way[key] = asyncio.create_task(self._attempt(name, attempt))
        wait = None if later is None else visit.waits_until(later)
        if wait is not None:
            self._look_in(name, min(max(wait / 1000, _SOON_SECONDS), _LOOK_SECONDS))

    async def _attempt(self, name: str, due: Due) -> None:
        try:
            async with self._free:
                message = self._message(name, due)
                status = None if message is None else await self._post(message)
        except Exception:  # noqa: BLE001 - the last resort: one webhook must not keep the others from being told
            _log.exception("webhook %s failed", due.webhook_id)
            status = None
        finally:
            del self._under_way[name, due.webhook_id, due.task_id]
        note = NoteAttempt(webhook_id=due.webhook_id, task_id=due.task_id, number=due.number, status=status)
        self._understudy.perform(Caller(name), note)

    def _message(self, name: str, due: Due) -> Message | None:
        """Return what is sent, or None when the webhook is gone meanwhile."""
        account = self._understudy.log.read(name)
        webhook = account.webhooks.get(due.webhook_id)
        if webhook is None or due.task_id not in webhook.pending:
            return None
        message_id = ids.message_id(due.webhook_id, due.task_id)
        return Message(message_id, webhook.url, webhook.secret, webhooks.body(account, due.task_id))

    async def _post(self, message: Message) -> int | None:
        """Return the status that a receiver answers with, None when it does not answer."""
        import httpx2

        client = await self._connections()
        headers = signed(message, self._clock.now() // 1000)
        with suppress(httpx2.HTTPError, httpx2.InvalidURL, UnicodeError, OSError, TimeoutError):
            async with (
                asyncio.timeout(TIMEOUT_SECONDS),
                client.stream("POST", message.url, content=message.body, headers=headers) as response,
            ):
                taken = 0
                async for chunk in response.aiter_raw():
                    taken += len(chunk)
                    if taken > MAX_ANSWER:
                        break
                return response.status_code
        return None

    def _connections(self) -> asyncio.Future[httpx2.AsyncClient]:
        if self._client is None:
            # The library and the authorities of the machine take long to load.
            self._client = asyncio.ensure_future(asyncio.to_thread(_client))
        return asyncio.shield(self._client)


def _client() -> httpx2.AsyncClient:
    import httpx2

    # A connection that is kept may be closed by the receiver just when it is used again: no attempt is to fail of that.
    limits = httpx2.Limits(max_keepalive_connections=0)
    return httpx2.AsyncClient(timeout=TIMEOUT_SECONDS, trust_env=False, follow_redirects=False, limits=limits)


def signed(message: Message, timestamp: int) -> dict[str, str]:
    """Return the headers of a message that is sent at `timestamp`, in seconds since the epoch."""
    from standardwebhooks import Webhook

    at = datetime.fromtimestamp(timestamp, tz=UTC)
    return {
        "content-type": "application/json",
        "user-agent": "sora-mock",
        "webhook-id": message.id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": Webhook(message.secret).sign(message.id, at, message.body.decode()),
    }
