"""Notes on the limit: what the numbers and replies of a drill say of each rule.

Owns the meaning, in findings, and the numbers of the contract. It sends nothing, and knows nothing of the order in
which things come.
"""

from collections.abc import Sequence

from sora_conformance.exchanges import Exchange
from sora_conformance.server.advice import advice_of
from sora_conformance.server.drill import is_limited
from sora_conformance.server.stage import told
from sora_conformance.server.survey import Sightings

LIMIT = 60
"""How many creations a minute the guide allows, about."""

TIERS = (1, 2, 5, 8, 15)
"""How many times as many accounts of higher tiers may make."""

LIMITS = frozenset(LIMIT * scale for scale in TIERS)

ALLOWANCE = 40
"""How many creations a minute are clearly below the limit."""


class LimitNotes:
    """Notes in sightings what was seen of the limit."""

    def __init__(self, seen: Sightings) -> None:
        self._note = seen.note

    # -- how many --------------------------------------------------------------------------------------------------

    def allowance(self, count: int, last: Exchange) -> None:
        """Note that `count` creations in a minute were let through, the `last` perhaps not."""
        if count >= ALLOWANCE:
            self._note("limit.allowance", [], last)
        elif is_limited(last):
            finding = f"expected {ALLOWANCE} creations in a minute to be let through, found 429 after {count}"
            self._note("limit.allowance", [finding], last)

    def otherwise(self, count: int, exchange: Exchange) -> None:
        """Note that a creation too many was answered again and again, and not with 429."""
        finding = f"expected 429 to creation {count + 1} in a minute, found {told(exchange)}"
        self._note("limit.characters", [finding], exchange)

    def capacity(self, count: int, seconds: float, last: Exchange) -> None:
        """Note how many creations were let through before the `last` was limited, if it was."""
        if not is_limited(last):
            finding = f"expected 429 to some of {count} creations in {seconds:.0f} s, found none"
            self._note("limit.characters", [finding], last)
            self._note("limit.window", [finding], last)
            return
        self._note("limit.characters", [], last)
        if count not in LIMITS:
            finding = f"expected exactly {LIMIT} creations in a minute to be let through, found {count}"
            self._note("limit.window", [finding], last)

    def again(self, found: int, expected: int, *, tries: int, last: Exchange) -> None:
        """Note how many creations were let through a minute after as many as expected, after `tries` answers of 429."""
        if expected - tries <= found < expected:
            finding = f"expected {expected} creations to be free again after {tries} answers of 429, found {found}"
            self._note("limit.not-extended", [finding], last)
            return
        finding = f"expected {expected} creations to be free again a minute after they were made, found {found}"
        self._note("limit.window", [finding] if found != expected else [], last)
        if found >= expected:
            self._note("limit.not-extended", [], last)

    # -- how long --------------------------------------------------------------------------------------------------

    def advice(self, limited: Exchange) -> int | None:
        """Note the form of the advice in a 429; return how many seconds it asks for, None where it tells none."""
        advice = advice_of(limited)
        self._note("limit.retry-after", advice.illegible, limited)
        if advice.flaws:
            self._note("limit.retry-after.true", advice.flaws, limited)
        return advice.seconds

    def lengthened(self, before: int | None, after: int | None, last: Exchange) -> None:
        """Note that the advice grew while the account was limited, if it did."""
        if before is not None and after is not None and after > before + 1:
            finding = f"expected tries not to lengthen the wait, found Retry-After {before} and then {after}"
            self._note("limit.not-extended", [finding], last)

    def after_advice(self, seconds: int, limited: Exchange, tried: Exchange) -> None:
        """Note what came of a creation after the advised wait."""
        finding = f"expected a creation to be let through after {seconds} s, found {told(tried)}"
        self._note("limit.retry-after.true", [finding] if is_limited(tried) else [], limited, tried)

    def recovery(self, tried: Exchange) -> None:
        """Note what came of a creation after all waiting."""
        finding = f"expected a creation to be let through after a whole minute, found {told(tried)}"
        self._note("limit.recovery", [finding] if is_limited(tried) else [], tried)

    # -- what is held back, and what counts --------------------------------------------------------------------------

    def other(self, rule: str, exchange: Exchange) -> None:
        """Note whether the limit holds back something else."""
        if is_limited(exchange):
            self._note(rule, [f"expected it not to be held back, found {told(exchange)}"], exchange)
        elif exchange.status == 200:
            self._note(rule, [], exchange)

    def held(self, refused: Sequence[Exchange]) -> None:
        """Note requests in error that the limit holds back instead of their being refused."""
        findings = [
            f"expected a request in error to be refused, found {told(one)}" for one in refused if is_limited(one)
        ]
        if findings:
            self._note("limit.refusals", findings, *refused)

    def counted(self, shift: int, *, refused: Sequence[Exchange], failed: Sequence[Exchange]) -> bool:
        """Note what a number of creations that is `shift` off says of requests that were refused, or failed before.

        There must not be as many of the one as of the other. Return whether the number has a meaning at all.
        """
        # What counts without right is missing afterwards, what does not count against right is left over.
        meaning = {missing + left: (missing, left) for missing in {0, -len(refused)} for left in {0, len(failed)}}
        if shift not in meaning:
            return False
        missing, left = meaning[shift]
        finding = f"expected {len(refused)} refused requests not to count, found {-missing} creations less to be free"
        self._note("limit.refusals", [finding] if missing else [], *refused)
        if failed:
            finding = f"expected {len(failed)} failed creations to count, found {left} more than that to be free"
            self._note("limit.failures", [finding] if left else [], *failed[:1])
        return True
