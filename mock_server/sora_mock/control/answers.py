"""Answers: what the control plane found or did, as an HTTP response.

Owns status codes and the JSON form. It decides nothing.
"""

import msgspec
from starlette.responses import Response

from sora_mock.dialects.guide import refusal
from sora_mock.engine.problems import Problem

JSON = "application/json"


class Made(msgspec.Struct, frozen=True):
    """Something new: answered with 201."""

    value: object


def answered(result: object) -> Response:
    """Return the response for what a route returned: nothing is 204, a Response is itself, all else is JSON."""
    match result:
        case None:
            return Response(status_code=204)
        case Response():
            return result
        case Made(value):
            return Response(msgspec.json.encode(value), 201, media_type=JSON)
        case _:
            return Response(msgspec.json.encode(result), media_type=JSON)


def refused(problem: Problem) -> Response:
    """Return the response that states a problem, in the same shape as the contract's."""
    reply = refusal(problem)
    return Response(reply.body, reply.status, dict(reply.headers))
