"""Mentions: the characters that a prompt names.

Owns the notation `@` + character id. Whether a character exists is not its business.
"""

import re
from collections.abc import Iterable

_MENTION = re.compile(r"@(char_[0-9A-Za-z_]+)")


def mentioned(prompts: Iterable[str]) -> tuple[str, ...]:
    """Return the distinct character ids that the prompts mention, in order of first mention.

    A mention may stand anywhere; an `@word` that has not the form of a character id is text (guide: "Using
    Characters in Video Generation").
    """
    return tuple(dict.fromkeys(name for prompt in prompts for name in _MENTION.findall(prompt)))
