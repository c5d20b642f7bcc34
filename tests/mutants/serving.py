"""A variant on a real socket, for the length of a block.

Owns the thread that it is served from. It knows nothing of variants but that some bring their own manners of HTTP.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.types import ASGIApp

from sora_mock.dialects.guide import BASE
from sora_mock.server import ThreadServer, bind, origin

SECONDS = 30
"""The longest that a server may take to end."""


@contextmanager
def serving(app: ASGIApp) -> Iterator[str]:
    """Serve an application on a free loopback port and give its base URL.

    An application with a `protocol`, an asyncio protocol class of uvicorn's kind, is served over that one.
    """
    listener = bind("127.0.0.1", 0)
    server = ThreadServer(app)
    server.config.http = getattr(app, "protocol", server.config.http)
    thread = threading.Thread(target=server.serve_on, args=(listener,), name="variant", daemon=True)
    thread.start()
    try:
        server.loop()
        yield origin(listener) + BASE
    finally:
        server.stop()
        thread.join(SECONDS)
        assert not thread.is_alive()
