"""The circuit breaker: a server that fails and fails is left alone for a while.

Owns its states, as a pure machine that is told the time. What counts as a failure is the caller's to say.
"""

import msgspec


class BreakerPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """After `failures` in a row nothing is sent for `rest` seconds; then one request is let through to try."""

    failures: int = 5
    rest: float = 30.0

    def __post_init__(self) -> None:
        if self.failures < 1 or self.rest < 0:
            raise ValueError("expected failures >= 1 and rest >= 0")


class Breaker(msgspec.Struct, frozen=True):
    """The state: failures in a row, when it opened (None: it is closed), whether a try is under way."""

    failures: int = 0
    opened_at: float | None = None
    trying: bool = False

    def wait(self, now: float, policy: BreakerPolicy) -> float:
        """Return the seconds until a request may be sent; 0 for at once.

        While a try is under way nobody else is let through; how long that takes is not known, and told as the rest.
        """
        if self.opened_at is None:
            return 0.0
        if self.trying:
            return max(policy.rest, 1.0)
        return max(self.opened_at + policy.rest - now, 0.0)

    def entered(self) -> "Breaker":
        """Return the state once a request has been let through."""
        return self if self.opened_at is None else msgspec.structs.replace(self, trying=True)

    def succeeded(self) -> "Breaker":
        """Return the state once the server has done its part."""
        return Breaker()

    def failed(self, now: float, policy: BreakerPolicy) -> "Breaker":
        """Return the state once the server has failed."""
        failures = self.failures + 1
        opens = self.opened_at is not None or failures >= policy.failures
        return Breaker(failures, now if opens else None)

    def abandoned(self) -> "Breaker":
        """Return the state once a request was given up by its caller: nothing is known of the server."""
        return msgspec.structs.replace(self, trying=False)
