"""Mocks that tell of the limit on creations what is not so."""

from collections.abc import Callable

from sora_mock.wire import Reply
from tests.mutants.calls import CREATE, operation
from tests.mutants.edits import by, every, header
from tests.mutants.mutant import App, Mutant
from tests.mutants.ways import telling

_HEADERS = tuple(f"x-ratelimit-{word}-requests" for word in ("limit", "remaining", "reset"))
_LIMITED = by("limit.characters")


def _on_creations(*edits, when: Callable[[Reply], bool] = lambda _: True) -> App:
    return telling(lambda request, reply: operation(request) == CREATE and when(reply), *edits)


_NO_HEADERS = every(*(header(name, None) for name in _HEADERS))
_TRUE, _STATED = "limit.retry-after.true", "limit.headers"

MUTANTS = (
    Mutant(
        "no-retry-after",
        "limit.retry-after",
        "a 429 does not say how long to wait",
        telling(_LIMITED, header("retry-after", None)),
    ),
    Mutant(
        "retry-after-in-words",
        "limit.retry-after",
        "a 429 says in words how long to wait",
        telling(_LIMITED, header("retry-after", "a minute")),
    ),
    Mutant("retry-after-1", _TRUE, "a 429 always asks for one second", telling(_LIMITED, header("retry-after", "1"))),
    Mutant("retry-after-0", _TRUE, "a 429 asks for no wait", telling(_LIMITED, header("retry-after", "0"))),
    Mutant(
        "retry-after-fraction",
        _TRUE,
        "a 429 asks for a fraction of seconds",
        telling(_LIMITED, header("retry-after", lambda seconds: f"{seconds}.5")),
    ),
    Mutant(
        "retry-after-date",
        _TRUE,
        "a 429 names a date",
        telling(_LIMITED, header("retry-after", "Fri, 31 Dec 2100 23:59:59 GMT")),
    ),
    Mutant("no-limit-headers", _STATED, "creations do not state the limit", _on_creations(_NO_HEADERS)),
    Mutant(
        "limit-headers-on-success-only",
        _STATED,
        "refused creations do not state the limit",
        _on_creations(_NO_HEADERS, when=lambda reply: reply.status != 200),
    ),
    Mutant(
        "remainder-never-falls",
        _STATED,
        "the remainder is always said to be the whole",
        _on_creations(header(_HEADERS[1], "60")),
    ),
    Mutant("other-limit-stated", _STATED, "the limit is said to be 100", _on_creations(header(_HEADERS[0], "100"))),
    Mutant(
        "reset-without-unit",
        _STATED,
        "the reset is a number without a unit",
        _on_creations(header(_HEADERS[2], lambda text: text.removesuffix("s"))),
    ),
    Mutant("reset-never", _STATED, "the reset is always said to be at once", _on_creations(header(_HEADERS[2], "0s"))),
)
