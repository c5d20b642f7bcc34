"""Presets: the usual replies of a dialect, as status, headers and JSON.

Owns how they are found by name, and the shape of what is refused. What succeeds is each dialect's own.
"""

from typing import Any

from sora_conformance.client.dialects.base import Dialect, Facts, Preset
from sora_conformance.contract import ErrorKind


def preset(dialect: Dialect, name: str, facts: Facts) -> tuple[int, dict[str, str], Any]:
    """Return status, headers and body of a preset; a body of bytes is a video's. Raises ValueError for no such name."""
    found = preset_named(dialect, name)
    if not isinstance(found, ErrorKind):
        return 200, {}, found(facts)
    headers: dict[str, str] = {}
    if name == "rate_limit_exceeded":
        headers["retry-after"] = "1"
    if found.status == 401:
        headers["www-authenticate"] = 'Bearer realm="sora"'
    words = found.words or name.replace("_", " ").capitalize()
    message = f"{words}: so it is staged."
    return found.status, headers, {"error": {"message": message, "type": found.type, "param": None, "code": name}}


def preset_named(dialect: Dialect, name: str) -> Preset | ErrorKind:
    """Return what makes a preset, or the error of that code. Raises ValueError if there is neither."""
    if name in dialect.presets:
        return dialect.presets[name]
    for error in dialect.contract.errors:
        if error.code == name:
            return error
    raise ValueError(f"reply: expected one of {', '.join(dialect.presets)} or an error's code, found {name!r}")
