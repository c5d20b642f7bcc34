"""Sending: a reply's body or file as ASGI messages.

Owns ranges of files and what is answered to those that cannot be. How the connection is treated meanwhile is the
delivery's.
"""

import msgspec
from starlette.types import Message, Receive, Scope, Send

from sora_mock.dialects.guide import refusal
from sora_mock.engine import problems
from sora_mock.wire import Reply


class UnmetRange(Exception):  # noqa: N818 - the caller asked for what is not there
    """A range cannot be sent; `size` is the header that says how long the file is, None when the range says nothing."""

    def __init__(self, size: bytes | None) -> None:
        super().__init__(size)
        self.size = None if size is None else size.decode("latin-1")


async def send_reply(reply: Reply, scope: Scope, receive: Receive, send: Send) -> None:
    """Send a reply as it is."""
    if reply.file is None:
        await _send_body(reply, send)
        return
    try:
        await _send_file(reply, scope, receive, send)
    except UnmetRange as unmet:
        if unmet.size is None:
            # RFC 9110 §14.2: a range in another unit, or one that cannot be read, is as good as none.
            headers = [pair for pair in scope["headers"] if pair[0] != b"range"]
            await _send_file(reply, {**scope, "headers": headers}, receive, send)
            return
        refused = refusal(problems.range_unsatisfiable(reply.range_rule), headers=(("content-range", unmet.size),))
        marks = (*reply.headers, ("x-sora-mock-rule", refused.rule or ""))
        await _send_body(msgspec.structs.replace(refused, headers=refused.headers + marks), send)


async def _send_body(reply: Reply, send: Send) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in reply.headers]
    headers.append((b"content-length", str(len(reply.body)).encode()))
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": reply.body})


async def _send_file(reply: Reply, scope: Scope, receive: Receive, send: Send) -> None:
    """Send a reply's file; raise UnmetRange before anything is sent when the range asked for cannot be."""

    async def send_unless_refused(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] >= 400:
            raise UnmetRange(dict(message["headers"]).get(b"content-range"))
        await send(message)

    from starlette.responses import FileResponse

    # The reply's own content type, if a fault gave it one, comes before the file's.
    response = FileResponse(reply.file or "", reply.status, dict(reply.headers), reply.media_type)
    await response(scope, receive, send_unless_refused)
