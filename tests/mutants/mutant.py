"""What a variant of the mock is: one that breaks a rule, or one that breaks none.

Owns the shapes in which the registries hold them. It knows no variant.
"""

from collections.abc import Callable
from typing import NamedTuple

from starlette.types import ASGIApp

App = Callable[[], ASGIApp]
"""Makes a fresh variant, which shares nothing with any other."""


class Mutant(NamedTuple):
    """A mock that breaks the rule with the id `rule`, visibly over the wire; `why` says what it does, in a sentence."""

    name: str
    rule: str
    why: str
    app: App


class Benign(NamedTuple):
    """A mock that differs from the reference as far as the contract allows; `why` says how, and why that is allowed."""

    name: str
    why: str
    app: App
