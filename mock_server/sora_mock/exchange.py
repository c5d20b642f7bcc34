"""One exchange: a complete request in, the plan of its reply out.

Owns the choice of who answers a path, and what every reply carries. It knows neither sockets nor ASGI, so that the
in-process transports can use it as it is.
"""

import logging
from itertools import count

import msgspec

from sora_mock import links
from sora_mock.dialects.guide import GuideDialect, refusal
from sora_mock.engine import problems
from sora_mock.engine.ids import request_id
from sora_mock.engine.problems import Refused
from sora_mock.understudy import Understudy
from sora_mock.wire import Headers, Reply, Request

_log = logging.getLogger("sora_mock")


class Exchange:
    """Answers requests for one understudy."""

    def __init__(self, understudy: Understudy) -> None:
        self._understudy = understudy
        self._guide = GuideDialect(understudy)
        self._numbers = count(1)

    async def answer(self, request: Request) -> Reply:
        """Return the reply to `request`; a failure of the mock itself becomes a 500 and a traceback in the log."""
        try:
            reply = await self._answer(request)
        except Refused as refused:
            reply = refusal(refused.problem)
        except Exception:  # noqa: BLE001 - the last resort: a bug must not look like a broken connection
            _log.exception("%s %s failed", request.method, request.path)
            reply = refusal(problems.internal())
        marks: Headers = (("x-request-id", request_id(self._understudy.seed, next(self._numbers))),)
        if reply.rule is not None:
            marks += (("x-sora-mock-rule", reply.rule),)
        return msgspec.structs.replace(reply, headers=reply.headers + marks)

    async def _answer(self, request: Request) -> Reply:
        path = request.path
        if path.startswith(self._guide.base + "/"):
            return await self._guide.answer(request)
        if path.startswith(links.BASE + "/"):
            return await self._result(request)
        raise Refused(problems.path_unknown(path))

    async def _result(self, request: Request) -> Reply:
        if request.method not in {"GET", "HEAD"}:
            raise Refused(problems.method_not_allowed(request.method, "GET, HEAD"))
        _, generation = self._understudy.linked(request.path, request.query)
        return Reply(status=200, file=await self._understudy.clip(generation))
