"""The target: the server under test, as far as a run knows it.

Owns what is given or found out about it: address, keys, source videos, whether its clock can be advanced. It sends
nothing.
"""

from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

import msgspec

from sora_conformance.exchanges import Party
from sora_conformance.redacting import Redactor

DEFAULT_KEY = "sk-sora-conformance"
"""The key for targets on this machine when none is given: any will do for a mock whose door is open."""

BAD_KEY = "sk-revoked-sora-conformance"
"""A key that a mock refuses even with its door open."""

MOCK_SOURCES = {
    "video": "https://videos.sora-mock.test/hero.mp4?length=12.5&height=1080",
    "mov": "https://videos.sora-mock.test/hero.mov?length=12.5",
    "webm": "https://videos.sora-mock.test/hero.webm?length=12.5",
    "small": "https://videos.sora-mock.test/hero.mp4?length=12.5&height=480",
    "signed": "https://cdn.example.com/hero.mp4?X-Amz-Expires=900&X-Amz-Signature=0a1b2c3d%2F4e",
    "tall": "https://videos.sora-mock.test/hero.mp4?length=12.5&height=1440",
    "avi": "https://videos.sora-mock.test/hero.avi?length=12.5",
    "broken": "https://videos.sora-mock.test/hero.mp4?length=12.5&decode=fail",
    "private": "https://videos.sora-mock.test/hero.mp4?length=12.5&status=403",
    "missing": "https://videos.sora-mock.test/hero.mp4?length=12.5&status=404",
    "empty": "https://videos.sora-mock.test/hero.mp4?length=12.5&characters=0",
}
"""The sources of a mock: their addresses say what they are like."""

SOURCES = tuple(MOCK_SOURCES)
"""The names of the source videos that cases ask for."""

SOURCE_SECONDS = 12.5
"""The length of `video`, unless the run says otherwise."""


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """The server under test.

    `url` is the base address without a slash at the end. `bad_key` is a key that it has to refuse. `sources` are the
    addresses of source videos, by name; `video_seconds` is the length of the one named `video`, None if unknown.
    `mock` tells that its clock can be advanced. `features` are those that it is said to offer, None to find out which.
    `timeout` is how many seconds a reply may take.
    """

    url: str
    api_key: str
    second_api_key: str | None = None
    bad_key: str = BAD_KEY
    dialect: str = "guide"
    sources: Mapping[str, str] = {}
    video_seconds: float | None = SOURCE_SECONDS
    mock: bool = False
    features: frozenset[str] | None = None
    timeout: float = 60.0

    @property
    def origin(self) -> str:
        """Return scheme, host and port, without a slash at the end."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def videos(self) -> str:
        """Return the base address of the Videos API: of a relay it is beside its own, where `/sora/v1` is `/v1`."""
        if self.dialect != "relay":
            return self.url
        return f"{self.origin}{urlsplit(self.url).path.removesuffix('/sora/v1')}/v1"

    @property
    def local(self) -> bool:
        """Tell whether the server is on this machine, where nothing is billed."""
        return is_loopback(urlsplit(self.url).hostname or "")

    @property
    def redact(self) -> Redactor:
        """Return what takes the keys out of texts."""
        return Redactor(
            {
                self.api_key: "$SORA_API_KEY",
                self.second_api_key or "": "$SORA_SECOND_API_KEY",
                self.bad_key: "$SORA_BAD_KEY",
            }
        )

    def key(self, party: Party) -> str | None:
        """Return the key that a party sends, None for one that sends none."""
        return {Party.FIRST: self.api_key, Party.SECOND: self.second_api_key, Party.BAD: self.bad_key}.get(party)


def is_loopback(host: str) -> bool:
    """Tell whether a host name or address is this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
