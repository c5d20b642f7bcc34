"""The `Prefer` header: one fault for one request, in the form of RFC 7240.

Owns the reading of `Prefer: fault=NAME`. What the fault does is told elsewhere.
"""

import re

from sora_mock.engine import problems
from sora_mock.engine.effects import NAMED
from sora_mock.engine.faults import Fault, Firing
from sora_mock.engine.problems import Refused
from sora_mock.wire import Request

_FAULT = re.compile(r'\s*fault\s*=\s*(?:"([^"]*)"|([^\s;"]*))\s*(?:;.*)?', re.IGNORECASE)


def fault_of(request: Request) -> tuple[Firing, ...]:
    """Return the faults that a request's Prefer header asks for; raise Refused for a name that there is not.

    Other preferences are passed over, as RFC 7240 §2 has it.
    """
    firings = []
    for part in request.headers["prefer"].split(","):
        match = _FAULT.fullmatch(part)
        if match is None:
            continue
        name = match[1] if match[1] is not None else match[2]
        if name not in NAMED:
            raise Refused(problems.fault_unknown(name, NAMED))
        firings.append(Firing(name, Fault(effect=name), NAMED[name], 1))
    return tuple(firings)
