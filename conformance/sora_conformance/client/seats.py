"""Seats: what one case has of the stage.

Owns the addresses, the key and the script of a case. What arrives is in its log; it opens no connection.
"""

import secrets
from collections import Counter
from collections.abc import Callable
from types import TracebackType
from typing import Self

import msgspec

from sora_conformance.client.arrivals import Arrival
from sora_conformance.client.bodies import without_boundary
from sora_conformance.client.dialects.base import Dialect
from sora_conformance.client.logs import Log
from sora_conformance.client.presets import preset_named
from sora_conformance.client.script import Script, Step


class Origins(msgspec.Struct, frozen=True, kw_only=True):
    """Where the listeners of a stage are, each as scheme, host and port."""

    stage: str
    secure: str
    video: str
    elsewhere: str
    proxy: str


class Seat(Log):
    """A case's own part of the stage, and the log of what arrived there and at the traps.

    `path` is that of the case, below any origin. `base_url` is what the client is given, `https_url` the same with TLS,
    under a certificate that nobody trusts.
    `key` is a canary: wherever it turns up, it came from here. `video_url` is a source video, `elsewhere` an address on
    another host, `proxy_url` a proxy for the environment; all of them are traps. Raises ValueError for a step whose
    reply there is not.
    """

    def __init__(self, script: Script, origins: Origins, dialect: Dialect, *, close: Callable[["Seat"], None]) -> None:
        super().__init__()
        for step in script.steps:
            if step.reply is not None:
                preset_named(dialect, step.reply)
        self.token = secrets.token_hex(8)
        self.key = f"sk-canary-{secrets.token_hex(16)}"
        part = f"/x/{self.token}"
        self.path = part + dialect.contract.base_path
        self.base_url = origins.stage + self.path
        self.https_url = origins.secure + self.path
        self.elsewhere = f"{origins.elsewhere}{part}"
        self.video_url = f"{origins.video}{part}/source.mp4"
        self.results_url = f"{origins.video}{part}/results"
        # The token is the proxy's user, so that even a CONNECT says whose it is.
        self.proxy_url = origins.proxy.replace("://", f"://{self.token}:x@")
        self._script = script
        self._steps: Counter[bytes] = Counter()
        self._close = close

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Break off what is under way. What arrives from now on is a stray. May be repeated."""
        self._close(self)

    def next_step(self, arrival: Arrival) -> Step:
        """Return what is to be done with the request that has just come to the case's address."""
        whose = without_boundary(arrival.header("content-type") or "", arrival.body) if self._script.each else b""
        self._steps[whose] += 1
        return self._script.step(self._steps[whose] - 1)

    def owns(self, text: str) -> bool:
        """Tell whether the token or the key is in a text."""
        return self.token in text or self.key in text
