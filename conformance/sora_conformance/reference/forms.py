"""Forms: fields and a file as one multipart body.

Owns the writing of RFC 7578, with names escaped as browsers do. The boundary is drawn from what it separates, so that
the same form is always the same bytes.
"""

import hashlib
from collections.abc import Mapping

from sora_conformance.reference.uploads import Upload

_ESCAPES = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})


def multipart(fields: Mapping[str, str], name: str, file: Upload) -> tuple[bytes, str]:
    """Return a form and its content type: the fields in their order, then the file as the field `name`."""
    parts = [(_disposition(each), value.encode()) for each, value in fields.items()]
    about = f'{_disposition(name)}; filename="{file.name.translate(_ESCAPES)}"\r\nContent-Type: {file.content_type}'
    parts.append((about, file.content))
    boundary = _boundary([content for _, content in parts])
    lines = [
        b"--%s\r\n%s\r\n\r\n%s\r\n" % (boundary, head.encode("utf-8", "replace"), content) for head, content in parts
    ]
    return b"".join([*lines, b"--%s--\r\n" % boundary]), f"multipart/form-data; boundary={boundary.decode()}"


def _disposition(name: str) -> str:
    return f'Content-Disposition: form-data; name="{name.translate(_ESCAPES)}"'


def _boundary(contents: list[bytes]) -> bytes:
    """Return a line that stands in none of the contents."""
    drawn = hashlib.sha256(b"\0".join(contents))
    while any(drawn.hexdigest().encode() in content for content in contents):
        drawn.update(b"\0")
    return drawn.hexdigest().encode()
