"""Keys: which account a bearer key opens.

Owns the Authorization header and the keys file. A key never leaves this module: accounts are named by the file, or by
a digest that does not lead back to the key.
"""

import re
import tomllib
from collections.abc import Callable
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Annotated, Literal, Protocol

import msgspec

from sora_mock.engine import problems
from sora_mock.engine.policy import TIER_SCALE
from sora_mock.engine.problems import Refused

REVOKED_PREFIX = "sk-revoked"
"""Keys that begin so are refused wherever they are used: a bad key that works against every mock."""

_BEARER = re.compile(r"bearer +([\x21-\x7e]+) *", re.IGNORECASE)
_KEY = re.compile(r"[\x21-\x7e]+")
_OWN_NAME = re.compile("acct_[0-9a-f]{16}")

MAX_KEY = 512
"""The most characters that a key opened over the control plane may have."""

ACCOUNT_NAME = r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$"
AccountName = Annotated[str, msgspec.Meta(pattern=ACCOUNT_NAME)]
Tier = Annotated[int, msgspec.Meta(ge=1, le=max(TIER_SCALE))]


class KeysError(Exception):
    """The keys file cannot be used; the message names the file and the place."""


class Caller(msgspec.Struct, frozen=True):
    """Who asks: the account's name and its tier (1 to 5)."""

    account: str
    tier: int = 1


class Keys(Protocol):
    """Knows the callers; `mode` says whether any key opens an account or only listed ones do."""

    mode: Literal["open", "closed"]

    def caller(self, key: str) -> Caller | None:
        """Return whom the key belongs to, or None when it opens nothing."""
        ...

    def knows(self, account: str) -> bool:
        """Tell whether some key may open the account of this name."""
        ...


class OpenKeys:
    """Every key opens an account of its own."""

    mode: Literal["open", "closed"] = "open"

    def caller(self, key: str) -> Caller | None:
        """Return the key's own account."""
        return _own_account(key)

    def knows(self, account: str) -> bool:
        """Tell whether the name is one that a key's own account has."""
        return _OWN_NAME.fullmatch(account) is not None


@lru_cache(maxsize=16_384)
def _own_account(key: str) -> Caller:
    return Caller("acct_" + blake2b(key.encode(), digest_size=8).hexdigest())


class ClosedKeys:
    """Only listed keys open an account; several may open the same."""

    mode: Literal["open", "closed"] = "closed"

    def __init__(self, callers: dict[str, Caller]) -> None:
        self._callers = callers

    def caller(self, key: str) -> Caller | None:
        """Return the listed account of the key."""
        return self._callers.get(key)

    def knows(self, account: str) -> bool:
        """Tell whether the account is listed."""
        return any(caller.account == account for caller in self._callers.values())


def is_key(key: str) -> bool:
    """Tell whether a key can be sent in a header."""
    return len(key) <= MAX_KEY and _KEY.fullmatch(key) is not None


def is_account_name(name: str) -> bool:
    """Tell whether an account may be called so."""
    return re.fullmatch(ACCOUNT_NAME, name) is not None


def key_digest(key: str) -> str:
    """Return what stands for a key wherever one has to be remembered."""
    return blake2b(key.encode(), digest_size=16).hexdigest()


def authenticate(lookup: Callable[[str], Caller | None], authorization: str | None) -> Caller:
    """Return who sent the Authorization header; raise Refused (401) for none, a malformed or a bad one.

    `lookup` tells whom a key belongs to, None when it opens nothing.
    """
    if authorization is None:
        raise Refused(problems.key_missing("the request has no Authorization header"))
    match = _BEARER.fullmatch(authorization)
    if match is None:
        raise Refused(problems.key_missing("the Authorization header is malformed"))
    key = match[1]
    caller = None if key.startswith(REVOKED_PREFIX) else lookup(key)
    if caller is None:
        raise Refused(problems.key_refused())
    return caller


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    keys: list[str]
    tier: Tier = 1


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    accounts: dict[AccountName, _Entry]


def load_keys(path: Path) -> ClosedKeys:
    """Read a keys file: TOML, a table `[accounts.NAME]` each, with `keys` and optionally `tier`.

    Raises KeysError, naming the place, for a file that cannot be read or says something else. Keys are not repeated
    in messages.
    """
    try:
        content = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _File)
    except OSError as error:
        raise KeysError(f"keys file {path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise KeysError(f"keys file {path}: {error}") from error
    callers: dict[str, Caller] = {}
    for name, entry in content.accounts.items():
        for number, key in enumerate(entry.keys):
            place = f"keys file {path}: accounts.{name}.keys[{number}]"
            if not _KEY.fullmatch(key):
                raise KeysError(f"{place}: expected visible ASCII characters without spaces")
            if key in callers:
                raise KeysError(f"{place}: this key is already listed for account {callers[key].account}")
            callers[key] = Caller(name, entry.tier)
    return ClosedKeys(callers)
