"""Who may pull the strings: callers on this machine, or those who know the token; never a stranger's web page.

Owns the checks in front of the control plane. It must not know what the control plane does.
"""

import hmac
from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

TOKEN_HEADER = "x-sora-mock-token"  # noqa: S105 - the header's name, not a secret


class Guard:
    """ASGI middleware that answers 403 itself unless the caller may control the mock.

    With a `token`, the header `X-Sora-Mock-Token` must carry it. Without one, the caller must be on a loopback
    address and must have addressed the server by a loopback name, which a page under a rebound DNS name cannot. A
    request that a browser marks as coming from another origin is refused in both cases.
    """

    def __init__(self, app: ASGIApp, *, token: str | None) -> None:
        self._app = app
        self._token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        headers = Headers(scope=scope)
        reason = cross_origin(headers) or self._stranger(scope, headers)
        if reason is None:
            await self._app(scope, receive, send)
            return
        error = {"message": reason, "type": "permission_error", "param": None, "code": "control_refused"}
        await JSONResponse({"error": error}, status_code=403)(scope, receive, send)

    def _stranger(self, scope: Scope, headers: Headers) -> str | None:
        if self._token is not None:
            given = headers.get(TOKEN_HEADER, "")
            if hmac.compare_digest(given.encode(), self._token.encode()):
                return None
            return f"Control refused: expected the control token in the header {TOKEN_HEADER}."
        client = scope.get("client")
        if client is not None and not is_loopback(client[0]):
            return "Control refused: without a control token, only callers on this machine may use it."
        host = host_name(headers.get("host", ""))
        if not is_loopback(host):
            return f"Control refused: expected a loopback host name, found {host[:80]!r}."
        return None


def cross_origin(headers: Headers) -> str | None:
    """Return why a request is another web page's, or None when it is not."""
    origin = headers.get("origin")
    if origin is not None and not _is_of_host(origin, headers.get("host")):
        return "Control refused: the request comes from a page of another origin."
    if headers.get("sec-fetch-site", "none") not in {"none", "same-origin"}:
        return "Control refused: the request comes from a page of another site."
    return None


def _is_of_host(origin: str, host: str | None) -> bool:
    try:
        return urlsplit(origin).netloc == host
    except ValueError:
        return False


def host_name(host: str) -> str:
    """Return the name or address in a Host header, without port and brackets; empty when it has none."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def is_loopback(host: str) -> bool:
    """Tell whether a host name or address is this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    # On a socket for both kinds of addresses, one of the older kind comes in the newer kind's dress.
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback
