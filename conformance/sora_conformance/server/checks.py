"""Checks: pure questions to an exchange, each answered with findings.

Owns what counts as a success and as a refusal for the right reason. A check returns all that is wrong in words, what
was expected and what was found; an empty list means that nothing is.
"""

import re
from collections.abc import Collection
from functools import cache

from sora_conformance.contract import load
from sora_conformance.exchanges import Exchange
from sora_conformance.server.matching import shown
from sora_conformance.server.stage import told

REFUSED = range(400, 500)
NOT_ACCEPTED = range(400, 600)
"""What a status may be where the rule asks for no exact one: any refusal, or any refusal or failure."""

LET_IN = frozenset(REFUSED) - {401, 403}
"""What it may be where a caller has to be let in, and is refused for what comes after."""

_WORD = re.compile(r"[\w-]+")

ID_OF = {
    "createCharacter": ("character_id",),
    "createRelayCharacter": ("id",),
    "createGeneration": ("task_id", "id"),
    **dict.fromkeys(("createVideo", "remixVideo", "editVideo", "extendVideo", "createVideoCharacter"), ("id",)),
}


def accepted(exchange: Exchange) -> list[str]:
    """Expect a success: exactly 200, a JSON object, and the id of what was made."""
    if exchange.status != 200:
        return [f"expected 200, found {told(exchange)}"]
    if exchange.object is None:
        return [f"expected a JSON object, found {exchange.media_type or 'a body'} that is none"]
    names = ID_OF.get(exchange.operation or "", ())
    if names and not any(isinstance(exchange.object.get(name), str) and exchange.object[name] for name in names):
        return [f"expected the id of what was made in {' or '.join(names)}, found {shown(exchange.object)}"]
    return []


def refused(
    exchange: Exchange, code: str, *, status: int | Collection[int] = REFUSED, dialect: str = "guide"
) -> list[str]:
    """Expect a refusal for the right reason.

    `status` is what the rule asks for. `code` is the contract's word for the error: a reply with another word of the
    contract was refused for another reason, and proves nothing; a server with words of its own is believed.
    """
    wanted = range(status, status + 1) if isinstance(status, int) else status
    if exchange.status is None or exchange.status not in wanted:
        return [f"expected {_words(wanted)} ({code}), found {told(exchange)}"]
    if exchange.object is None:
        return [f"expected a JSON error ({code}), found {exchange.status} with {_described(exchange)}"]
    found = (exchange.error or {}).get("code")
    if found != code and isinstance(found, str) and found in codes(dialect):
        return [f"expected a refusal for the reason {code}, found {exchange.status} for the reason {found}"]
    return []


def alike(one: Exchange, other: Exchange) -> list[str]:
    """Expect two refusals to tell nothing apart: the same status, family, code, field at fault, and message."""
    found, expected = _outcome(one), _outcome(other)
    if found != expected:
        return [f"expected to be answered alike, {expected}, found {found}"]
    if _message(one) != _message(other):
        messages = [shown((exchange.error or {}).get("message")) for exchange in (other, one)]
        return [f"expected to be told alike, {messages[0]}, found {messages[1]}"]
    return []


def _outcome(exchange: Exchange) -> str:
    error = exchange.error or {}
    return ", ".join(str(word) for word in (exchange.status, *(error.get(name) for name in ("type", "code", "param"))))


def _message(exchange: Exchange) -> object:
    """Return the words of a message, but for those that repeat the request or name an id, an instant, a length."""
    message = (exchange.error or {}).get("message")
    if not isinstance(message, str):
        return type(message)
    asked = {*_WORD.findall(exchange.sent.body.decode("utf-8", "replace")), *_WORD.findall(exchange.sent.url)}
    return [word for word in _WORD.findall(message) if word not in asked and not any(map(str.isdigit, word))]


@cache
def codes(dialect: str = "guide") -> frozenset[str]:
    """Return a contract's words for errors."""
    return frozenset(error.code for error in load(dialect).errors)


def _words(wanted: Collection[int]) -> str:
    if wanted == LET_IN:
        return "4xx but neither 401 nor 403"
    return str(next(iter(wanted))) if len(wanted) == 1 else "4xx" if wanted == REFUSED else "4xx or 5xx"


def _described(exchange: Exchange) -> str:
    return f"{exchange.media_type} that is no JSON object" if exchange.body else "an empty body"
