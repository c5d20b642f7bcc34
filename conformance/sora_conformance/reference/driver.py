"""The driver of the clients for threads: performs programs with httpx2, one request after the other.

Owns connections and real waiting. What is sent, and what comes of a reply, is the core's; what can be asked for is the
clients' who stand on it.
"""

from typing import ClassVar, Self, TypeVar, Unpack

import httpx2

from sora_conformance.reference import effects
from sora_conformance.reference.call import Call
from sora_conformance.reference.core import Core, Program, Send
from sora_conformance.reference.effects import Sleep
from sora_conformance.reference.gates import Gate
from sora_conformance.reference.homes import Home, address_of, secret_of
from sora_conformance.reference.hush import Hush
from sora_conformance.reference.options import Choices, Options
from sora_conformance.reference.outcomes import Outcome, Reply, Trouble
from sora_conformance.reference.wire import failure_of, reading_of, request_of, settings

Value = TypeVar("Value")


class Driver:
    """What all clients for threads are: opened, closed, and able to run a program."""

    _home: ClassVar[Home]

    def __init__(
        self,
        api_key: str | None = None,
        base_url: str | None = None,
        *,
        transport: httpx2.BaseTransport | None = None,
        sleep: Sleep = effects.sleep,
        **options: Unpack[Options],
    ) -> None:
        choices = Choices(**options)
        self._core = Core(secret_of(api_key, self._home), choices)
        self.base_url = address_of(base_url, self._home)
        """The base address, without a slash at its end."""
        self._sleep = sleep
        self._gate = Gate(choices.max_concurrency)
        self._http = httpx2.Client(transport=transport, **settings(choices))
        self._hush = Hush(self._core.secret, owner=self)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.base_url}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections. May be repeated."""
        self._http.close()
        self._hush.end()

    def _run(self, program: Program[Value]) -> Value:
        outcome: Outcome | None = None
        try:
            while True:
                step = program.send(outcome)
                if isinstance(step, Send):
                    outcome = self._send(step)
                else:
                    self._sleep(step.seconds)
                    outcome = None
        except StopIteration as end:
            value: Value = end.value
            return value
        finally:
            program.close()

    def _send(self, step: Send) -> Outcome:
        with self._gate.place() as place:
            place.outcome = self._exchange(step.call)
            return place.outcome

    def _exchange(self, call: Call) -> Outcome:
        request = request_of(call, self.base_url, self._core.secret)
        until = self._core.choices.clock() + self._core.choices.timeout_s
        try:
            response = self._http.send(request, stream=True)
        except httpx2.RequestError as error:
            return failure_of(error)
        try:
            return self._read(response, call, until)
        finally:
            response.close()

    def _read(self, response: httpx2.Response, call: Call, until: float) -> Reply:
        reading = reading_of(response, call, self._core.choices, until=until)
        if reading.encoded:
            return reading.reply(Trouble.ENCODED)
        try:
            for part in response.iter_bytes():
                trouble = reading.take(part, self._core.choices.clock())
                if trouble is not None:
                    return reading.reply(trouble)
        except httpx2.RequestError as error:
            failure = failure_of(error)
            return reading.reply(failure.trouble, failure.detail)
        return reading.reply()
