"""The pages about the contract: its OpenAPI document and a readable page of it.

Owns `/openapi.json` and `/docs`. The contract is read when first asked for, so that a start does not wait for it.
"""

import msgspec
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from sora_conformance.contract import load


async def openapi_json(_: Request) -> Response:
    """Answer the contract's OpenAPI document."""
    return Response(msgspec.json.encode(load("guide").openapi), media_type="application/json")


async def docs(_: Request) -> Response:
    """Answer the readable page."""
    from sora_conformance.contract.page import page

    return HTMLResponse(page(load("guide")))


ROUTES = [Route("/openapi.json", openapi_json), Route("/docs", docs)]
