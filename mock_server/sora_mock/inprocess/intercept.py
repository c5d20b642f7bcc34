"""Interception: the mock in place of the real hosts, whatever client the code under test makes for itself.

Owns which addresses are the mock's, and respx, which does the patching. How a request is answered is the stage's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Literal, get_args

from sora_mock.clock import Clock
from sora_mock.dialects.guide import BASE
from sora_mock.dialects.openai.paths import MODELS, VIDEOS
from sora_mock.handle import Sora
from sora_mock.inprocess.stage import Stage
from sora_mock.local import API_KEY
from sora_mock.settings import Settings

REAL = "https://api.openai.com/v1/sora"
"""The base URL of the service that is no more."""

Using = Literal["httpx", "httpcore", "httpcore2"]
USING: tuple[Using, ...] = ("httpcore", "httpcore2")
"""What is patched unless something else is named: below httpx, and below httpx2."""


@contextmanager
def intercept(
    settings: Settings | None = None,
    *,
    using: Using | Sequence[Using] = USING,
    relays: Sequence[str] = (),
    other_hosts: Literal["refuse", "pass"] = "refuse",
    clock: Clock | None = None,
    api_key: str = API_KEY,
) -> Iterator[Sora]:
    """Let a mock answer for the real service, and for the relays at these base URLs, while the block lasts.

    Of the real service it answers both contracts: what is below `/v1/sora`, and the Videos API.

        with sora_mock.inprocess.intercept() as sora:
            generate_clip(api_key=sora.api_key)  # goes to api.openai.com, as far as it knows

    `using` names what respx patches: `httpcore` or `httpx` for clients of httpx, `httpcore2` for those of httpx2.
    Requests to other hosts fail, or `pass` on to the network. Raises ImportError when respx is not installed, and
    ValueError for something else to patch.
    """
    names = [using] if isinstance(using, str) else list(using)
    if unknown := [name for name in names if name not in get_args(Using)]:
        raise ValueError(f"using: expected one of {', '.join(get_args(Using))}; found {', '.join(map(repr, unknown))}")
    try:
        from sora_mock.inprocess.respx_router import StageRouter
    except ModuleNotFoundError as error:
        if error.name not in {"respx", "httpx"}:
            raise
        raise ImportError("intercept needs respx; install it with: pip install 'sora-mock[conformance]'") from error
    stage = Stage(settings, clock=clock, origin=REAL.removesuffix("/v1/sora"))
    with Sora(stage, api_key, owns_venue=True) as sora, ExitStack() as open_routers:
        bases = dict.fromkeys((REAL, *relays), BASE) | {f"{stage.origin}{path}": path for path in (VIDEOS, MODELS)}
        for name in names:
            open_routers.enter_context(StageRouter(stage, name, bases=bases, refuse=other_hosts == "refuse"))
        yield sora
