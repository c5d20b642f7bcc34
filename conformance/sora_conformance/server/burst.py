"""The burst: one drill up to the rate limit and beyond it, which speaks of all rules of the limit.

Owns the course of the drill:

     0 s   half of what is allowed
    30 s   the other half, and one too many; then what is limited, and what is not
    60 s   the first half is free again: as many creations and no more
    90 s   the second half is free again, unless refusals count; failures count too

Seconds are those of the account, so that a mock with a clock takes no time. What is worth most comes first, because a
server without a clock has to be waited for.
"""

from sora_conformance.budget import inconclusive
from sora_conformance.exchanges import Exchange, Party
from sora_conformance.server.drill import MARGIN, WINDOW, Drill, is_let_through, is_limited
from sora_conformance.server.limit_notes import ALLOWANCE, LIMIT, LIMITS, LimitNotes
from sora_conformance.server.stage import Stage, told
from sora_conformance.server.survey import Sightings

AFFORDABLE = 200
"""The highest limit that a drill is willing to go to."""

LONGEST = 600
"""The longest advice in seconds that is waited for."""

_TRIES, _TOO_MANY, _FAILURES = 4, 3, 4
"""How many creations are tried while limited, sent beyond what is free, and failed. Of the last there must be more
than refusals, so that the number of creations let through afterwards tells which of them counted."""


