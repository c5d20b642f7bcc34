"""Shelves: a client's way to its library, so that a named character is made once.

Owns the order: known ones are returned without a call; a new one is written down before anything else is done with it.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path

from sora_conformance.reference import calls, tasks
from sora_conformance.reference.call import Call
from sora_conformance.reference.core import Core, Program
from sora_conformance.reference.errors import LibraryError
from sora_conformance.reference.library import Entry, Library
from sora_conformance.reference.spans import Span, timestamps_of


def library_in(given: Library | Path | str | None) -> Library:
    """Return the library of a client, which was given it or its file. Raises LibraryError if it was given none."""
    if given is None:
        raise LibraryError("the client was given no library: say library=FILE")
    return given if isinstance(given, Library) else Library(given)


def from_url(core: Core, library: Library, name: str, url: str, timestamps: Span) -> Program[Entry]:
    """Return what the name stands for, and make it first if it stands for nothing."""
    call = calls.creation_from_url(url, timestamps)
    return (yield from _kept(core, library, name, call, {"url": url, "timestamps": timestamps_of(timestamps)}))


def from_task(core: Core, library: Library, name: str, task_id: str) -> Program[Entry]:
    """Return what the name stands for, and make it first if it stands for nothing."""
    return (yield from _kept(core, library, name, calls.creation_from_task(task_id), {"from_task": task_id}))


def _kept(core: Core, library: Library, name: str, call: Call, source: dict[str, str]) -> Program[Entry]:
    known = library.get(name)
    if known is not None:
        return known
    library.check(name)
    character = yield from tasks.create(core, call)
    # Nothing stands between the reply and the disk: no wait, no other thread, no point to be cancelled at.
    return library.record(name, character, source)


class Shelf:
    """The library of a Client. Two who make the same new name at once make two characters; both are kept."""

    def __init__(
        self, core: Core, run: Callable[[Program[Entry]], Entry], library: Library | Path | str | None
    ) -> None:
        self.library = library_in(library)
        self._core = core
        self._run = run

    def get(self, name: str) -> Entry | None:
        """Return what a name stands for, None if it is not taken. Makes no call. Raises LibraryError."""
        return self.library.get(name)

    def create(self, name: str, url: str, timestamps: Span) -> Entry:
        """Return the character of this name; make it from a video if it is not known. Raises SoraError.

        The source of a known one is not compared: signed links to one video differ from day to day.
        """
        return self._run(from_url(self._core, self.library, name, url, timestamps))

    def create_from_task(self, name: str, task_id: str) -> Entry:
        """Return the character of this name; make it from a completed task if it is not known. Raises SoraError."""
        return self._run(from_task(self._core, self.library, name, task_id))


class AsyncShelf:
    """The library of an AsyncClient. Two who make the same new name at once make two characters; both are kept."""

    def __init__(
        self, core: Core, run: Callable[[Program[Entry]], Awaitable[Entry]], library: Library | Path | str | None
    ) -> None:
        self.library = library_in(library)
        self._core = core
        self._run = run

    def get(self, name: str) -> Entry | None:
        """Return what a name stands for, None if it is not taken. Makes no call. Raises LibraryError."""
        return self.library.get(name)

    async def create(self, name: str, url: str, timestamps: Span) -> Entry:
        """Return the character of this name; make it from a video if it is not known. Raises SoraError.

        The source of a known one is not compared: signed links to one video differ from day to day.
        """
        return await self._run(from_url(self._core, self.library, name, url, timestamps))

    async def create_from_task(self, name: str, task_id: str) -> Entry:
        """Return the character of this name; make it from a completed task if it is not known. Raises SoraError."""
        return await self._run(from_task(self._core, self.library, name, task_id))
