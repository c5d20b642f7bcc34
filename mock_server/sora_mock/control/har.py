"""HAR: the journal in the form that browsers and proxies exchange (HTTP Archive 1.2).

Owns the mapping of entries. What HAR has no place for stands in fields that begin with an underscore, as it allows.
"""

from collections.abc import Iterable
from http import HTTPStatus
from importlib.metadata import version
from typing import Any
from urllib.parse import parse_qsl

from sora_mock.journal import Entry, iso
from sora_mock.redaction import redacted, redacted_query, secrets_in, without, written
from sora_mock.wire import Headers, Reply, Request

_UNKNOWN = -1
"""HAR's word for a size that was not taken."""


def archive(entries: Iterable[Entry]) -> dict[str, Any]:
    """Return entries as a HAR document, secrets redacted."""
    return {
        "log": {
            "version": "1.2",
            "creator": {"name": "sora-mock", "version": version("sora-mock")},
            "entries": [_redacted(entry) for entry in entries],
        }
    }


def _redacted(entry: Entry) -> Any:  # noqa: ANN401 - a JSON value
    secrets = written(secrets_in(entry.request.headers, entry.request.query))
    return without(_entry(entry), secrets, names=False)  # all names are HAR's own


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "startedDateTime": iso(entry.real),
        "time": entry.reply.delay,
        "request": _request(entry.request),
        "response": _response(entry.reply),
        "cache": {},
        "timings": {"send": 0, "wait": entry.reply.delay, "receive": 0},
        "_number": entry.number,
        "_virtualDateTime": iso(entry.virtual),
        "_account": entry.account,
        "_operation": entry.operation,
        "_faults": entry.faults,
        "_withheld": None if entry.reply.withheld is None else _response(entry.reply.withheld),
        "_delivery": type(entry.reply.delivery).__name__.lower(),
        "_rule": entry.reply.rule,
    }


def _request(request: Request) -> dict[str, Any]:
    query = redacted_query(request.query)
    shown: dict[str, Any] = {
        "method": request.method,
        "url": f"{request.origin}{request.path}{'?' if query else ''}{query}",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _headers(tuple(request.headers.items())),
        "queryString": [{"name": name, "value": value} for name, value in parse_qsl(query, keep_blank_values=True)],
        "headersSize": _UNKNOWN,
        "bodySize": len(request.body),
    }
    if request.body:
        shown["postData"] = {"mimeType": request.headers.get("content-type", ""), "text": _text(request.body)}
    return shown


def _response(reply: Reply) -> dict[str, Any]:
    headers = dict(reply.headers)
    kind = headers.get("content-type", "" if reply.file is None else reply.media_type)
    content: dict[str, Any] = {"size": len(reply.body), "mimeType": kind}
    if reply.file is None:
        content["text"] = _text(reply.body)
    return {
        "status": reply.status,
        "statusText": HTTPStatus(reply.status).phrase,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _headers(reply.headers),
        "content": content,
        "redirectURL": headers.get("location", ""),
        "headersSize": _UNKNOWN,
        "bodySize": _UNKNOWN if reply.file is not None else len(reply.body),
    }


def _headers(headers: Headers) -> list[dict[str, str]]:
    return [{"name": name, "value": redacted({name: value})[name]} for name, value in headers]


def _text(body: bytes) -> str:
    return body.decode("utf-8", "backslashreplace")
