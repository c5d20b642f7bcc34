"""Mocks of the Videos API that take the blame for what their callers got wrong.

Owns their list.
"""

from collections.abc import Callable

from sora_mock.wire import Request
from tests.mutants.edits import by, status
from tests.mutants.mutant import Mutant
from tests.mutants.ways import telling


def _in_body(*parts: bytes) -> Callable[[Request], bool]:
    return lambda request: any(part in request.body for part in parts)


def _in_address(*parts: str) -> Callable[[Request], bool]:
    return lambda request: any(part in f"{request.path}?{request.query}" for part in parts)


def _failing(name: str, why: str, when: Callable[[Request], bool]) -> Mutant:
    """Return a mutant that answers such requests with 500."""
    return Mutant(name, "error.caller-fault", why, telling(lambda request, _: when(request), status(500)))


MUTANTS: tuple[Mutant, ...] = (
    _failing("half-a-pair-500", "a text with half a pair of surrogates is a failure", _in_body(rb"\ud800")),
    _failing("infinity-500", "a number beyond all bounds is a failure", _in_body(b"1e999")),
    _failing("nameless-500", "a field without a name is a failure", _in_body(b'"":')),
    _failing("nul-500", "a text with a NUL is a failure", _in_body(rb"\u0000")),
    _failing("nul-in-the-address-500", "an address with a NUL is a failure", _in_address("\0", "%00")),
    _failing("no-text-500", "an address that is no UTF-8 is a failure", _in_address("\ufffd", "\udcff")),
    _failing("half-an-escape-500", "an address with half an escape is a failure", _in_address("/%?")),
    _failing("parent-500", "an address that leads upwards is a failure", _in_address("..")),
    _failing("quote-500", "an address with a quotation mark is a failure", _in_address("'")),
    _failing("many-digits-500", "a limit beyond 64 bits is a failure", _in_address("limit=99999999999999999999")),
    _failing("brackets-500", "a limit that is a list is a failure", _in_address("[]")),
    Mutant(
        "missing-prompt-500",
        "error.caller-fault",
        "a missing prompt is a failure",
        telling(by("video.prompt.required"), status(500)),
    ),
)
"""Each breaks the rule that it names."""
