"""What a variant of the reference client is: one that breaks a rule, or one that breaks none.

Owns the shapes in which the registries hold them. It knows no variant.
"""

from collections.abc import Callable
from typing import NamedTuple

Change = Callable[[], None]
"""Changes the reference client in this process, for good."""


class Faulty(NamedTuple):
    """A client that breaks the rule with the id `rule`, visibly to a server; `why` says what it does, in a sentence."""

    name: str
    rule: str
    why: str
    change: Change


class Benign(NamedTuple):
    """A client that differs from the reference as far as the contract allows; `why` says how, and why it may."""

    name: str
    why: str
    change: Change
