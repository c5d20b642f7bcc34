"""The drill: waves of creations sent at once, and what was let through of each, by the clock of the account.

Owns sending, counting and the times of it all. What the numbers say of a rule is not its business.
"""

import time
from collections.abc import Iterable

import msgspec

from sora_conformance.budget import inconclusive
from sora_conformance.exchanges import Exchange, Failure
from sora_conformance.server.stage import Stage, told
from sora_conformance.server.together import together

WINDOW = 60.0
"""For how many seconds a creation counts."""

MARGIN = 0.05
"""How many seconds more than a window are waited, because instants are kept in whole milliseconds."""

_TAIL = 10
"""How many creations are sent at once where nothing says how many will be let through."""

_PROCESSING_FAILED = "processing_failed"


class Wave(msgspec.Struct, kw_only=True):
    """Creations that were sent at once, and what was answered; `began` and `ended` are seconds of the drill.

    Both are chosen so that the creations surely counted between them: `began` is not too late, `ended` not too early.
    """

    began: float
    ended: float
    let_through: list[Exchange] = []
    limited: list[Exchange] = []

    @property
    def last(self) -> Exchange:
        """Return a creation of the wave, one that was limited if there is one."""
        return [*self.let_through, *self.limited][-1]


class Drill:
    """Sends creations for the first account, and knows which of them still count.

    `waves` are those since the last time that all was forgotten.
    """

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._start = time.perf_counter()
        self._advanced = 0.0
        self.waves: list[Wave] = []

    # -- time ------------------------------------------------------------------------------------------------------

    def wait(self, seconds: float) -> None:
        """Let so many seconds pass."""
        if seconds <= 0:
            return
        self._stage.wire.waiting.wait(seconds)
        if self._stage.target.mock:
            self._advanced += seconds

    def wait_until(self, instant: float) -> None:
        """Let time pass until a second of the drill has surely come."""
        self.wait(instant - self.at_least)

    def forget(self) -> None:
        """Let a whole window pass, after which nothing counts any more."""
        self.wait(WINDOW + 1)
        self.waves.clear()

    @property
    def at_least(self) -> float:
        """Return how many seconds of the account have surely passed since the drill began."""
        # A mock's clock may be frozen: then only what it was advanced by passes.
        return self._advanced if self._stage.target.mock else time.perf_counter() - self._start

    @property
    def at_most(self) -> float:
        """Return how many seconds may have passed since the drill began."""
        return self._advanced + time.perf_counter() - self._start

    # -- creations -------------------------------------------------------------------------------------------------

    def send(self, number: int, **fields: object) -> Wave:
        """Send so many creations at once. Raises NotJudged when one is neither let through nor limited."""
        began = self.at_most
        exchanges = together(number, lambda: self._created(**fields))
        return self._kept(began, exchanges)

    def _created(self, **fields: object) -> Exchange:
        exchange = self._stage.create(patient=False, **fields)
        # Who was not let onto a connection has asked for nothing yet: many at once may be too many for a moment.
        return exchange if exchange.failure is not Failure.REFUSED else self._stage.create(patient=False, **fields)

    def send_one_too_many(self) -> Exchange:
        """Send a creation that should be limited, and return what came of it, whatever it is."""
        began = self.at_most
        exchange = self._stage.create(patient=False, refusal="rate_limit_exceeded")
        if is_limited(exchange) or is_let_through(exchange):
            self._kept(began, [exchange])
        return exchange

    def send_until_limited(self, most: int) -> None:
        """Send creations until one is limited, or so many more were let through."""
        goal = self.counted() + most
        while not self.waves[-1].limited and self.counted() < goal:
            self.send(min(_TAIL, goal - self.counted()))

    def _kept(self, began: float, exchanges: Iterable[Exchange]) -> Wave:
        wave = Wave(began=began, ended=0.0)
        for exchange in exchanges:
            if is_limited(exchange):
                wave.limited.append(exchange)
            elif is_let_through(exchange):
                wave.let_through.append(exchange)
            else:
                raise inconclusive(f"setup: a creation was neither let through nor limited, but {told(exchange)}")
        wave.ended = self.at_least
        if wave.let_through or wave.limited:
            self.waves.append(wave)
        return wave

    # -- counts ----------------------------------------------------------------------------------------------------

    def counted(self) -> int:
        """Return how many creations were let through since all was forgotten."""
        return sum(len(wave.let_through) for wave in self.waves)

    def refused(self) -> list[Exchange]:
        """Return the creations that were limited since all was forgotten."""
        return [exchange for wave in self.waves for exchange in wave.limited]

    def standing(self) -> int:
        """Return how many creations count at present. Raises NotJudged when the drill was too slow to know."""
        count = 0
        for wave in self.waves:
            if self.at_most - wave.began < WINDOW:
                count += len(wave.let_through)
            elif wave.let_through and self.at_least - wave.ended < WINDOW:
                raise inconclusive("time: the server answers too slowly to know which creations still count")
        return count


def is_limited(exchange: Exchange) -> bool:
    """Tell whether a creation was held back by the rate limit."""
    return exchange.status == 429


def is_let_through(exchange: Exchange) -> bool:
    """Tell whether a creation was worked on: it succeeded, or failed in processing."""
    if exchange.status == 500:
        return (exchange.error or {}).get("code") == _PROCESSING_FAILED
    return exchange.status == 200
