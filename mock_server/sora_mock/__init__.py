"""sora-mock: an understudy for the Sora 2 character API.

`running` serves the mock from a thread and gives a handle to it, `Sora`; `create_app` gives it as an ASGI application;
`Settings` and `Policy` say what it is like. `sora_mock.inprocess` is the mock without a socket.
"""

from typing import TYPE_CHECKING

from sora_mock.app import create_app
from sora_mock.clock import Clock, ManualClock, SystemClock
from sora_mock.engine.policy import Policy
from sora_mock.settings import Settings

if TYPE_CHECKING:
    from sora_mock.handle import Sora
    from sora_mock.local import running

__all__ = ["Clock", "ManualClock", "Policy", "Settings", "Sora", "SystemClock", "create_app", "running"]


def __getattr__(name: str) -> object:
    # A server never needs a handle, and starts the sooner for it.
    if name == "Sora":
        from sora_mock.handle import Sora

        return Sora
    if name == "running":
        from sora_mock.local import running

        return running
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
