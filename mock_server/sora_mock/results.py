"""Result links, served: the one path of the mock that needs no key.

Owns `/files`. What a link is good for is decided by its signature, and by the task or character it leads to.
"""

from sora_mock import links
from sora_mock.dialects.base import Call, Operation
from sora_mock.dialects.guide import refusal
from sora_mock.engine import problems
from sora_mock.engine.problems import Problem, Refused
from sora_mock.keys import Caller
from sora_mock.understudy import Understudy
from sora_mock.wire import Reply, Request


class Results:
    """A Dialect of one operation, whose caller is the account that the link names."""

    name = "results"
    base = links.BASE + "/"
    prefixes: tuple[str, ...] = (base,)

    def __init__(self, understudy: Understudy) -> None:
        self._understudy = understudy
        self._operation = Operation("downloadResult", self._download)

    def find(self, request: Request) -> Operation:
        """Return the one operation; raise Refused for another method than GET and HEAD."""
        if request.method not in {"GET", "HEAD"}:
            raise Refused(problems.method_not_allowed(request.method, "GET, HEAD"))
        return self._operation

    def refuse(self, problem: Problem) -> Reply:
        """Return the reply that states a problem."""
        return refusal(problem)

    def caller(self, request: Request) -> Caller:
        """Return whose link a request follows; raise Refused when the link is not good."""
        portrayed = self._understudy.portrayed(request.path, request.query)
        if portrayed is not None:
            return Caller(portrayed.account)
        account, _ = self._understudy.linked(request.path, request.query)
        return Caller(account)

    async def _download(self, call: Call) -> Reply:
        portrayed = self._understudy.portrayed(call.request.path, call.request.query)
        if portrayed is not None:
            file, kind = await self._understudy.picture(portrayed.name)
            return Reply(status=200, file=file, media_type=kind)
        _, generation = self._understudy.linked(call.request.path, call.request.query)
        return Reply(status=200, file=await self._understudy.clip(call.visit.account, generation))
