"""Homes: where a client finds its key and its address when it is given neither.

Owns the variables of the environment, the addresses where the APIs are at home, and the check of an address. What is
asked for there is not its business.
"""

import os
from urllib.parse import urlsplit

import msgspec

from sora_conformance.reference.errors import LocalValidationError
from sora_conformance.reference.secret import Secret


class Home(msgspec.Struct, frozen=True, kw_only=True):
    """One API: the variables that hold a key and an address, and the address that goes without saying."""

    key_variable: str
    address_variable: str
    address: str


GUIDE = Home(key_variable="SORA_API_KEY", address_variable="SORA_BASE_URL", address="https://api.openai.com/v1/sora")
"""The home of the character API, as the guide has it."""

VIDEOS = Home(key_variable="OPENAI_API_KEY", address_variable="OPENAI_BASE_URL", address="https://api.openai.com/v1")
"""The home of the Videos API."""


def secret_of(api_key: str | None, home: Home) -> Secret:
    """Return the key: the given one, even if it is empty, or else the environment's. Raises MissingKeyError."""
    return Secret(os.environ.get(home.key_variable) if api_key is None else api_key, variable=home.key_variable)


def address_of(base_url: str | None, home: Home) -> str:
    """Return the base address: the given one, or the environment's, or the home's. Raises LocalValidationError."""
    return base_address(base_url if base_url is not None else os.environ.get(home.address_variable) or home.address)


def base_address(base_url: str) -> str:
    """Return a base address without a slash at its end. Raises LocalValidationError for what is none."""
    bare = base_url.rstrip("/") if isinstance(base_url, str) else ""
    try:
        parts = urlsplit(bare)
        sound = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        sound = False
    # The address itself is not repeated: a login in it would be shown.
    if not sound:
        raise LocalValidationError("base_url: expected an http or https address with a host, found another")
    if "@" in parts.netloc or "?" in bare or "#" in bare:
        raise LocalValidationError("base_url: expected no login, query or fragment, found one")
    return bare
