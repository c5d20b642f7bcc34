"""The reference client: keeps every rule that the contract has for clients, and may be used as it is.

`Client` and `AsyncClient` are for the character API of the guide, `VideosClient` and `AsyncVideosClient` for the Videos
API; of each, the first is for threads and the second for asyncio. All take the same options. Every failure is a
`SoraError`. `Retry` and `BreakerPolicy` say how patient a client is; `Library` keeps named characters in a file.

The package needs httpx2 and msgspec, and nothing else of this project.
"""

from sora_conformance.reference.async_client import AsyncClient
from sora_conformance.reference.async_videos_client import AsyncVideosClient
from sora_conformance.reference.breaker import BreakerPolicy
from sora_conformance.reference.client import Client
from sora_conformance.reference.errors import (
    CircuitOpenError,
    InvalidRequestError,
    LibraryError,
    LocalValidationError,
    MissingKeyError,
    NotFoundError,
    ProcessingFailedError,
    ProtocolError,
    RateLimitedError,
    RenderFailedError,
    ServerError,
    SoraError,
    TimedOutError,
    TransportError,
    UnauthorizedError,
)
from sora_conformance.reference.library import Entry, Library
from sora_conformance.reference.options import Options
from sora_conformance.reference.retry import Retry
from sora_conformance.reference.values import (
    Batch,
    Character,
    Result,
    Task,
    Video,
    VideoCharacter,
    VideoPage,
)
from sora_conformance.reference.videos_client import VideosClient

__all__ = [
    "AsyncClient",
    "AsyncVideosClient",
    "Batch",
    "BreakerPolicy",
    "Character",
    "CircuitOpenError",
    "Client",
    "Entry",
    "InvalidRequestError",
    "Library",
    "LibraryError",
    "LocalValidationError",
    "MissingKeyError",
    "NotFoundError",
    "Options",
    "ProcessingFailedError",
    "ProtocolError",
    "RateLimitedError",
    "RenderFailedError",
    "Result",
    "Retry",
    "ServerError",
    "SoraError",
    "Task",
    "TimedOutError",
    "TransportError",
    "UnauthorizedError",
    "Video",
    "VideoCharacter",
    "VideoPage",
    "VideosClient",
]