class Burst:
    """The drill on one stage, noting what it sees."""

    def __init__(self, stage: Stage, seen: Sightings) -> None:
        self._stage = stage
        self._notes = LimitNotes(seen)
        self._drill = Drill(stage)
        self._capacity = 0
        self._half_gone = self._all_gone = 0.0

    def run(self) -> None:
        """Make the drill. Raises NotJudged where it cannot go on."""
        self._reach_the_limit()
        self._while_limited()
        self._after_the_wait()
        self._what_counts()

    # -- the first half minute: how many are let through -------------------------------------------------------------

    def _reach_the_limit(self) -> None:
        drill = self._drill
        drill.forget()
        limit = _stated(drill.send(1).last) or LIMIT
        if limit > AFFORDABLE:
            self._notes.allowance(1 + len(drill.send(ALLOWANCE - 1).let_through), drill.waves[-1].last)
            raise inconclusive(f"budget: the stated limit of {limit} creations a minute is beyond a drill")
        drill.send(limit // 2 - 1)
        if drill.refused():
            limit = self._begin_again()
        self._half_gone = self._minute_after_now()
        drill.wait_until(drill.waves[0].began + WINDOW / 2)
        drill.send(limit - drill.counted())
        self._notes.allowance(drill.counted(), drill.waves[-1].last)
        if not drill.waves[-1].limited:
            self._one_too_many()
        drill.send_until_limited(2 * limit + 1 - drill.counted())
        self._all_gone = self._minute_after_now()
        self._capacity = drill.counted()
        seconds = drill.at_most - drill.waves[0].began
        if seconds >= WINDOW:
            raise inconclusive(f"time: {self._capacity} creations took {seconds:.0f} s, which is no burst")
        self._notes.capacity(self._capacity, seconds, drill.waves[-1].last)
        if not drill.refused():
            raise inconclusive("not exercised: the server was never brought to its limit")

    def _begin_again(self) -> int:
        """Begin again with half of what was let through; return how many those were."""
        drill = self._drill
        capacity = drill.counted()
        self._notes.allowance(capacity, drill.waves[-1].last)
        if capacity == 0:
            self._half_gone = self._minute_after_now()
            self._recover()
            raise inconclusive("rate limited: not one creation was let through, so no limit was ever reached")
        drill.forget()
        drill.send(max(1, capacity // 2))
        return capacity

    def _one_too_many(self) -> None:
        """Send a creation too many. Raises NotJudged when it is neither let through nor answered with 429."""
        for _ in range(3):
            exchange = self._drill.send_one_too_many()
            if is_limited(exchange) or is_let_through(exchange):
                return
            if exchange.status is None:
                break
        else:
            # Anything may fail once: what is meant is answered again.
            self._notes.otherwise(self._drill.counted(), exchange)
        raise inconclusive(f"setup: a creation too many was neither let through nor limited, but {told(exchange)}")

    def _minute_after_now(self) -> float:
        return self._drill.waves[-1].ended + WINDOW + MARGIN

    # -- limited: what is held back, and what is not -----------------------------------------------------------------

    def _while_limited(self) -> None:
        if self._stage.target.second_api_key is not None:
            self._notes.other("limit.account", self._stage.create(party=Party.SECOND, patient=False))
        self._notes.other("limit.generations", self._stage.generate(patient=False))
        before = self._notes.advice(self._drill.refused()[0])
        for _ in range(_TRIES):
            self._drill.send_one_too_many()
        last = self._drill.refused()[-1]
        self._notes.lengthened(before, self._notes.advice(last), last)

    # -- a minute after the first half: as many again, and no more ---------------------------------------------------

    def _after_the_wait(self) -> None:
        drill = self._drill
        tries, before = len(drill.refused()), len(drill.waves)
        self._recover()
        drill.wait_until(self._half_gone)
        found, expected = self._filled(before)
        self._notes.again(found, expected, tries=tries, last=drill.waves[-1].last)

    def _recover(self) -> None:
        """Wait as long as is asked for, then longer, until a creation is let through. Raises NotJudged if none is."""
        drill = self._drill
        limited = drill.refused()[-1]
        seconds = self._notes.advice(limited)
        if seconds is not None and seconds <= LONGEST:
            drill.wait(seconds)
            tried = drill.send(1).last
            self._notes.after_advice(seconds, limited, tried)
            if is_let_through(tried):
                self._notes.recovery(tried)
                return
        drill.wait_until(self._half_gone)
        tried = drill.send(1).last
        if is_limited(tried):
            drill.wait(WINDOW + 1)
            tried = drill.send(1).last
        self._notes.recovery(tried)
        if is_limited(tried):
            raise inconclusive("not exercised: the server lets no creation through any more")

    def _filled(self, before: int) -> tuple[int, int]:
        """Make creations until one is limited, and count those in the waves from `before` on.

        Return how many were let through, and how many were expected to be.
        """
        drill = self._drill
        made = sum(len(wave.let_through) for wave in drill.waves[before:])
        expected = self._capacity - drill.standing() + made
        # Those too many come together with the others, so that a limit that counts carelessly is overrun.
        drill.send(expected - made + _TOO_MANY)
        drill.send_until_limited(self._capacity)
        return sum(len(wave.let_through) for wave in drill.waves[before:]), expected

    # -- a minute after the second half: what counts -----------------------------------------------------------------

    def _what_counts(self) -> None:
        drill = self._drill
        refused = self._refused()
        self._notes.held(refused)
        drill.wait_until(self._all_gone)
        before = len(drill.waves)
        if self._capacity - drill.standing() < 2 * _FAILURES:
            raise inconclusive("not exercised: too few creations are free to see what counts")
        failed: list[Exchange] = []
        if "private" in self._stage.target.sources:
            sent = drill.send(_FAILURES, url=self._stage.source("private")).let_through
            failed = [exchange for exchange in sent if exchange.status != 200]
        found, expected = self._filled(before)
        if not self._notes.counted(found - expected, refused=refused, failed=failed):
            raise inconclusive(f"setup: expected {expected} creations to be free again, found {found}")

    def _refused(self) -> list[Exchange]:
        """Return requests that are refused for what they say, each of another kind."""
        stage = self._stage
        return [
            stage.create(url=None, timestamps=None, refusal="missing_required_parameter", patient=False),
            stage.create(timestamps="4,1", refusal="invalid_timestamps", param="timestamps", patient=False),
            stage.create_from(stage.unknown("task_", "burst"), refusal="task_not_found", patient=False),
        ]


def _stated(exchange: Exchange) -> int | None:
    """Return the limit that a reply states, if it is one of the contract."""
    text = exchange.header("x-ratelimit-limit-requests") or ""
    return int(text) if text in {str(limit) for limit in LIMITS} else None
