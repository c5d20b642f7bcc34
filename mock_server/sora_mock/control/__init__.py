"""The control plane under `/_mock`: the strings behind the stage.

Owns what only the mock can do and no contract describes. Its replies never show a key. `Client` and `AsyncClient` pull
the strings from Python; they bring an HTTP library along and are therefore loaded only when somebody asks for them.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sora_mock.control.client import AsyncClient, Client, ControlError

__all__ = ["AsyncClient", "Client", "ControlError"]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from sora_mock.control import client

    return getattr(client, name)
