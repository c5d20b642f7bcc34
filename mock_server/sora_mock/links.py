"""Result links: addresses of finished clips, and of pictures, that need no key because they carry a signature.

Owns the form of a link, its signature and its end. It must not know what a task or a character is; it only
vouches for names.
"""

import hmac
import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlencode, urlsplit

import msgspec

from sora_mock.engine import problems
from sora_mock.engine.problems import Refused

BASE = "/files"
_PATH = re.compile(rf"{BASE}/(?P<account>[A-Za-z0-9_.-]+)/(?P<name>(?:task|video)_[0-9A-Za-z]{{1,64}})\.mp4")
_PICTURE = re.compile(rf"{BASE}/(?P<account>[A-Za-z0-9_.-]+)/(?P<name>char_[0-9A-Za-z_]+)\.webp")


class Named(msgspec.Struct, frozen=True):
    """What a link points to: one account's task, or the picture of its character."""

    account: str
    name: str


class Links:
    """Signs and opens links. The secret follows from the seed, so that the same seed gives the same links."""

    def __init__(self, *, seed: int) -> None:
        self._secret = f"sora-mock result links/{seed}".encode()

    def sign(self, named: Named, expires_at: int) -> str:
        """Return the path and query of a link that is good until the instant `expires_at` (milliseconds).

        A link tells whole seconds, rounded up: it may outlive what it points to, but never ends before it.
        """
        suffix = "webp" if named.name.startswith("char_") else "mp4"
        path = f"{BASE}/{named.account}/{named.name}.{suffix}"
        expires = str(-(-expires_at // 1000))
        return f"{path}?{urlencode({'expires': expires, 'signature': self._signature(path, expires)})}"

    def open(self, path: str, query: str, now: Callable[[str], int]) -> Named:
        """Return what the link points to; raise Refused (403) when it was tampered with or is past its end.

        `now` tells the present instant of the account that the link names.
        """
        match = _PATH.fullmatch(path) or _PICTURE.fullmatch(path)
        parameters = {name: values[0] for name, values in parse_qs(query).items()}
        expires, signature = parameters.get("expires", ""), parameters.get("signature", "")
        if match is None or not hmac.compare_digest(self._signature(path, expires).encode(), signature.encode()):
            raise Refused(problems.link_invalid())
        if now(match["account"]) >= int(expires) * 1000:
            raise Refused(problems.link_expired())
        return Named(match["account"], match["name"])

    def _signature(self, path: str, expires: str) -> str:
        return hmac.new(self._secret, f"{path}?{expires}".encode(), "sha256").hexdigest()[:32]


def is_picture(path: str) -> bool:
    """Tell whether a path has the form of a link to a picture."""
    return _PICTURE.fullmatch(path) is not None


def split_own(url: str) -> tuple[str, str] | None:
    """Return path and query of a url that has the form of a clip's link, signature and all; else None.

    The host does not matter: a mock is reached under many names, and the signature tells whether a link is good.
    """
    if f"{BASE}/" not in url:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    signed = {"expires", "signature"} <= parse_qs(parts.query).keys()
    return (parts.path, parts.query) if signed and _PATH.fullmatch(parts.path) else None
