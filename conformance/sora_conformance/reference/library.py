"""The library: named characters in a file, because no call lists them and a lost id is a lost character.

Owns the file: it is only ever replaced as a whole, by one writer at a time, and nothing in it is ever dropped. It knows
no server and no key.
"""

import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Literal

import msgspec

from sora_conformance.reference.errors import LibraryError, LocalValidationError
from sora_conformance.reference.locks import locked
from sora_conformance.reference.values import Character


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One named character: its id, what it was made from, and since when it exists (Unix seconds)."""

    name: str
    character_id: str
    source: Mapping[str, str] = {}
    created_at: float | None = None

    @property
    def mention(self) -> str:
        """Return what names the character in a prompt."""
        return f"@{self.character_id}"


class _File(msgspec.Struct, frozen=True):
    characters: tuple[Entry, ...] = ()
    version: Literal[1] = 1


_decoder = msgspec.json.Decoder(_File)


class Library:
    """The characters in a JSON file, which need not exist yet. Several processes may share it.

    A name stands for the first character that was recorded under it; later ones are kept behind it (`entries`). All
    methods raise LibraryError when the file cannot be used.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)

    def __repr__(self) -> str:
        return f"<Library {self.path}>"

    def get(self, name: str) -> Entry | None:
        """Return what a name stands for, None if it is not taken."""
        return next((entry for entry in self.entries() if entry.name == name), None)

    def names(self) -> tuple[str, ...]:
        """Return all names, in the order in which they were taken."""
        return tuple(dict.fromkeys(entry.name for entry in self.entries()))

    def entries(self) -> tuple[Entry, ...]:
        """Return everything that was ever recorded, oldest first."""
        try:
            return _decoder.decode(self.path.read_bytes()).characters
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise LibraryError(f"{self.path}: {error.strerror}") from None
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise LibraryError(f"{self.path}: {error}") from None

    def check(self, name: str) -> None:
        """Prove that a character can be recorded under a name, by writing the file anew as it is.

        Raises LocalValidationError for a name that is none.
        """
        if not isinstance(name, str) or not name.strip():
            raise LocalValidationError(f"name: expected a text that is not empty, found {name!r}")
        self._change(())

    def record(self, name: str, character: Character, source: Mapping[str, str]) -> Entry:
        """Record a character, and return it once it is safely on the disk.

        The LibraryError of a failure has the character: its id is not lost.
        """
        entry = Entry(
            name=name, character_id=character.character_id, source=dict(source), created_at=character.created_at
        )
        try:
            self._change((entry,))
        except LibraryError as error:
            raise LibraryError(error.message, character=character) from None
        return entry

    def _change(self, more: tuple[Entry, ...]) -> None:
        try:
            with locked(self.path.with_name(self.path.name + ".lock")):
                self._write(msgspec.json.encode(_File(characters=(*self.entries(), *more))))
        except OSError as error:
            raise LibraryError(f"{self.path}: {error.strerror}") from None

    def _write(self, content: bytes) -> None:
        """Replace the file: a crash leaves either the old one or the new one."""
        # Sources may be signed links: the file is its owner's alone.
        handle, name = tempfile.mkstemp(prefix=f".{self.path.name}.", dir=self.path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(msgspec.json.format(content, indent=2) + b"\n")
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(self.path)
        except BaseException:
            with suppress(OSError):
                Path(name).unlink()
            raise
        _sync_folder(self.path.parent)


def _sync_folder(folder: Path) -> None:
    """Make a renaming last. Not every system can; then it is done what can be."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
