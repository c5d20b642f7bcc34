"""A black hole: an address on this machine to which no connection ever comes about.

Owns the sockets that make it so, and the proof that they do.
"""

import select
import socket
from contextlib import ExitStack, suppress
from types import TracebackType
from typing import Self

_TRIES = 4
_PROOF_SECONDS = 0.05


class Blackhole:
    """A listener that accepts nothing and whose queue is full. `port` is None where this system has no such thing."""

    def __init__(self) -> None:
        self._sockets = ExitStack()
        listener = self._sockets.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        self.port: int | None = listener.getsockname()[1] if self._filled(listener) else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._sockets.close()

    def _filled(self, listener: socket.socket) -> bool:
        """Connect until a connection stays pending: that is what will happen to every later one."""
        for _ in range(_TRIES):
            caller = self._sockets.enter_context(socket.socket())
            caller.settimeout(0)
            with suppress(BlockingIOError):
                caller.connect(listener.getsockname())
            _, connected, _ = select.select([], [caller], [], _PROOF_SECONDS)
            if not connected:
                return True
        return False
