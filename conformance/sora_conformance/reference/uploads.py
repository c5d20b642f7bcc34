"""Uploads: a file that goes along with a call.

Owns the reading of it. What becomes of it on the way is not its business.
"""

from pathlib import Path

import msgspec

from sora_conformance.reference.errors import LocalValidationError


class Upload(msgspec.Struct, frozen=True):
    """A file as it is sent: its name, what is in it, and of which type that is."""

    name: str
    content: bytes
    content_type: str = "video/mp4"

    def __repr__(self) -> str:
        return f"<Upload {self.name!r}, {len(self.content)} bytes>"


def upload_of(path: Path | str) -> Upload:
    """Return a file. Raises LocalValidationError for one that cannot be read, or has nothing in it."""
    try:
        content = Path(path).read_bytes()
    except (OSError, ValueError, TypeError) as error:
        why = getattr(error, "strerror", None) or type(path).__name__
        raise LocalValidationError(f"video: expected a file that can be read, found {path!r}: {why}") from None
    if not content:
        raise LocalValidationError(f"video: expected a file with something in it, found {path!r} empty")
    return Upload(Path(path).name, content)
