"""The contract as data: the rules of a dialect and its API description.

Owns the one place where mock, suite and documentation look up what is promised. It is light to import and knows
neither a server nor a client.
"""

from sora_conformance.contract.errors import ErrorKind
from sora_conformance.contract.loading import Contract, dialects, load
from sora_conformance.contract.rulebook import ContractError
from sora_conformance.contract.rules import AREAS, Basis, Cost, Level, Rule, Side

__all__ = [
    "AREAS",
    "Basis",
    "Contract",
    "ContractError",
    "Cost",
    "ErrorKind",
    "Level",
    "Rule",
    "Side",
    "dialects",
    "load",
]
