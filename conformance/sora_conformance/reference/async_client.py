"""The client for asyncio: performs the core's programs with httpx2, and can be cancelled anywhere.

Owns connections and real waiting. What is sent, and what comes of a reply, is the core's.
"""

import asyncio
from collections.abc import Sequence
from functools import cached_property
from typing import Self, TypeVar, Unpack

import httpx2

from sora_conformance.reference import calls, effects
from sora_conformance.reference.calls import Call
from sora_conformance.reference.core import Core, Program, Send
from sora_conformance.reference.effects import AsyncSleep
from sora_conformance.reference.gates import AsyncGate
from sora_conformance.reference.hush import Hush
from sora_conformance.reference.options import Choices, Options, address_of, secret_of
from sora_conformance.reference.outcomes import Failure, Outcome, Reply, Trouble
from sora_conformance.reference.shelves import AsyncShelf
from sora_conformance.reference.spans import Span
from sora_conformance.reference.values import Batch, Character, Task
from sora_conformance.reference.wire import Reading, failure_of, request_of, settings

Value = TypeVar("Value")


class AsyncClient:
    """A client of the character API for one event loop; close it, or use it in an `async with` block.

        async with AsyncClient() as client:                     # SORA_API_KEY and SORA_BASE_URL
            hero = await client.create_from_url("https://example.com/hero.mp4", "5,8")
            task = await client.generate(hero.character_id, "walks through the rain")
            print((await client.wait(task.task_id)).video_url)

    It is the Client in all else. A call that is cancelled ends at once and sends nothing more; what it had sent may
    have been done.
    """

    def __init__(
        self,
        api_key: str | None = None,
        base_url: str | None = None,
        *,
        transport: httpx2.AsyncBaseTransport | None = None,
        sleep: AsyncSleep = effects.async_sleep,
        **options: Unpack[Options],
    ) -> None:
        choices = Choices(**options)
        self._core = Core(secret_of(api_key), choices)
        self.base_url = address_of(base_url)
        """The base address, without a slash at its end."""
        self._sleep = sleep
        self._gate = AsyncGate(choices.max_concurrency)
        self._http = httpx2.AsyncClient(transport=transport, **settings(choices))
        self._hush = Hush(self._core.secret, owner=self)

    def __repr__(self) -> str:
        return f"<AsyncClient {self.base_url}>"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close all connections. May be repeated."""
        await self._http.aclose()
        self._hush.end()

    # -- operations ----------------------------------------------------------------------------------------------

    async def create_from_url(self, url: str, timestamps: Span) -> Character:
        """Make a character of a span of a video: `"start,end"` or a pair, in seconds; best are 1 to 3 s."""
        return await self._run(self._core.create(calls.creation_from_url(url, timestamps)))

    async def create_from_task(self, task_id: str) -> Character:
        """Make a character of the video of a completed task."""
        return await self._run(self._core.create(calls.creation_from_task(task_id)))

    async def generate(
        self, character_ids: str | Sequence[str], scenario: str, *, duration: int = 10, resolution: str = "1080p"
    ) -> Task:
        """Ask for a video of `duration` seconds with these characters in it; best are at most three."""
        call = calls.generation(character_ids, scenario, duration=duration, resolution=resolution)
        return await self._run(self._core.task(call))

    async def retrieve(self, task_id: str) -> Task:
        """Look at a task."""
        return await self._run(self._core.task(calls.retrieval(task_id)))

    async def wait(self, task_id: str, *, every_s: float = 5.0, within_s: float = 600.0) -> Task:
        """Look at a task until it is completed. Raises RenderFailedError, and TimedOutError after `within_s`."""
        return await self._run(self._core.wait(task_id, every_s=every_s, within_s=within_s))

    async def batch(
        self,
        character_ids: str | Sequence[str],
        scenarios: Sequence[str],
        *,
        duration: int = 10,
        resolution: str = "1080p",
        test_duration: int = 4,
        test_resolution: str = "480p",
        every_s: float = 5.0,
        within_s: float = 600.0,
    ) -> Batch:
        """Render the first scenario small to see the characters, and once that is completed ask for all scenarios.

        A failed test render is raised. After it, the failure of one scenario is in its Result and loses no other.
        """
        program = self._core.batch(
            character_ids,
            scenarios,
            duration=duration,
            resolution=resolution,
            test=(test_duration, test_resolution),
            wait=lambda task_id: self._core.wait(task_id, every_s=every_s, within_s=within_s),
        )
        return await self._run(program)

    @cached_property
    def library(self) -> AsyncShelf:
        """Return the library of named characters. Raises LibraryError if the client was given none."""
        return AsyncShelf(self._core, self._run)

    # -- performing ----------------------------------------------------------------------------------------------

    async def _run(self, program: Program[Value]) -> Value:
        outcome: Outcome | None = None
        try:
            while True:
                step = program.send(outcome)
                if isinstance(step, Send):
                    outcome = await self._send(step)
                else:
                    await self._sleep(step.seconds)
                    outcome = None
        except StopIteration as end:
            value: Value = end.value
            return value
        finally:
            program.close()

    async def _send(self, step: Send) -> Outcome:
        async with self._gate.place() as place:
            place.outcome = await self._exchange(step.call)
            return place.outcome

    async def _exchange(self, call: Call) -> Outcome:
        request = request_of(call, self.base_url, self._core.secret)
        timeout_s = self._core.choices.timeout_s
        reading: Reading | None = None
        try:
            async with asyncio.timeout(timeout_s):
                response = await self._http.send(request, stream=True)
                try:
                    reading = Reading(
                        response, most=self._core.choices.max_reply, until=self._core.choices.clock() + timeout_s
                    )
                    return await self._read(response, reading)
                finally:
                    await response.aclose()
        except httpx2.RequestError as error:
            return failure_of(error)
        except TimeoutError:
            detail = f"after {timeout_s:g} s"
            return reading.reply(Trouble.TIMEOUT, detail) if reading else Failure(Trouble.TIMEOUT, detail)

    async def _read(self, response: httpx2.Response, reading: Reading) -> Reply:
        if reading.encoded:
            return reading.reply(Trouble.ENCODED)
        try:
            async for part in response.aiter_bytes():
                trouble = reading.take(part, self._core.choices.clock())
                if trouble is not None:
                    return reading.reply(trouble)
        except httpx2.RequestError as error:
            failure = failure_of(error)
            return reading.reply(failure.trouble, failure.detail)
        return reading.reply()
