"""Other ids: a mock whose characters or tasks go by other names than its engine gives them.

Owns the translation, which is made in both directions and everywhere, so that all that is told still works.
"""

import re
from collections.abc import Callable
from typing import Any

import msgspec

from sora_mock.wire import Reply, Request
from tests.mutants.craft import Answer, bent, reroute
from tests.mutants.mutant import App

Respell = Callable[[str], str]
_CORE = "[0-9a-f]{24}"


def respelled(prefix: str, shown: str, core: Respell) -> Callable[[bytes], bytes]:
    """Return the translation of all ids in some bytes, which begin with `prefix`, into those that are shown."""
    own = re.compile(f"{prefix}({_CORE})")
    return lambda text: own.sub(lambda match: shown + core(match[1]), text.decode()).encode()


def read(prefix: str, shown: str, core: Respell | None = None) -> Callable[[bytes], bytes]:
    """Return the translation back; bytes that are no UTF-8 stay as they are."""
    theirs = re.compile(re.escape(shown) + "([0-9A-Za-z_-]{24,})")

    def own(match: re.Match[str]) -> str:
        found = match[1] if core is None else core(match[1])
        return prefix + found if re.fullmatch(_CORE, found) else match[0]

    def translate(text: bytes) -> bytes:
        try:
            return theirs.sub(own, text.decode()).encode()
        except UnicodeDecodeError:
            return text

    return translate


def aliased(prefix: str, shown: str, core: Respell, back: Respell | None = None, **knobs: Any) -> App:
    """Make mocks whose ids with `prefix` begin with `shown` and are spelled by `core`; `back` undoes that."""
    out, into = respelled(prefix, shown, core), read(prefix, shown, back)

    async def way(request: Request, answer: Answer) -> Reply:
        asked = msgspec.structs.replace(
            request, body=into(request.body), path=into(request.path.encode()).decode(errors="replace")
        )
        reply = await answer(asked)
        return msgspec.structs.replace(reply, body=out(reply.body))

    return bent(lambda mock: reroute(mock, way), **knobs)
