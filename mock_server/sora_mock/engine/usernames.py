"""Usernames: what relays call the characters of an account.

Owns a character's id and username at a relay, both told from its own id and read back into it, so that nothing has to
be kept of them, and how a prompt mentions them. Which characters there are is not its business.
"""

import re
from collections.abc import Collection

_OWN = "char_"
_ID = "ch_"
_USERNAME = "cameo."
_NAME = r"(?:char_|ch_|cameo\.)[0-9A-Za-z_]+"
_MENTION = re.compile(rf"@(?:\{{({_NAME})\}}|({_NAME}))")


def relay_id(character_id: str) -> str:
    """Return the id of a character at a relay."""
    return _ID + character_id.removeprefix(_OWN)


def username(character_id: str) -> str:
    """Return the username of a character."""
    return _USERNAME + character_id.removeprefix(_OWN)


def own_id(name: str) -> str:
    """Return the character's own id behind its id at a relay; any other name stays as it is."""
    return _OWN + name.removeprefix(_ID) if name.startswith(_ID) else name


def mentioned_in(prompt: str, characters: Collection[str]) -> tuple[str, ...]:
    """Return the distinct ones of `characters` that a prompt mentions, in order of first mention.

    A mention is `@` and a username or an id, in braces or not; whatever else begins with `@` is text.
    """
    names = (_behind(braced or bare) for braced, bare in _MENTION.findall(prompt))
    return tuple(dict.fromkeys(name for name in names if name in characters))


def _behind(name: str) -> str:
    return _OWN + name.removeprefix(_USERNAME) if name.startswith(_USERNAME) else own_id(name)
