"""Canaries: the keys of a run, each made for one case, and the finding of them wherever they turn up.

Owns what every one of them begins with, and the way to search long texts for many of them.
"""

import re
import secrets
from collections.abc import Mapping

from sora_conformance.redacting import Redactor

BEGINNING = "sk-canary-"
"""What every key of a run begins with, those of the seats too."""

VEIL = "$CANARY"
"""What is shown in the place of a key."""

_any = Redactor({BEGINNING: ""})
_looks_like_one = re.compile(rf"{BEGINNING}[0-9a-f]*")


def new_canary() -> str:
    """Return a key that stands nowhere yet."""
    return f"{BEGINNING}{secrets.token_hex(16)}"


def veiled(text: str) -> str:
    """Return a text without anything that is a key as it stands, or the beginning of one."""
    return _looks_like_one.sub(VEIL, text)


class Canaries(Redactor):
    """Takes keys that begin as all do out of texts. A text in which none begins is not searched for each of them."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._each = {key: Redactor({key: name}) for key, name in names.items()}

    def __call__(self, text: str) -> str:
        """Return the text without any of the keys."""
        if _any(text) == text:
            return text
        for redact in self._each.values():
            text = redact(text)
        return veiled(text)

    def within(self, text: str) -> tuple[str, ...]:
        """Return the keys that stand in a text, in whatever form."""
        if _any(text) == text:
            return ()
        return tuple(key for key, redact in self._each.items() if redact(text) != text)
