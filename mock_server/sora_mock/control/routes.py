"""The control plane's operations.

Owns `/_mock/health` and `/_mock/reset`. It acts on the understudy and never on a request of the contract.
"""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sora_mock.control.desk import Desk
from sora_mock.exchange import Exchange


def control_routes(exchange: Exchange) -> list[Route]:
    """Return the routes below `/_mock` for one mock."""
    desk = Desk(exchange.understudy, exchange.journal)

    async def health(_: Request) -> Response:
        return JSONResponse(desk.health())

    async def reset(_: Request) -> Response:
        desk.reset()
        return Response(status_code=204)

    return [
        Route("/health", health, methods=["GET"]),
        Route("/reset", reset, methods=["POST"]),
    ]
