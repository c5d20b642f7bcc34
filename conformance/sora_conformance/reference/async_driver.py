"""The driver of the clients for asyncio: performs programs with httpx2, and can be cancelled anywhere.

Owns connections and real waiting. What is sent, and what comes of a reply, is the core's; what can be asked for is the
clients' who stand on it.
"""

import asyncio
from typing import ClassVar, Self, TypeVar, Unpack

import httpx2

from sora_conformance.reference import effects
from sora_conformance.reference.call import Call
from sora_conformance.reference.core import Core, Program, Send
from sora_conformance.reference.effects import AsyncSleep
from sora_conformance.reference.gates import AsyncGate
from sora_conformance.reference.homes import Home, address_of, secret_of
from sora_conformance.reference.hush import Hush
from sora_conformance.reference.options import Choices, Options
from sora_conformance.reference.outcomes import Failure, Outcome, Reply, Trouble
from sora_conformance.reference.wire import Reading, failure_of, reading_of, request_of, settings

Value = TypeVar("Value")


class AsyncDriver:
    """What all clients for asyncio are: opened, closed, and able to run a program."""

    _home: ClassVar[Home]

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
        self._core = Core(secret_of(api_key, self._home), choices)
        self.base_url = address_of(base_url, self._home)
        """The base address, without a slash at its end."""
        self._sleep = sleep
        self._gate = AsyncGate(choices.max_concurrency)
        self._http = httpx2.AsyncClient(transport=transport, **settings(choices))
        self._hush = Hush(self._core.secret, owner=self)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.base_url}>"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close all connections. May be repeated."""
        await self._http.aclose()
        self._hush.end()

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
                    until = self._core.choices.clock() + timeout_s
                    reading = reading_of(response, call, self._core.choices, until=until)
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
