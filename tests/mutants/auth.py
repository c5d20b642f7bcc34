"""Mocks that let the wrong callers in, keep the right ones out, or give keys away."""

import re

import msgspec

from sora_mock.app import Mock
from sora_mock.engine import problems
from sora_mock.engine.problems import Refused
from sora_mock.keys import Caller
from sora_mock.wire import Reply, Request
from tests.mutants.craft import Answer, bent, reroute
from tests.mutants.edits import AskEdit, ReplyEdit, always, by, header, heading, refusals, setting
from tests.mutants.mutant import App, Mutant
from tests.mutants.ways import asking, restating, telling

_KEY = "Bearer sk-whoever"
UPSTREAM_KEY = "sk-proj-T3stOnlyT3stOnlyT3stOnlyT3stOnlyT3stOnly"


def _key(request: Request) -> str:
    return request.headers.get("authorization", "").rpartition(" ")[2] or "none"


def _credentials(pattern: str, value: str | None) -> AskEdit:
    """Put `value` in the place of an Authorization header that matches; a missing one counts as empty."""

    def edit(request: Request) -> Request:
        found = request.headers.get("authorization", "")
        return heading("authorization", value)(request) if re.fullmatch(pattern, found) else request

    return edit


def _renewed(request: Request) -> Request:
    found = request.headers.get("authorization", "")
    return heading("authorization", found.replace("sk-revoked", "sk-renewed"))(request)


def _leaking(leak) -> App:
    """Make mocks whose replies are edited by what `leak` makes of the caller's key."""

    async def way(request: Request, answer: Answer) -> Reply:
        edit: ReplyEdit = leak(_key(request))
        return edit(await answer(request))

    return bent(lambda mock: reroute(mock, way))


def _said_in_refusals(key: str) -> ReplyEdit:
    edit = setting("error.message", lambda message: f"{message} (key {key})")
    return lambda reply: edit(reply) if reply.status >= 400 and reply.body else reply


def _said_in_401(key: str) -> ReplyEdit:
    return lambda reply: _said_in_refusals(key)(reply) if reply.status == 401 else reply


def _said_in_successes(key: str) -> ReplyEdit:
    edit = setting("request", {"authorization": f"Bearer {key}"})
    return lambda reply: edit(reply) if reply.status == 200 and reply.body else reply


def _unknown_only_missing(mock: Mock) -> None:
    """Tell a missing key from a bad one as if only the former were a matter of authentication."""
    authenticate = mock.exchange.understudy.caller

    def caller(authorization: str | None) -> Caller:
        try:
            return authenticate(authorization)
        except Refused as refused:
            if refused.problem.rule != "auth.key.refused":
                raise
            problem = problems.task_not_found("account", "authorization", "auth.key.refused")
            raise Refused(msgspec.structs.replace(problem, code="account_not_found")) from None

    mock.exchange.understudy.caller = caller


MUTANTS = (
    Mutant("bearer-refused", "auth.scheme", "no bearer key is let in", asking(_credentials("(?i)bearer .*", None))),
    Mutant(
        "scheme-with-a-capital-only",
        "auth.scheme.case",
        "`bearer` and `BEARER` are no `Bearer`",
        asking(_credentials("(?!Bearer )(?i:bearer) .*", None)),
    ),
    Mutant("key-not-required", "auth.key.required", "who brings no key is let in", asking(_credentials("", _KEY))),
    Mutant(
        "other-scheme-accepted",
        "auth.key.required",
        "a key under any other scheme is let in",
        asking(_credentials(r"(?!(?i:bearer) )\S+ +\S+", _KEY)),
    ),
    Mutant(
        "key-without-scheme-accepted",
        "auth.key.required",
        "a bare key is let in",
        asking(_credentials(r"(?!(?i:bearer))\S+", _KEY)),
    ),
    Mutant(
        "empty-key-accepted",
        "auth.key.required",
        "`Bearer` with nothing behind it is let in",
        asking(_credentials("(?i)bearer *", _KEY)),
    ),
    Mutant("revoked-key-accepted", "auth.key.refused", "a revoked key still opens an account", asking(_renewed)),
    Mutant(
        "revoked-key-403",
        "auth.key.refused",
        "a bad key is answered with 403",
        restating("auth.key.refused", 403),
    ),
    Mutant("revoked-key-404", "auth.key.refused", "a bad key is answered with 404", bent(_unknown_only_missing)),
    Mutant(
        "key-repeated-when-refused",
        "auth.key.secret",
        "the message of a 401 repeats the key",
        _leaking(_said_in_401),
    ),
    Mutant(
        "key-repeated-in-errors",
        "auth.key.secret",
        "the message of every error repeats the key",
        _leaking(_said_in_refusals),
    ),
    Mutant(
        "key-repeated-in-results",
        "auth.key.secret",
        "successful replies show the request that they answer",
        _leaking(_said_in_successes),
    ),
    Mutant(
        "key-repeated-in-a-header",
        "auth.key.secret",
        "every reply carries the key in a header",
        _leaking(lambda key: header("x-debug-key", key)),
    ),
    Mutant(
        "upstream-key-shown",
        "auth.key.secret",
        "every reply shows the key of the service behind",
        telling(always, header("x-upstream-authorization", f"Bearer {UPSTREAM_KEY}")),
    ),
    Mutant(
        "upstream-key-shown-in-errors",
        "auth.key.secret",
        "errors show the key of the service behind",
        telling(refusals, setting("error.message", lambda message: f"{message} Upstream key: {UPSTREAM_KEY}.")),
    ),
    Mutant(
        "no-challenge",
        "auth.challenge",
        "a 401 names no scheme",
        telling(by("auth.key.required", "auth.key.refused"), header("www-authenticate", None)),
    ),
    Mutant(
        "challenge-names-basic",
        "auth.challenge",
        "a 401 asks for another scheme",
        telling(by("auth.key.required", "auth.key.refused"), header("www-authenticate", 'Basic realm="sora"')),
    ),
)
