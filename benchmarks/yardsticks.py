"""The yardsticks: the least that a server on the same footing could do.

Owns two ASGI applications for `python -m uvicorn`. Importing this module loads neither Starlette nor the mock, so
that the start of `bare` is that of uvicorn alone.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import JSONResponse
    from starlette.types import Receive, Scope, Send

REPLY = (
    b'{"character_id":"char_0123456789abcdef01234567","object":"character","model":"sora-2-character",'
    b'"created_at":1790208000,"metadata":{"source":{"type":"url","url":"https://videos.example.com/cat.mp4",'
    b'"timestamps":"5,8"},"analysis":{"frames_sampled":24,"duration":3.0,"quality":"optimal","notes":[]}}}'
)
"""As many bytes as the mock says to the creation that is measured."""

_HEADERS = [(b"content-type", b"application/json"), (b"content-length", str(len(REPLY)).encode())]


async def bare(scope: "Scope", receive: "Receive", send: "Send") -> None:
    """Read the body, whatever it is, and answer with fixed JSON."""
    if scope["type"] != "http":  # uvicorn takes it as: has no lifespan
        raise NotImplementedError(scope["type"])
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
    await send({"type": "http.response.body", "body": REPLY})


def echo() -> "Starlette":
    """Return a Starlette application of one route that parses the JSON it gets and sends it back."""
    from starlette.applications import Starlette
    from starlette.responses import JSONResponse
    from starlette.routing import Route

    async def answer(request: "Request") -> "JSONResponse":
        body: Any = await request.json()
        return JSONResponse(body)

    return Starlette(routes=[Route("/v1/sora/characters", answer, methods=["POST"])])
