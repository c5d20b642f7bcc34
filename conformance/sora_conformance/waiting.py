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

    def _advance(self, seconds: float, party: Party) -> None:
        key = self._target.key(party)
        try:
            reply = self._client.post(
                f"{self._target.origin}/_mock/accounts/self/clock",
                json={"advance": seconds},
                headers={"authorization": f"Bearer {key}"},
            )
        except httpx2.HTTPError as error:
            raise inconclusive(f"time: the mock's clock cannot be reached ({type(error).__name__})") from None
        if not reply.is_success:
            raise inconclusive(f"time: the mock's clock was not advanced (status {reply.status_code})")
