"""The key: kept out of sight, and out of whatever a server sends back.

Owns the check of a key, the one header it is sent in, and the hiding of it in texts. It knows nothing of HTTP.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from sora_conformance.reference.errors import MissingKeyError

HIDDEN = "[key]"
"""What stands for the key in texts."""

TELLING = 8
"""Keys of fewer characters are not searched for in ids and bodies: an `a` would be found in every word."""

_PRINTABLE = re.compile(r"[\x21-\x7e]+")
_MAX_DEPTH = 32


class Secret:
    """A key that does not show. Raises MissingKeyError for none, an empty one, and one that fits in no header.

    `variable` is where else than outright it could have been given, for the error to say.
    """

    __slots__ = ("_key", "_shape")

    def __init__(self, key: str | None, *, variable: str = "the environment") -> None:
        if not key:
            raise MissingKeyError(f"api_key: expected a key, given outright or in {variable}, found none")
        if not isinstance(key, str) or not _PRINTABLE.fullmatch(key):
            # What is wrong with it is not told in more detail: that would show parts of it.
            raise MissingKeyError("api_key: expected visible ASCII characters without spaces, found others")
        self._key = key
        forms = sorted({key, quote(key, safe=""), quote(key, safe="/")}, key=len, reverse=True)
        self._shape = re.compile("|".join(map(re.escape, forms)), re.IGNORECASE)

    def __repr__(self) -> str:
        return "<Secret>"

    def __reduce__(self) -> str:
        raise TypeError("a key is not to be written down")

    @property
    def header(self) -> str:
        """Return the value of the Authorization header."""
        return f"Bearer {self._key}"

    def hide(self, text: str) -> str:
        """Return the text with the key replaced, however it is spelled."""
        return self._shape.sub(HIDDEN, text)

    def hide_in(self, value: Any, *, depth: int = 0) -> Any:  # noqa: ANN401 - any JSON
        """Return JSON with the key replaced in all its texts; what is nested too deeply is left out."""
        if isinstance(value, str):
            return self.hide(value)
        if depth > _MAX_DEPTH:
            return None
        if isinstance(value, Mapping):
            return {self.hide(str(name)): self.hide_in(each, depth=depth + 1) for name, each in value.items()}
        if isinstance(value, list):
            return [self.hide_in(each, depth=depth + 1) for each in value]
        return value

    def shows_in(self, text: str) -> bool:
        """Tell whether the text gives a key away that is long enough to be one."""
        return len(self._key) >= TELLING and self._shape.search(text) is not None
