"""Sora: one account of a running mock, with everything a test does to it.

Owns what is to be had, each part made when it is first asked for. How anything is done is the parts' business.
"""

from __future__ import annotations

from contextlib import ExitStack
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from sora_mock.control.desk import Desk
from sora_mock.dialects.guide import BASE
from sora_mock.dialects.openai.paths import BASE as OPENAI_BASE
from sora_mock.dialects.relay import BASE as RELAY_BASE
from sora_mock.handle import props
from sora_mock.handle.calls import Calls
from sora_mock.handle.controls import ClockControl, Generations, Knobs, Scenarios, shape
from sora_mock.handle.fault_control import Faults
from sora_mock.handle.line import Line
from sora_mock.handle.venue import Venue
from sora_mock.handle.webhooks import Webhooks

if TYPE_CHECKING:
    import httpx
    import httpx2

    from sora_mock.keys import Caller


class Sora:
    """The account that `api_key` opens on the mock at a venue.

    As a context manager it closes its clients at the end; with `owns_venue` the mock ends, too.
    """

    def __init__(self, venue: Venue, api_key: str, *, caller: Caller | None = None, owns_venue: bool = False) -> None:
        self.api_key = api_key
        """The bearer key of the account."""
        self.base_url = venue.origin + BASE
        """The base URL of the contract, without a trailing slash."""
        self.openai_base_url = venue.origin + OPENAI_BASE
        """The base URL of the Videos API, for clients of OpenAI's own."""
        self.relay_base_url = venue.origin + RELAY_BASE
        """The base URL below which relays make characters; their videos are at `openai_base_url`."""
        self.venue = venue
        """Where the mock runs; transports of one's own are made for it."""
        self._line = Line(venue, api_key, caller)
        self._since = venue.desk.journal.count
        self._open = ExitStack()
        if owns_venue:
            self._open.callback(venue.close)

    def __repr__(self) -> str:
        return f"<Sora {self.base_url}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the clients that were asked for. May be repeated."""
        self._open.close()

    # -- for the code under test ---------------------------------------------------------------------------------

    @property
    def account(self) -> str:
        """Return the account's name, as the journal and the control plane have it."""
        return self._line.account

    @property
    def headers(self) -> dict[str, str]:
        """Return the headers that open the account."""
        return {"Authorization": f"Bearer {self.api_key}"}

    @property
    def env(self) -> dict[str, str]:
        """Return the environment variables that lead a client here, in our names and in OpenAI's."""
        return {
            "SORA_BASE_URL": self.base_url,
            "SORA_API_KEY": self.api_key,
            "OPENAI_BASE_URL": self.openai_base_url,
            "OPENAI_API_KEY": self.api_key,
        }

    @cached_property
    def client(self) -> httpx2.Client:
        """Return an httpx2 client with base URL and key: `sora.client.post("/characters", json=…)`."""
        import httpx2

        client = httpx2.Client(
            transport=self.venue.transport(), base_url=self.base_url, headers=self.headers, trust_env=False
        )
        return self._open.enter_context(client)

    @cached_property
    def httpx_client(self) -> httpx.Client:
        """Return the same for httpx. Raises ImportError when httpx is not installed."""
        import httpx

        client = httpx.Client(
            transport=self.venue.httpx_transport(), base_url=self.base_url, headers=self.headers, trust_env=False
        )
        return self._open.enter_context(client)

    # -- strings to pull -----------------------------------------------------------------------------------------

    @cached_property
    def clock(self) -> ClockControl:
        """Return the account's own time."""
        return ClockControl(self._line)

    @cached_property
    def settings(self) -> Knobs:
        """Return the knobs of the account."""
        return Knobs(self._line)

    @cached_property
    def faults(self) -> Faults:
        """Return what goes wrong on purpose."""
        return Faults(self._line)

    @cached_property
    def scenario(self) -> Scenarios:
        """Return the drills that play."""
        return Scenarios(self._line)

    @cached_property
    def journal(self) -> Calls:
        """Return what was called since this handle was made."""
        return Calls(self._line, self._since)

    @cached_property
    def webhooks(self) -> Webhooks:
        """Return who is told how the account's tasks end."""
        return Webhooks(self._line)

    @cached_property
    def generations(self) -> Generations:
        """Return the account's tasks, to end them on demand."""
        return Generations(self._line)

    # -- props ---------------------------------------------------------------------------------------------------

    def make_character(self, *, url: str = props.VIDEO, timestamps: str = "5,8", from_task: str | None = None) -> str:
        """Return the id of a new character, made without a request and at no cost to the rate limit.

        It comes of a video, or of an own finished task if one is given. Raises ValueError for what the contract
        refuses.
        """
        return self._line.ask(props.make_character, url=url, timestamps=timestamps, from_task=from_task)

    def finished_clip(
        self,
        prompt: str = "a quiet street",
        *,
        characters: tuple[str, ...] | list[str] = (),
        duration: int = 2,
        resolution: str = "480p",
    ) -> dict[str, Any]:
        """Return a completed task as the contract writes it, made without a request.

        `characters` that the prompt does not mention are mentioned at its end. `duration` is in seconds. Raises
        ValueError for what the contract refuses.
        """
        view = self._line.ask(
            props.finished_clip,
            prompt=prompt,
            characters=tuple(characters),
            duration=duration,
            resolution=resolution,
        )
        return shape(self._line, view)

    def reset(self) -> None:
        """Forget everything about the account: characters, tasks, faults, knobs, scenarios, time and journal."""
        self._line.ask(Desk.reset)
        self.journal.clear()
