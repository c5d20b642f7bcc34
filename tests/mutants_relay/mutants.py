"""Broken relays, each by the rule that it breaks.

Owns the whole of the lists.
"""

from tests.mutants.mutant import Mutant
from tests.mutants_relay.mutants_of_replies import REPLY_MUTANTS
from tests.mutants_relay.mutants_of_requests import REQUEST_MUTANTS

MUTANTS: tuple[Mutant, ...] = (*REQUEST_MUTANTS, *REPLY_MUTANTS)
"""Each breaks the rule that it names."""
