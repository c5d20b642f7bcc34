"""Replies: what a step answers to a request, as status, headers and the bytes of a body.

Owns the placeholders of a script, and what of a step goes before what. It is pure. How the reply is sent, and when, is
not its business.
"""

import json
import math
import re
from email.utils import formatdate
from typing import Any

import msgspec

from sora_conformance.client.dialects.base import Dialect, Facts
from sora_conformance.client.presets import preset
from sora_conformance.client.script import Step
from sora_conformance.exchanges import Headers

BODILESS = frozenset({204, 304})
"""Statuses whose replies never have a body."""

_PLACEHOLDER = re.compile(r"\{(token|key|elsewhere|date)([+-]\d{1,9})?\}")


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """A reply, complete with its content-length. `answered` is the id in it, None if there is none."""

    status: int
    headers: Headers
    body: bytes = b""
    answered: str | None = None


def compose(step: Step, facts: Facts, dialect: Dialect) -> Reply:
    """Return the reply of a step; one that names none gets what the operation succeeds with. Raises ValueError."""
    status, body = 200, None
    headers: dict[str, str] = {}
    if step.reply is not None or (step.status is None and step.body is msgspec.UNSET and step.text is None):
        status, headers, body = preset(dialect, step.reply or dialect.usual(facts), facts)
    if step.status is not None:
        status = step.status
    if step.body is not msgspec.UNSET:
        body = _filled(step.body, facts)
    data = b""
    if step.text is not None:
        headers["content-type"] = "text/plain; charset=utf-8"
        data = _fill(step.text, facts).encode()
    elif isinstance(body, bytes):
        headers["content-type"] = "video/mp4"
        data = body
    elif body is not None or step.body is not msgspec.UNSET:
        headers["content-type"] = "application/json"
        # Who sends a file where a text belongs is answered all the same.
        data = json.dumps(body, default=str).encode()
    headers |= {"date": formatdate(facts.now, usegmt=True), "x-request-id": f"req_{facts.unique}"}
    if status not in BODILESS:
        headers["content-length"] = str(len(data))
    headers |= {name.lower(): _fill(value, facts) for name, value in step.headers.items()}
    return Reply(
        status=status,
        headers=tuple((name, value) for name, value in headers.items() if value),
        body=b"" if facts.method == "HEAD" or status in BODILESS else data,
        answered=_id_in(body) if step.text is None and 200 <= status < 300 else None,
    )


def _filled(value: Any, facts: Facts) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, str):
        return _fill(value, facts)
    if isinstance(value, list):
        return [_filled(item, facts) for item in value]
    if isinstance(value, dict):
        return {name: _filled(item, facts) for name, item in value.items()}
    return value


def _fill(text: str, facts: Facts) -> str:
    def fill(found: re.Match[str]) -> str:
        name, offset = found.groups()
        if name == "date" and offset:
            # Rounded up: who waits until that date has waited for the whole time.
            return formatdate(math.ceil(facts.now + int(offset)), usegmt=True)
        words = {"token": facts.token, "key": facts.key, "elsewhere": facts.elsewhere}
        return found[0] if offset else words.get(name, found[0])

    return _PLACEHOLDER.sub(fill, text)


def _id_in(body: Any) -> str | None:  # noqa: ANN401 - JSON
    if not isinstance(body, dict):
        return None
    found = next((body[name] for name in ("character_id", "task_id", "id") if name in body), None)
    return found if isinstance(found, str) else None
