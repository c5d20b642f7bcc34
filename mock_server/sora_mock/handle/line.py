"""A line to the desk: one key's account, asked in the venue's turn.

Owns the way from a handle to the desk, and what becomes of the desk's refusals. It must not know what is asked.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Concatenate, ParamSpec, TypeVar

from sora_mock.control.desk import Desk
from sora_mock.engine.problems import Refused
from sora_mock.handle.venue import Venue
from sora_mock.keys import Caller

Result = TypeVar("Result")
Rest = ParamSpec("Rest")


class Line:
    """Asks the desk for one account. What makes no sense raises ValueError, with what was expected and found."""

    def __init__(self, venue: Venue, api_key: str, caller: Caller | None = None) -> None:
        self.venue = venue
        self.api_key = api_key
        if caller is not None:
            self.caller = caller

    @cached_property
    def caller(self) -> Caller:
        """Return whom the key belongs to. Raises ValueError for a key that opens nothing."""
        understudy = self.venue.desk.understudy
        return self._run(lambda: understudy.caller(f"Bearer {self.api_key}"))

    @property
    def account(self) -> str:
        """Return the name of the account that the key opens."""
        return self.caller.account

    def ask(
        self, call: Callable[Concatenate[Desk, str, Rest], Result], *args: Rest.args, **kwargs: Rest.kwargs
    ) -> Result:
        """Return what a call of the desk says about the account."""
        account, desk = self.account, self.venue.desk
        return self._run(lambda: call(desk, account, *args, **kwargs))

    def _run(self, function: Callable[[], Result]) -> Result:
        try:
            return self.venue.call(function)
        except Refused as refused:
            raise ValueError(refused.problem.message) from None
