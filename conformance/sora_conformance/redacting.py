"""Redacting: keys taken out of texts, in whatever form they come back.

Owns the forms that a key may take. It must not know whose key it is, nor what the text is for.
"""

import base64
import json
import re
from collections.abc import Iterator
from urllib.parse import quote

SHORT_KEY = 8
"""A key of fewer characters is looked for as a word of its own."""


class Redactor:
    """Takes the keys of a run out of texts: plain, in base 64, hexadecimal, percent-encoded; in any case of letters.

    `names` says, by key, what to show in its place. A key of fewer than eight characters is looked for as a word of its
    own: what little it looks like otherwise stands everywhere.
    """

    def __init__(self, names: dict[str, str]) -> None:
        forms = sorted(((form, name) for key, name in names.items() if key for form in _forms(key)), key=_longest_first)
        self._forms = [(re.compile(form, re.IGNORECASE), name) for form, name in forms]

    def __call__(self, text: str) -> str:
        """Return the text without any of the keys."""
        for form, name in self._forms:
            text = form.sub(name, text)
        return text


def _longest_first(form: tuple[str, str]) -> int:
    return -len(form[0])


def _forms(key: str) -> set[str]:
    """Return patterns of the texts in which a key may come back."""
    plain = {re.escape(form) for form in (key, quote(key, safe=""), json.dumps(key)[1:-1])}
    if len(key) < SHORT_KEY and key[0].isalnum() and key[-1].isalnum():
        return {rf"(?<![\w-]){form}(?![\w-])" for form in plain}
    if len(key) < SHORT_KEY:
        return plain
    raw = key.encode()
    encoded = {raw.hex(), "".join(f"%{byte:02x}" for byte in raw), *_base64_forms(raw)}
    return plain | {re.escape(form) for form in encoded}


def _base64_forms(raw: bytes) -> Iterator[str]:
    """Yield what bytes look like in base 64 and its variant for addresses, wherever in a longer text they stand."""
    for before, cut in ((0, 0), (1, 2), (2, 3)):
        text = base64.b64encode(bytes(before) + raw).decode().rstrip("=")
        # The first and last signs depend on what stands around.
        core = text[cut : None if (before + len(raw)) % 3 == 0 else -1]
        yield core
        yield core.translate(str.maketrans("+/", "-_"))
