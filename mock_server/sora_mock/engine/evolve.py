"""Evolve: what each event does to an account.

Owns the fold. It changes the account in place, so that a call costs the same with one character as with a million;
it never decides, and never refuses an event that once happened.
"""

from sora_mock.engine import limit
from sora_mock.engine.events import CharacterCreated, CreationFailed, Event, GenerationAccepted
from sora_mock.engine.state import Account


def evolve(account: Account, event: Event) -> Account:
    """Fold `event` into `account`, in place, and return it."""
    match event:
        case CharacterCreated():
            account.characters[event.character_id] = event.at
            limit.record(account.creations, event.at)
        case CreationFailed():
            limit.record(account.creations, event.at)
        case GenerationAccepted():
            account.generations[event.generation.id] = event.generation
    account.version += 1
    return account
