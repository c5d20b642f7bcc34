"""The shelf: rendered clips, kept on disk until the room is needed.

Owns the directory of finished files, the threads that render into it, and the choice of what to throw away. It can be
used from any event loop, from several, or without one. Must not know of HTTP, accounts, or how rendering is done.
"""

import asyncio
import os
import shutil
import tempfile
import threading
import types
import weakref
from collections import Counter, OrderedDict
from collections.abc import AsyncIterator, Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final, Protocol

from sora_mock.media.clip import Clip

_WRITTEN: Final = 1_000_000_000  # the time that all files bear, in Unix seconds


class Render(Protocol):
    """Whatever can make a file of a clip."""

    def __call__(self, clip: Clip, path: Path, *, stopped: Callable[[], bool]) -> None:
        """Write the clip to the path, or give up with an exception soon after `stopped` says yes."""


def _render(clip: Clip, path: Path, *, stopped: Callable[[], bool]) -> None:
    # PyAV and Pillow take longer to load than all of the rest: only who wants a video pays for them.
    from sora_mock.media.render import render

    render(clip, path, stopped=stopped)


class Shelf:
    """Gives clips as files, each rendered when it is first asked for.

    Files lie in a temporary directory, made inside `directory` (None: the system's place for such) when the first one
    is needed and removed by `close`. Once they take more than `max_bytes`, those not asked for longest are removed; the
    latest is kept in any case. `workers` clips are rendered at once.
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

    async def clip(self, clip: Clip) -> Path:
        """Return the file of a clip, rendering it first if need be.

        Whoever has opened the file can read it to its end, whatever becomes of it here; `hold` keeps it in its place
        as well. Raises whatever went wrong in rendering, which can be tried again, and RuntimeError once closed.
        """
        async with self.hold(clip) as path:
            return path

    @asynccontextmanager
    async def hold(self, clip: Clip) -> AsyncIterator[Path]:
        """Like `clip`, and keep the file from being removed for as long as the block lasts."""
        name = f"{clip.digest}.mp4"
        with self._lock:
            self._held[name] += 1
        try:
            path = await self._find(clip, name)
            with self._lock, suppress(KeyError):  # it may have been missed, and given up, meanwhile
                self._sizes.move_to_end(name)
            yield path
        finally:
            with self._lock:
                self._held[name] -= 1
                if not self._held[name]:
                    del self._held[name]
                self._make_room()

    def close(self) -> None:
        """Stop rendering, wait for the threads to notice, and remove the directory with all files. May be repeated."""
        with self._lock:
            self._closed = True
        self._executor.shutdown()
        with self._lock:
            self._sizes.clear()
            self._remove_directory()

    async def _find(self, clip: Clip, name: str) -> Path:
        with self._lock:
            self._refuse_if_closed()
            if self._directory is not None and name in self._sizes:
                path = self._directory / name
                if path.exists():
                    return path
                del self._sizes[name]  # somebody tidied up
            render = self._renders.get(name)
            if render is None:
                render = self._renders[name] = self._executor.submit(self._make, clip, name)
        return await _outcome(render)

    def _make(self, clip: Clip, name: str) -> Path:
        """Render a clip and put it on the shelf; runs in a thread of its own."""
        draft: Path | None = None
        try:
            directory = self._open_directory()
            draft = directory / f"{name}.draft"
            self._render(clip, draft, stopped=lambda: self._closed)
            # An ETag is made of size and time: a clip rendered again must not look like another one.
            os.utime(draft, (_WRITTEN, _WRITTEN))
            size = draft.stat().st_size
            path = draft.replace(directory / name)
        except BaseException:
            if draft is not None:
                draft.unlink(missing_ok=True)
            with self._lock:
                del self._renders[name]
                self._refuse_if_closed()
            raise
        with self._lock:
            del self._renders[name]
            self._sizes[name] = size
            self._make_room()
        return path

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


@types.coroutine
def _without_loop(render: Future[Path]) -> Generator[Future[Path], None, Path]:
    """Hand the render to whoever drives this coroutine, and be resumed once it is done."""
    yield render
    return render.result()


async def _outcome(render: Future[Path]) -> Path:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return await _without_loop(render)
    # Whoever stops waiting must not take the render away from the others.
    return await asyncio.shield(asyncio.wrap_future(render))
