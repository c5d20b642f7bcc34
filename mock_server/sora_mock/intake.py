"""Intake: the body of a request, piece by piece, within its bounds.

Owns how large a body may be, and the temporary file that a large upload waits in. It must not know of ASGI, nor what a
body says.
"""

import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, Final, TypeAlias

import msgspec

from sora_mock.engine import problems
from sora_mock.engine.problems import Problem

SPOOL_FROM: Final = 256 * 1024
"""How many bytes of an upload are held in memory; a longer one goes to disk."""

BEGINNING: Final = 64 * 1024
"""How much of an upload on disk is held in memory all the same, for whoever wants to see what it was."""

Headers: TypeAlias = Iterable[tuple[bytes, bytes]]
"""The headers of a request, with lower-case names."""

_UPLOAD: Final = b"multipart/form-data"


class Bounds(msgspec.Struct, frozen=True, kw_only=True):
    """How many bytes a body may have: `max_body`, or `max_upload` when it is an upload.

    A form with files (multipart/form-data) is one, and so is every body sent to a path that begins like one of
    `upload_paths`.
    """

    max_body: int
    max_upload: int
    upload_paths: tuple[str, ...] = ()

    def checked(self, body: bytes, path: str, headers: Headers) -> bytes | Problem:
        """Return a body that came whole, or the problem that it has more bytes than it may."""
        if len(body) <= self.max_body and len(body) <= self.max_upload:
            return body
        limit = self.max_upload if self.is_upload(path, headers) else self.max_body
        return body if len(body) <= limit else problems.too_large(limit)

    def is_upload(self, path: str, headers: Headers) -> bool:
        """Tell whether a request's body is an upload."""
        declared = next((value for name, value in headers if name == b"content-type"), b"")
        return path.startswith(self.upload_paths) or declared.partition(b";")[0].strip().lower() == _UPLOAD


def announced(headers: Headers) -> int:
    """Return how many bytes the headers say that the body has, 0 when they do not."""
    told = next((value for name, value in headers if name == b"content-length"), b"")
    # Of a number with so many digits that it would take time to read it, the first ones are large enough.
    return int(told[:20]) if told.isdigit() else 0


class Intake:
    """Takes in one body. `close` removes what it wrote."""

    def __init__(self, bounds: Bounds, path: str, headers: Headers) -> None:
        self._is_upload = bounds.is_upload(path, headers)
        self._limit = bounds.max_upload if self._is_upload else bounds.max_body
        self._size = 0
        self._announced = announced(headers)
        self._held = bytearray()
        self._file: BinaryIO | None = None
        self._folder: Path | None = None
        self.spool: Path | None = None
        """The file that has the body, when it is too long for memory; its folder is there for what is made of it."""

    @property
    def is_too_large(self) -> bool:
        """Tell whether the body has, or is said to have, more bytes than it may."""
        return max(self._size, self._announced) > self._limit

    def take(self, piece: bytes) -> None:
        """Take in the next piece."""
        self._size += len(piece)
        if self.is_too_large:
            self._held.clear()
            return
        self._held += piece
        if self._is_upload and len(self._held) > SPOOL_FROM:
            self._write()

    def taken(self) -> bytes | Problem:
        """Return the body, or the beginning of one that lies in `spool`, or the problem that it is too large."""
        if self.is_too_large:
            return problems.too_large(self._limit)
        if self._file is None or self.spool is None:
            return bytes(self._held)
        self._write()
        self._file.close()
        with self.spool.open("rb") as file:
            return file.read(BEGINNING)

    def close(self) -> None:
        """Remove the file and all that lies beside it. May be repeated."""
        if self._file is not None:
            self._file.close()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _write(self) -> None:
        if self._file is None:
            self._folder = Path(tempfile.mkdtemp(prefix="sora-mock-upload-"))
            self.spool = self._folder / "body"
            self._file = self.spool.open("wb", buffering=0)
        self._file.write(self._held)
        self._held.clear()
