"""The composition root: one mock, put together from its settings.

Owns which part is given to which, and the table of what stands at which path. No other module knows them all.
"""

from functools import cached_property

from starlette.types import ASGIApp, Receive, Scope, Send

from sora_mock.clock import Clock, SystemClock
from sora_mock.edge import Edge
from sora_mock.engine.problems import Refused
from sora_mock.engine.scenario import Scenario
from sora_mock.exchange import Exchange
from sora_mock.journal import Journal
from sora_mock.keys import OpenKeys, load_keys
from sora_mock.log import Log, MemoryLog, SqliteLog
from sora_mock.media import Shelf
from sora_mock.settings import Settings
from sora_mock.understudy import Understudy
from sora_mock.visit import HOUSE
from sora_mock.webhooks import Dispatcher

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

    Only the mock's own pages pass through Starlette, whose routes are put together when the first page is asked for;
    all else goes straight to the edge, so that neither the start nor a request of the contract pays for them.
    """

    def __init__(self, exchange: Exchange, settings: Settings) -> None:
        self.exchange = exchange
        self._settings = settings
        self._edge = Edge(exchange, bounds=settings.bounds)
        self._dispatcher = Dispatcher(exchange.understudy)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or take part in the server's start and end."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["path"].startswith(PAGES) and _is_page(scope["path"]):
            await self._pages(scope, receive, send)
        else:
            await self._edge(scope, receive, send)

    @cached_property
    def _pages(self) -> ASGIApp:
        from sora_mock.pages import pages

        return pages(self.exchange, control_token=self._settings.control_token)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        self._dispatcher.start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._dispatcher.stop()
        self.exchange.understudy.close()
        await send({"type": "lifespan.shutdown.complete"})


def _is_page(path: str) -> bool:
    return any(path == page or path.startswith(page + "/") for page in PAGES)


def create_app(settings: Settings | None = None, *, clock: Clock | None = None) -> Mock:
    """Return the mock as an ASGI application.

    Raises KeysError or StateError when a file cannot be used, and Refused for a scenario that cannot play.
    """
    settings = settings or Settings()
    exchange = Exchange(create_understudy(settings, clock=clock), Journal())
    if settings.scenario is not None:
        _play(settings.scenario, exchange)
    return Mock(exchange, settings)


def _play(scenario: Scenario, exchange: Exchange) -> None:
    """Let a scenario play for all accounts, unless a state file says that it does so already."""
    from sora_mock.control.desk import Desk

    desk = Desk(exchange.understudy, exchange.journal)
    try:
        desk.start_scenario(HOUSE, scenario)
    except Refused:
        if scenario.name not in desk.account(HOUSE).scenarios:
            raise
