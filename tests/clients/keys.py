"""Clients that send the key elsewhere or otherwise, take another one, or give it away."""

import base64
import json
import logging
import os

import httpx2

from sora_conformance.reference import async_driver, bodies, video_replies
from sora_conformance.reference.errors import InvalidRequestError, ProtocolError
from sora_conformance.reference.outcomes import Failure, Reply
from sora_conformance.reference.secret import Secret
from tests.clients.seams import both, failing, key_of, patched, performing, reading, requesting, respelled
from tests.clients.variant import Change, Faulty

BEARER, HEADER_ONLY, MISSING, EXPLICIT, HIDDEN = (
    f"client.auth.{word}" for word in ("bearer", "header-only", "missing-key", "explicit-key", "key-hidden")
)


def _authorized(write) -> Change:
    """Write the Authorization header otherwise; `write` is given the key."""

    def edit(request: httpx2.Request) -> httpx2.Request:
        request.headers["authorization"] = write(key_of(request))
        return request

    return requesting(edit)


def _elsewhere(request: httpx2.Request) -> httpx2.Request:
    request.headers["x-api-key"] = key_of(request)
    del request.headers["authorization"]
    return request


def _in_query(request: httpx2.Request) -> httpx2.Request:
    return respelled(request, url=f"{request.url}?api_key={key_of(request)}")


def _in_body(request: httpx2.Request) -> httpx2.Request:
    body = {**json.loads(request.content), "api_key": key_of(request)} if request.content else None
    return request if body is None else respelled(request, content=json.dumps(body).encode())


def _keyed(choose) -> Change:
    """Make secrets of what `choose` makes of the key that is given, and of where another could be found."""
    return patched(async_driver, "secret_of", lambda _: lambda key, home: Secret(choose(key, home.key_variable)))


def _logged(request: httpx2.Request) -> httpx2.Request:
    logging.getLogger("client").debug("> %s %s %s", request.method, request.url, dict(request.headers))
    return request


def _shown_as_it_is(_):
    return lambda text, secret: " ".join(text.split())


def _replies_logged(outcome, secret, usual):
    if isinstance(outcome, Reply):
        logging.getLogger("client").debug("< %d %s", outcome.status, outcome.body)
    return usual()


def _quoting(outcome, secret, usual):
    if isinstance(outcome, Reply) and outcome.status == 400:
        return InvalidRequestError(f"sent with {secret.header}", status=400)
    return usual()


def _quoting_when_lost(outcome, secret, usual):
    error = usual()
    if isinstance(outcome, Failure):
        error.args = (f"{error}; the headers were Authorization: {secret.header}",)
        error.message = error.args[0]
    return error


def _quoting_success(reply, secret, read):
    found = read(reply, secret)
    return ProtocolError(f"strange: {reply.body!r}", status=reply.status) if isinstance(found, Exception) else found


async def _announcing(message, perform):
    logging.getLogger("client").info("using the key %s", message["api_key"])
    return await perform(message)


FAULTY = (
    Faulty("bare-key", BEARER, "the key stands in the header without a scheme", _authorized(lambda key: key)),
    Faulty("other-scheme", BEARER, "the scheme is `Token`", _authorized(lambda key: f"Token {key}")),
    Faulty("scheme-twice", BEARER, "the scheme stands there twice", _authorized(lambda key: f"Bearer Bearer {key}")),
    Faulty(
        "basic",
        BEARER,
        "the key is a password of Basic",
        _authorized(lambda key: f"Basic {base64.b64encode(f':{key}'.encode()).decode()}"),
    ),
    Faulty("header-of-its-own", BEARER, "the key stands in `X-Api-Key`", requesting(_elsewhere)),
    Faulty("key-in-query", HEADER_ONLY, "the key stands in the query, too", requesting(_in_query)),
    Faulty("key-in-body", HEADER_ONLY, "the key stands in the body, too", requesting(_in_body)),
    Faulty("bearer-none", MISSING, "without a key `Bearer None` is sent", _keyed(lambda key, _: str(key))),
    Faulty("stand-in-key", MISSING, "for an empty key another is sent", _keyed(lambda key, _: key or "missing")),
    Faulty(
        "key-of-the-environment",
        EXPLICIT,
        "the key in the environment goes before the one that is given",
        _keyed(lambda key, variable: os.environ.get(variable) or key),
    ),
    Faulty(
        "errors-quote-the-server",
        HIDDEN,
        "errors repeat what a server says",
        patched(bodies, "shown", _shown_as_it_is),
    ),
    Faulty("errors-quote-the-request", HIDDEN, "an error of a 400 shows the header that was sent", failing(_quoting)),
    Faulty(
        "lost-connections-quote-the-request",
        HIDDEN,
        "an error of a lost connection shows the header that was sent",
        failing(_quoting_when_lost),
    ),
    Faulty(
        "strange-success-quoted",
        HIDDEN,
        "a 200 that makes no sense is quoted",
        both(reading(_quoting_success), reading(_quoting_success, module=video_replies)),
    ),
    Faulty("requests-logged", HIDDEN, "headers are written to the log", requesting(_logged)),
    Faulty("replies-logged", HIDDEN, "what a server sends is written to the log", failing(_replies_logged)),
    Faulty("key-announced", HIDDEN, "the key is written to the log before a call", performing(_announcing)),
    Faulty(
        "key-in-errors",
        HIDDEN,
        "every error tells the representation of the client, and that the key",
        failing(lambda outcome, secret, usual: _with_key(usual(), secret)),
    ),
)


def _with_key(error, secret):
    if error is not None:
        error.message = f"{error.message} <Client key={secret.header.removeprefix('Bearer ')}>"
    return error
