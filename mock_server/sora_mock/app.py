"""The composition root: one mock, put together from its settings.

Owns which part is given to which, and the table of what stands at which path. No other module knows them all.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from sora_mock.clock import Clock, SystemClock
from sora_mock.control.guard import Guard
from sora_mock.control.routes import control_routes
from sora_mock.dialects.guide import refusal
from sora_mock.edge import Edge
from sora_mock.engine import problems
from sora_mock.exchange import Exchange
from sora_mock.journal import Journal
from sora_mock.keys import OpenKeys, load_keys
from sora_mock.log import Log, MemoryLog, SqliteLog
from sora_mock.media import Shelf
from sora_mock.pages import ROUTES
from sora_mock.settings import Settings
from sora_mock.understudy import Understudy

PAGES = ("/_mock", "/docs", "/openapi.json")
"""How the paths begin that are the mock's own."""


def create_understudy(settings: Settings, *, clock: Clock | None = None) -> Understudy:
    """Return a mock without a transport. Raises KeysError or StateError when a file cannot be used."""
    keys = OpenKeys() if settings.keys is None else load_keys(settings.keys)
    log: Log
    if settings.state is None:
        seed = settings.seed or 0
        log = MemoryLog(seed=seed)
    else:
        log = SqliteLog(settings.state, seed=settings.seed)
        seed = log.seed
    return Understudy(
        log=log,
        clock=clock or SystemClock(),
        keys=keys,
        policy=settings.policy,
        shelf=Shelf(None, max_bytes=settings.shelf_bytes),
        seed=seed,
    )


class Mock:
    """The mock as an ASGI application.

    Only the mock's own pages pass through Starlette's middleware and routes; all else goes straight to the edge, so
    that no request of the contract pays for them.
    """

    def __init__(self, *, edge: ASGIApp, pages: ASGIApp) -> None:
        self._edge = edge
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or take part in the server's start and end."""
        of_pages = scope["type"] != "http" or scope["path"].startswith(PAGES)
        await (self._pages if of_pages else self._edge)(scope, receive, send)


def create_app(settings: Settings | None = None, *, clock: Clock | None = None) -> Mock:
    """Return the mock as an ASGI application. Raises KeysError or StateError when a file cannot be used."""
    settings = settings or Settings()
    understudy = create_understudy(settings, clock=clock)
    exchange = Exchange(understudy, Journal())
    edge = Edge(exchange, max_body=settings.policy.max_body)
    control = Guard(Router(control_routes(exchange), redirect_slashes=False), token=settings.control_token)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        try:
            yield
        finally:
            understudy.close()

    pages = Starlette(
        routes=[Mount("/_mock", control), *ROUTES],
        exception_handlers={404: _absent, 405: _absent},
        lifespan=lifespan,
    )
    pages.router.redirect_slashes = False
    return Mock(edge=edge, pages=pages)


async def _absent(request: Request, error: Exception) -> Response:
    """Answer an unknown path or method outside the dialects in the same shape as inside them."""
    problem = problems.path_unknown(request.url.path)
    if isinstance(error, HTTPException) and error.status_code == 405:
        problem = problems.method_not_allowed(request.method, (error.headers or {}).get("Allow", ""))
    reply = refusal(problem)
    return Response(reply.body, reply.status, dict(reply.headers))
