"""The mock's own pages: each contract's document and its readable page, and the control plane.

Owns `/openapi.json`, `/docs`, and the place of `/_mock` behind its guard. A contract is read when first asked for.
"""

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route, Router

from sora_conformance.contract import Contract, load
from sora_mock.control.desk import DIALECTS
from sora_mock.control.guard import Guard
from sora_mock.control.routes import control_routes
from sora_mock.dialects.guide import refusal
from sora_mock.engine import problems
from sora_mock.exchange import Exchange


def pages(exchange: Exchange, *, control_token: str | None) -> Starlette:
    """Return the application that answers everything about the mock itself."""
    control = Guard(Router(control_routes(exchange), redirect_slashes=False), token=control_token)
    routes = [
        Mount("/_mock", control),
        Route("/openapi.json", openapi_json),
        Route("/docs", docs),
        Route("/docs/{dialect}", docs),
        Route("/docs/{dialect}/openapi.json", openapi_json),
    ]
    application = Starlette(routes=routes, exception_handlers={404: _absent, 405: _absent})
    application.router.redirect_slashes = False
    return application


async def openapi_json(request: Request) -> Response:
    """Answer a contract's OpenAPI document."""
    return Response(msgspec.json.encode(_contract(request).openapi), media_type="application/json")


async def docs(request: Request) -> Response:
    """Answer a contract's readable page."""
    from sora_conformance.contract.page import page

    return HTMLResponse(page(_contract(request)))


def _contract(request: Request) -> Contract:
    """Return the contract of the dialect that the path names, the guide's where it names none."""
    dialect = request.path_params.get("dialect", "guide")
    if dialect not in DIALECTS:
        raise HTTPException(404)
    return load(dialect)


async def _absent(request: Request, error: Exception) -> Response:
    """Answer an unknown path or method outside the dialects in the same shape as inside them."""
    problem = problems.path_unknown(request.url.path)
    if isinstance(error, HTTPException) and error.status_code == 405:
        problem = problems.method_not_allowed(request.method, (error.headers or {}).get("Allow", ""))
    reply = refusal(problem)
    return Response(reply.body, reply.status, dict(reply.headers))
