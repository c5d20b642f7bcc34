"""The venue: where a mock runs, as its handles see it.

Owns the promise that a server in a thread and a double in the process both keep. It must not know what a handle does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    import httpx
    import httpx2

    from sora_mock.control.desk import Desk

Result = TypeVar("Result")


class Venue(Protocol):
    """A place where a mock runs. `origin` is its scheme and host, without a trailing slash."""

    desk: Desk
    origin: str

    def call(self, function: Callable[[], Result]) -> Result:
        """Return the function's result; it runs where nothing else touches the mock's state meanwhile."""
        ...

    def later(self, function: Callable[[], object]) -> None:
        """Run the function like `call`, but do not wait for it."""
        ...

    def transport(self) -> httpx2.BaseTransport:
        """Return what carries the requests of an httpx2 client; closing it changes nothing."""
        ...

    def httpx_transport(self) -> httpx.BaseTransport:
        """Return what carries the requests of an httpx client; closing it changes nothing."""
        ...

    def close(self) -> None:
        """End the mock. May be repeated."""
        ...
