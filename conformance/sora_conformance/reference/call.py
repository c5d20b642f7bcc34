"""A call: one request as a value, and what every call is made of.

Owns its form, and the checks of texts and ids that spare a request which could never work. It sends nothing, and knows
no operation and no key.
"""

from typing import Any
from urllib.parse import quote

import msgspec

from sora_conformance.reference.errors import LocalValidationError

JSON = "application/json"


class Call(msgspec.Struct, frozen=True):
    """One request: method, path below the base address, and body. A `safe` one can be repeated at no risk.

    `content_type` is that of the body, `accept` what the reply may be. `most` is how many bytes of a reply are read,
    None for as many as the client reads of any.
    """

    method: str
    path: str
    body: bytes | None = None
    content_type: str = JSON
    accept: str = JSON
    most: int | None = None

    def __repr__(self) -> str:
        return f"<Call {self.method} {self.path}>"

    @property
    def safe(self) -> bool:
        """Tell whether sending it twice does no more than sending it once."""
        return self.method == "GET"


def post(path: str, body: dict[str, Any]) -> Call:
    """Return a call with a JSON body."""
    return Call("POST", path, msgspec.json.encode(body))


def text(name: str, value: str, *, most: int | None = None) -> str:
    """Return a text that is not empty, of `most` characters. Raises LocalValidationError, which names the argument."""
    if not isinstance(value, str) or not value.strip():
        found = repr(value) if isinstance(value, str) else type(value).__name__
        raise LocalValidationError(f"{name}: expected a text that is not empty, found {found}")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise LocalValidationError(f"{name}: expected text that UTF-8 can hold, found a lone surrogate") from None
    if most is not None and len(value) > most:
        raise LocalValidationError(f"{name}: expected at most {most} characters, found {len(value)}")
    return value


def segment(name: str, value: str) -> str:
    """Return an id as it stands in a path. Raises LocalValidationError, which names the argument."""
    if text(name, value) in {".", ".."}:
        raise LocalValidationError(f"{name}: expected an id, found {value!r}")
    return quote(value, safe="")
