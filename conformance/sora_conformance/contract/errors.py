"""The errors of a contract, as values, and the file that states them.

Owns the format of `errors.toml`. It knows no dialect: it is given the text and the name to use in complaints.
"""

import tomllib

import msgspec

from sora_conformance.contract.rulebook import ContractError


class ErrorKind(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One kind of error: the word in `error.code`, with the status and the family (`error.type`) that belong to it.

    `words` is how its message begins, where the guide has words for it.
    """

    code: str
    status: int
    type: str
    words: str | None = None


class _Errors(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    error: tuple[ErrorKind, ...]


def parse_errors(text: str, *, file: str) -> tuple[ErrorKind, ...]:
    """Return the kinds of errors that `text` states; raise ContractError, naming `file`, if it is broken."""
    try:
        return msgspec.convert(tomllib.loads(text), _Errors).error
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ContractError(f"{file}: {error}") from None
