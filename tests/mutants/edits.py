"""Edits: small changes of one request or one reply, and the conditions under which they are made.

Owns what is written into the two values that an exchange consists of. Which rule an edit breaks is not its business.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from sora_mock.wire import Reply, Request
from tests.mutants.calls import operation, said

AskEdit = Callable[[Request], Request]
ReplyEdit = Callable[[Reply], Reply]
When = Callable[[Request, Reply], bool]

# -- what is asked -----------------------------------------------------------------------------------------------


def saying(body: object) -> AskEdit:
    """Put another body in the place of the one that was sent."""
    return lambda request: msgspec.structs.replace(request, body=msgspec.json.encode(body))


def rewriting(change: Callable[[dict[str, Any]], dict[str, Any]]) -> AskEdit:
    """Change the JSON object of a body, if it is one."""

    def edit(request: Request) -> Request:
        body = said(request)
        return saying(change(body))(request) if body else request

    return edit


def adding(**fields: Any) -> AskEdit:
    """Set fields of the body."""
    return rewriting(lambda body: body | fields)


def dropping(*names: str) -> AskEdit:
    """Take fields out of the body."""
    return rewriting(lambda body: {name: value for name, value in body.items() if name not in names})


def heading(name: str, value: str | None) -> AskEdit:
    """Set a header of the request; None takes it out."""

    def edit(request: Request) -> Request:
        headers = {key: text for key, text in request.headers.items() if key != name}
        return msgspec.structs.replace(request, headers=headers if value is None else headers | {name: value})

    return edit


def on(name: str, edit: AskEdit) -> AskEdit:
    """Make an edit only where an operation is asked for."""
    return lambda request: edit(request) if operation(request) == name else request


# -- what is told ------------------------------------------------------------------------------------------------


def always(request: Request, reply: Reply) -> bool:
    """Hold for every reply."""
    return True


def refusals(request: Request, reply: Reply) -> bool:
    """Hold for every error."""
    return reply.status >= 400


def of(*names: str) -> When:
    """Hold for what an operation answers when it succeeds."""
    return lambda request, reply: reply.status < 400 and operation(request) in names


def by(*rules: str) -> When:
    """Hold for what is refused by one of the rules."""
    return lambda request, reply: reply.rule in rules


def coded(*codes: str) -> When:
    """Hold for errors with one of the codes."""
    return lambda request, reply: reply.status >= 400 and told(reply).get("error", {}).get("code") in codes


def told(reply: Reply) -> dict[str, Any]:
    """Return the JSON object in a reply's body, an empty one when there is none."""
    return msgspec.json.decode(reply.body) if reply.body.lstrip().startswith(b"{") else {}


def status(number: int) -> ReplyEdit:
    """Answer another status."""
    return lambda reply: msgspec.structs.replace(reply, status=number)


def telling_json(change: Callable[[dict[str, Any]], object]) -> ReplyEdit:
    """Change the JSON object of a reply, if it has one; a change that returns None has edited it in place."""

    def edit(reply: Reply) -> Reply:
        body = told(reply)
        if not body:
            return reply
        changed = change(body)
        return msgspec.structs.replace(reply, body=msgspec.json.encode(body if changed is None else changed))

    return edit


def setting(path: str, value: Any) -> ReplyEdit:
    """Set the field at a dotted path of the reply's JSON."""
    *way, last = path.split(".")

    def change(body: dict[str, Any]) -> None:
        for name in way:
            body = body[name]
        body[last] = value(body[last]) if callable(value) else value

    return telling_json(change)


def omitting(path: str) -> ReplyEdit:
    """Take the field at a dotted path out of the reply's JSON."""
    *way, last = path.split(".")

    def change(body: dict[str, Any]) -> None:
        for name in way:
            body = body[name]
        body.pop(last, None)

    return telling_json(change)


def answering(body: bytes, content_type: str | None = None) -> ReplyEdit:
    """Answer other bytes, under another content type if one is given."""

    def edit(reply: Reply) -> Reply:
        reply = msgspec.structs.replace(reply, body=body)
        return reply if content_type is None else header("content-type", content_type)(reply)

    return edit


def header(name: str, value: str | Callable[[str], str] | None) -> ReplyEdit:
    """Set a header of the reply, or change its value if it has one; None takes it out."""

    def edit(reply: Reply) -> Reply:
        others = tuple(pair for pair in reply.headers if pair[0] != name)
        if callable(value):
            changed = tuple((key, value(text) if key == name else text) for key, text in reply.headers)
            return msgspec.structs.replace(reply, headers=changed)
        return msgspec.structs.replace(reply, headers=others if value is None else (*others, (name, value)))

    return edit


def every(*edits: ReplyEdit) -> ReplyEdit:
    """Make several edits, one after another."""

    def edit(reply: Reply) -> Reply:
        for one in edits:
            reply = one(reply)
        return reply

    return edit


def filing(clip: Path) -> ReplyEdit:
    """Answer a video instead of a refusal."""

    def edit(reply: Reply) -> Reply:
        marks = tuple(pair for pair in reply.headers if pair[0] != "content-type")
        return msgspec.structs.replace(reply, status=200, headers=marks, file=clip, body=b"", rule=None)

    return edit
