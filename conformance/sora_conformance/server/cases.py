"""A case: one thing that is tried on a server, for the sake of one rule.

Owns what every case has in common, whichever layer it belongs to. It knows neither how cases are run nor what is said
of them.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import msgspec

from sora_conformance.contract import Cost

if TYPE_CHECKING:
    from sora_conformance.server.stage import Stage

SECOND_KEY = "a second key"
"""What a case needs that looks at two accounts."""

CLOCK = "a clock that can be advanced"
"""What a case needs for which hours have to pass."""


class Price(msgspec.Struct, frozen=True, kw_only=True):
    """The most that a case calls and makes on a server that keeps the contract."""

    calls: int = 0
    characters: int = 0
    generations: int = 0

    def __add__(self, other: "Price") -> "Price":
        return Price(
            calls=self.calls + other.calls,
            characters=self.characters + other.characters,
            generations=self.generations + other.generations,
        )


Findings = Iterable[str]
"""What a server did otherwise than the rule says, each in words: what was expected, what was found. Empty: nothing."""


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One case.

    `id` is a path of kebab-case words, unique in a dialect. `cost` says which class of calls it needs; `needs` what a
    run must have been given, in words (`SECOND_KEY`, `source avi`, …); `price` is what it calls and makes by itself,
    `props` which shared things it uses (`character`, `task`, `foreign_character`, `foreign_task`). An `alone` case
    must not run beside others, because it uses up the rate limit or moves the clock far. `also` are further rules to
    which the case contributes. `features` are those of which the server has to have all. Cases of one `group` share an
    exploration, so that one process tries them all. `run` tries the case and returns the findings; it raises NotJudged
    when nothing can be said.
    """

    id: str
    rule: str
    cost: Cost
    run: "Callable[[Stage], Findings]"
    title: str = ""
    needs: frozenset[str] = frozenset()
    price: Price = Price(calls=1)
    props: frozenset[str] = frozenset()
    alone: bool = False
    also: tuple[str, ...] = ()
    features: frozenset[str] = frozenset()
    group: str | None = None
