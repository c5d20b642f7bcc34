"""Forms: the fields of a body written as a multipart or a urlencoded form.

Owns the writing. Objects and arrays become names with brackets: `a[b]` and `a[][b]`. It reads nothing.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from sora_conformance.server.footage import footage, media_type

BOUNDARY = "sora-conformance-8c0d1f5a7b"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"
URLENCODED = "application/x-www-form-urlencoded"


def form(fields: Mapping[str, Any], kind: str, files: Mapping[str, str] | None = None) -> tuple[bytes, str]:
    """Return a body and its content type; `kind` is multipart or urlencoded, `files` are names of footage by field.

    A value that is no text is written as JSON writes it.
    """
    pairs = [pair for name, value in fields.items() for pair in _flat(name, value)]
    if kind == "urlencoded":
        return urlencode(pairs).encode(), URLENCODED
    parts = [_part(f'name="{name}"', text.encode("utf-8", "surrogatepass")) for name, text in pairs]
    for name, file in (files or {}).items():
        head = f'name="{name}"; filename="{file}"\r\nContent-Type: {media_type(file)}'
        parts.append(_part(head, footage(file)))
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode(), MULTIPART


def sayable(value: Any) -> bool:  # noqa: ANN401 - any JSON value
    """Tell whether a form can say a value: it has neither null nor numbers, nor what is empty."""
    if isinstance(value, dict | list):
        inner = value.values() if isinstance(value, dict) else value
        return bool(value) and all(map(sayable, inner))
    return isinstance(value, str)


def _part(head: str, content: bytes) -> bytes:
    return f"--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + content + b"\r\n"


def _flat(name: str, value: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict):
        for inner, item in value.items():
            yield from _flat(f"{name}[{inner}]", item)
    elif isinstance(value, list):
        for item in value:
            yield from _flat(f"{name}[]", item)
    else:
        yield name, value if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)
