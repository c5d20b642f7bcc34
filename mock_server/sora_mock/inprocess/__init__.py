"""The mock without a socket: for httpx2, for httpx, and in place of the real hosts.

Owns the doubles that live in the caller's own process. They perform the same plans of replies as the server does.
"""

from sora_mock.inprocess.double import double
from sora_mock.inprocess.intercept import REAL, intercept
from sora_mock.inprocess.stage import Stage

__all__ = [
    "REAL",
    "AsyncHttpxTransport",
    "AsyncTransport",
    "HttpxTransport",
    "Stage",
    "Transport",
    "double",
    "intercept",
]


def __getattr__(name: str) -> object:
    # Each client library is loaded by who uses it.
    if name in {"Transport", "AsyncTransport"}:
        from sora_mock.inprocess import for_httpx2

        return getattr(for_httpx2, name)
    if name in {"HttpxTransport", "AsyncHttpxTransport"}:
        from sora_mock.inprocess import for_httpx

        return getattr(for_httpx, name.replace("Httpx", ""))
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
