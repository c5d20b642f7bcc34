"""The wire: how a request is put into httpx2, and what becomes of what comes out.

Owns the client's settings, headers and the names of failures. Exceptions of httpx2 hold the request with the key in it:
here they become values, and nothing of them is kept but a text.
"""

import ssl
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import httpx2

from sora_conformance.reference.call import Call
from sora_conformance.reference.errors import LocalValidationError
from sora_conformance.reference.options import Choices
from sora_conformance.reference.outcomes import Failure, Reply, Trouble
from sora_conformance.reference.secret import Secret


def settings(choices: Choices) -> dict[str, Any]:
    """Return the arguments of an httpx2 client: one pool, no redirects, nothing from the environment."""
    # Less than the whole: who comes to no connection is to know that nothing was sent.
    connect_s = min(choices.connect_s, 0.9 * choices.timeout_s)
    # A place in the pool is not waited for: the gate lets no more through than there are.
    return {
        "verify": True if choices.tls is None else choices.tls,
        "proxy": choices.proxy,
        "trust_env": False,
        "follow_redirects": False,
        "timeout": httpx2.Timeout(choices.timeout_s, connect=connect_s),
        "limits": httpx2.Limits(
            max_connections=choices.max_concurrency, max_keepalive_connections=choices.max_concurrency
        ),
    }


def request_of(call: Call, address: str, secret: Secret) -> httpx2.Request:
    """Return the request. It is the only place where the key is written out. Raises LocalValidationError."""
    url = _url(address + call.path)
    headers = {
        "Accept": call.accept,
        "Accept-Encoding": "identity",
        "Authorization": secret.header,
        "User-Agent": user_agent(),
    }
    if call.body is not None:
        headers["Content-Type"] = call.content_type
    return httpx2.Request(call.method, url, headers=headers, content=call.body)


def failure_of(error: httpx2.RequestError) -> Failure:
    """Return what an exception of httpx2 says of a request that got no reply."""
    detail = str(error)
    if isinstance(error, httpx2.ConnectTimeout | httpx2.PoolTimeout):
        return Failure(Trouble.NO_CONNECTION_IN_TIME, detail)
    if isinstance(error, httpx2.TimeoutException):
        return Failure(Trouble.TIMEOUT, detail)
    if isinstance(error, httpx2.ConnectError | httpx2.ProxyError):
        return Failure(Trouble.UNTRUSTED if _untrusted(error) else Trouble.NO_CONNECTION, detail)
    return Failure(Trouble.LOST, detail)


class Reading:
    """A reply while it comes in: bounded in size and time."""

    def __init__(self, response: httpx2.Response, *, most: int, until: float) -> None:
        self._response = response
        self._most = most
        self._until = until
        self._parts: list[bytes] = []
        self._size = 0

    @property
    def encoded(self) -> bool:
        """Tell whether the body is compressed. It was not asked for, and what comes out of it has no bound."""
        return self._response.headers.get("content-encoding", "identity").strip().lower() not in {"", "identity"}

    def take(self, part: bytes, now: float) -> Trouble | None:
        """Take a part of the body; return why no more is to be taken, None if more may be."""
        self._parts.append(part)
        self._size += len(part)
        if self._size > self._most:
            return Trouble.TOO_LONG
        return Trouble.TIMEOUT if now > self._until else None

    def reply(self, trouble: Trouble | None = None, detail: str = "") -> Reply:
        """Return the reply. Half a body is none: it could end in half a key."""
        headers = {name.lower(): value for name, value in self._response.headers.items()}
        body = b"".join(self._parts) if trouble is None else b""
        return Reply(status=self._response.status_code, headers=headers, body=body, trouble=trouble, detail=detail)


def reading_of(response: httpx2.Response, call: Call, choices: Choices, *, until: float) -> Reading:
    """Return the reading of a reply to a call: what was refused is no longer than any other reply."""
    wanted = call.most if 200 <= response.status_code < 300 else None
    return Reading(response, most=choices.max_reply if wanted is None else wanted, until=until)


@cache
def user_agent() -> str:
    """Return what the client calls itself."""
    try:
        return f"sora-reference-client/{version('sora-mock')}"
    except PackageNotFoundError:
        return "sora-reference-client"


def _url(address: str) -> httpx2.URL:
    try:
        return httpx2.URL(address)
    except httpx2.InvalidURL as error:
        raise LocalValidationError(f"base_url or an id: expected what makes an address: {error}") from None


def _untrusted(error: BaseException) -> bool:
    """Tell whether it was the certificate; the exceptions of three libraries stand between here and there."""
    found: BaseException | None = error
    while found is not None:
        if isinstance(found, ssl.SSLCertVerificationError):
            return True
        found = found.__cause__ or found.__context__
    return "CERTIFICATE_VERIFY_FAILED" in str(error)
