"""What one request asks of the control plane: the account it is about, and its body and query, checked.

Owns the taking in of control requests, within bounds of size and time. It must not know what they lead to.
"""

import asyncio
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from starlette.requests import Request

from sora_mock import wire
from sora_mock.control.desk import RESERVED, Desk
from sora_mock.control.shapes import fit
from sora_mock.dialects.fields import json_object
from sora_mock.edge import BODY_SECONDS
from sora_mock.engine import problems
from sora_mock.engine.problems import Refused
from sora_mock.visit import HOUSE

MAX_BODY = 1_048_576
MAX_STATE = 64 * 1024 * 1024
"""The most bytes that an imported state may have."""

T = TypeVar("T")


class Ask:
    """One request to the control plane. `account` is the account it is about, `HOUSE` when it is about all."""

    def __init__(self, desk: Desk, request: Request) -> None:
        self.desk = desk
        self.request = request
        self.account = self._account()

    def _account(self) -> str:
        name = self.request.path_params.get("account", HOUSE)
        if name == RESERVED:
            return self.desk.understudy.caller(self.request.headers.get("authorization")).account
        if name == HOUSE and "account" in self.request.path_params:
            raise Refused(problems.control_not_found("account", name, ()))
        return self.desk.named(name)

    def part(self, name: str) -> str:
        """Return a part of the path, such as the name of a fault."""
        part: str = self.request.path_params[name]
        return part

    @property
    def content_type(self) -> str:
        """Return the declared type of the body, without parameters, in lower case."""
        return self.request.headers.get("content-type", "").partition(";")[0].strip().lower()

    async def body(self, kind: type[T], *, limit: int = MAX_BODY) -> T:
        """Return the JSON object in the body as `kind`; raise Refused, naming the field, when it is no such thing."""
        return fit(await self.json(limit=limit), kind)

    async def json(self, *, limit: int = MAX_BODY) -> dict[str, Any]:
        """Return the JSON object in the body."""
        headers = {"content-type": self.request.headers.get("content-type", "nothing")}
        body = await self.data(limit=limit)
        return json_object(wire.Request(method=self.request.method, path="", headers=headers, body=body))

    async def data(self, *, limit: int = MAX_BODY) -> bytes:
        """Return the body; raise Refused when it is too long or does not come in time."""
        chunks = bytearray()
        try:
            async with asyncio.timeout(BODY_SECONDS):
                async for chunk in self.request.stream():
                    chunks += chunk
                    if len(chunks) > limit:
                        raise Refused(problems.too_large(limit))
        except TimeoutError:
            raise Refused(problems.timed_out(BODY_SECONDS)) from None
        return bytes(chunks)

    async def nothing(self) -> None:
        """Raise Refused when the request says more than its path does: it would mean more than it gets."""
        self.query()
        await self.no_body()

    async def no_body(self) -> None:
        """Raise Refused when the request has a body."""
        if await self.data():
            raise Refused(problems.control_invalid("body", "body: expected none, found one"))

    def query(self, *names: str) -> dict[str, str]:
        """Return the parameters of the query; raise Refused for others than these, or for one that is there twice."""
        given: dict[str, str] = {}
        for name, value in parse_qsl(self.request.url.query, keep_blank_values=True):
            if name not in names:
                if not names:
                    raise Refused(problems.control_invalid("query", f"query: expected none, found {name[:80]!r}"))
                raise Refused(problems.field_unknown(name, names))
            if name in given:
                raise Refused(problems.control_invalid(name, f"{name}: expected one value, found two"))
            given[name] = value
        return given
