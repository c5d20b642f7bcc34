"""Waiting: how a run lets time pass on its target, by advancing a mock's clock or by waiting for real.

Owns both ways and the limit on the second. It must not know what is waited for.
"""

import threading
import time

import httpx2

from sora_conformance.budget import inconclusive
from sora_conformance.exchanges import Party
from sora_conformance.target import Target


class Waiting:
    """Lets time pass. Real waits are at most `max_wait` seconds in all; a longer one is not begun."""

    def __init__(self, target: Target, client: httpx2.Client, *, max_wait: float) -> None:
        self._target = target
        self._client = client
        self._left = max_wait
        self._lock = threading.Lock()

    def can(self, seconds: float) -> bool:
        """Tell whether so much time can be let pass."""
        return self._target.mock or seconds <= self._left

    def wait(self, seconds: float, party: Party = Party.FIRST) -> None:
        """Let `seconds` pass for the party's account; raise NotJudged if that takes longer than the run may wait."""
        if self._target.mock:
            self._advance(seconds, party)
            return
        with self._lock:
            if seconds > self._left:
                raise inconclusive(f"time: {seconds:g} s would have to pass, and the run waits no longer (--max-wait)")
            self._left -= seconds
        time.sleep(seconds)  # noqa: TID251 - a server without a clock to advance has to be waited for

    def now(self, party: Party = Party.FIRST) -> float:
        """Return what time it is for the party's account, in Unix seconds; raise NotJudged if a mock does not tell."""
        if not self._target.mock:
            return time.time()  # noqa: TID251 - servers without a clock of their own keep the calendar
        try:
            now = self._clock("GET", party).json()["now"]
            return float(now)
        except (ValueError, TypeError, KeyError):
            raise inconclusive("time: the mock does not tell what time it is") from None

    def _advance(self, seconds: float, party: Party) -> None:
        reply = self._clock("POST", party, {"advance": seconds})
        if not reply.is_success:
            raise inconclusive(f"time: the mock's clock was not advanced (status {reply.status_code})")

    def _clock(self, method: str, party: Party, order: dict[str, float] | None = None) -> httpx2.Response:
        """Look at the mock's clock for the party's account, or change it."""
        headers = {"authorization": f"Bearer {self._target.key(party)}"}
        address = f"{self._target.origin}/_mock/accounts/self/clock"
        try:
            return self._client.request(method, address, json=order, headers=headers)
        except httpx2.HTTPError as error:
            raise inconclusive(f"time: the mock's clock cannot be reached ({type(error).__name__})") from None
