"""The shelf: clips and what is made of them, kept on disk until the room is needed.

Owns the directory of finished files, the threads that render into it, and the choice of what to throw away. It can be
used from any event loop, from several, or without one. Must not know of HTTP, accounts, or how rendering is done.
"""

import os
import shutil
import tempfile
import threading
import weakref
from collections import Counter, OrderedDict
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Final, Protocol

from sora_mock.aside import aside, outcome
from sora_mock.media.pieces import Piece, Sent, name_of, source_of

_WRITTEN: Final = 1_000_000_000  # the time that all files bear, in Unix seconds


class Render(Protocol):
    """Whatever can make a file of a piece."""

    def __call__(self, piece: Piece, path: Path, *, source: Path | None, stopped: Callable[[], bool]) -> None:
        """Write the piece to the path, or give up with an exception soon after `stopped` says yes.

        `source` is the file of the video that it is made of, None where it is made of nothing.
        """


def _render(piece: Piece, path: Path, *, source: Path | None, stopped: Callable[[], bool]) -> None:
    # PyAV and Pillow take longer to load than all of the rest: only who wants a video pays for them.
    from sora_mock.media.making import make

    make(piece, path, source=source, stopped=stopped)


class Shelf:
    """Gives pieces as files, each made when it is first asked for, and what it is made of before it.

    Files lie in a temporary directory, made inside `directory` (None: the system's place for such) when the first one
    is needed and removed by `close`. Once they take more than `max_bytes`, those not asked for longest are removed; the
    latest is kept in any case. `workers` pieces are made at once.
    """

    def __init__(self, directory: Path | None, *, max_bytes: int, workers: int = 1, render: Render = _render) -> None:
        self._parent = directory
        self._max_bytes = max_bytes
        self._render = render
        self._executor = ThreadPoolExecutor(workers, thread_name_prefix="sora-mock-render")
        self._lock = threading.Lock()  # guards all that follows
        self._closed = False
        self._directory: Path | None = None
        self._remove_directory: Callable[[], object] = lambda: None
        self._sizes: OrderedDict[str, int] = OrderedDict()  # longest unused first
        self._renders: dict[str, Future[Path]] = {}
        self._held: Counter[str] = Counter()

    async def file(self, piece: Piece) -> Path:
        """Return the file of a piece, making it first if need be.

        Whoever has opened the file can read it to its end, whatever becomes of it here; `hold` keeps it in its place
        as well. Raises whatever went wrong in making it, which can be tried again, and RuntimeError once closed.
        """
        async with self.hold(piece) as path:
            return path

    async def keep(self, content: Path | bytes, sent: Sent) -> None:
        """Put a copy of what somebody sent on the shelf, where `file` finds it for as long as there is room.

        Raises RuntimeError once closed.
        """
        await aside(self._copy, content, sent)

    @asynccontextmanager
    async def hold(self, piece: Piece) -> AsyncIterator[Path]:
        """Like `file`, and keep the file from being removed for as long as the block lasts."""
        name = name_of(piece)
        with self._lock:
            self._held[name] += 1
        try:
            path = await self._find(piece, name)
            with self._lock, suppress(KeyError):  # it may have been missed, and given up, meanwhile
                self._sizes.move_to_end(name)
            yield path
        finally:
            with self._lock:
                self._let_go(name)

    def close(self) -> None:
        """Stop rendering, wait for the threads to notice, and remove the directory with all files. May be repeated."""
        with self._lock:
            self._closed = True
        self._executor.shutdown()
        with self._lock:
            self._sizes.clear()
            self._remove_directory()

    async def _find(self, piece: Piece, name: str) -> Path:
        async with AsyncExitStack() as stack:
            with self._lock:
                path, render = self._look(name)
            source, behind = None, source_of(piece)
            if path is None and render is None and behind is not None:
                source = await stack.enter_async_context(self.hold(behind))
            with self._lock:
                path, render = self._look(name)
                if path is not None:
                    return path
                if render is None:
                    render = self._renders[name] = self._executor.submit(self._make, piece, name, source)
                    if source is not None:
                        self._held[source.name] += 1  # until it is made, whoever stops waiting
        return await outcome(render)

    def _look(self, name: str) -> tuple[Path | None, Future[Path] | None]:
        """Return where a file is, or whether it is being made; needs the lock."""
        self._refuse_if_closed()
        if self._directory is not None and name in self._sizes:
            path = self._directory / name
            if path.exists():
                return path, None
            del self._sizes[name]  # somebody tidied up
        return None, self._renders.get(name)

    def _make(self, piece: Piece, name: str, source: Path | None) -> Path:
        """Make a piece and put it on the shelf; runs in a thread of its own."""
        draft: Path | None = None
        try:
            draft = self._open_directory() / f"{name}.draft"
            self._render(piece, draft, source=source, stopped=lambda: self._closed)
            return self._put(name, draft)
        except BaseException:
            if draft is not None:
                draft.unlink(missing_ok=True)
            with self._lock:
                self._refuse_if_closed()
            raise
        finally:
            with self._lock:
                self._renders.pop(name, None)
                if source is not None:
                    self._let_go(source.name)

    def _copy(self, content: Path | bytes, sent: Sent) -> None:
        name = name_of(sent)
        draft = self._open_directory() / f"{name}.{threading.get_ident()}.draft"
        try:
            if isinstance(content, bytes):
                draft.write_bytes(content)
            else:
                shutil.copyfile(content, draft)
            self._put(name, draft)
        finally:
            draft.unlink(missing_ok=True)

    def _put(self, name: str, draft: Path) -> Path:
        """Give a finished file its place."""
        # An ETag is made of size and time: a file made again must not look like another one.
        os.utime(draft, (_WRITTEN, _WRITTEN))
        size = draft.stat().st_size
        path = draft.replace(draft.parent / name)
        with self._lock:
            self._renders.pop(name, None)
            self._sizes[name] = size
            self._sizes.move_to_end(name)
            self._make_room()
        return path

    def _let_go(self, name: str) -> None:
        """Hold a file once less; needs the lock."""
        self._held[name] -= 1
        if not self._held[name]:
            del self._held[name]
        self._make_room()

    def _open_directory(self) -> Path:
        """Return the directory, made if need be, also when it has been removed from outside."""
        with self._lock:
            self._refuse_if_closed()
            if self._directory is None:
                if self._parent is not None:
                    self._parent.mkdir(parents=True, exist_ok=True)
                self._directory = Path(tempfile.mkdtemp(prefix="sora-mock-", dir=self._parent)).absolute()
                self._remove_directory = weakref.finalize(self, shutil.rmtree, self._directory, ignore_errors=True)
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            return self._directory

    def _make_room(self) -> None:
        """Remove files, those longest unused first, until the others fit; needs the lock."""
        for name in list(self._sizes)[:-1]:
            if sum(self._sizes.values()) <= self._max_bytes or self._directory is None:
                return
            if name not in self._held:
                try:
                    (self._directory / name).unlink(missing_ok=True)
                except OSError:  # not every system lets go of a file that is being read
                    continue
                del self._sizes[name]

    def _refuse_if_closed(self) -> None:
        if self._closed:
            raise RuntimeError("The shelf is closed")
