"""The `Prefer` header: one fault for one request, in the form of RFC 7240.

Owns the reading of `Prefer: fault=NAME`. What the fault does is told elsewhere.
"""

import re

from sora_mock.engine import problems
from sora_mock.engine.effects import NAMED, TaskEffect
from sora_mock.engine.faults import Fault, Firing, can_befall
from sora_mock.engine.problems import Refused
from sora_mock.wire import Request

# What repeats is taken once and for all (*+), or a header full of it would be tried in as many ways as it has.
_QUOTED = r'"((?:[^"\\]|\\.)*+)"'
_PREFERENCE = re.compile(r'(?:[^",]|"(?:[^"\\]|\\.)*+"?)++')
"""What stands between commas; those in a quoted string, even one without end, divide nothing."""
_FAULT = re.compile(rf'\s*+fault\s*+=\s*+(?:{_QUOTED}|([^\s;"]*))\s*+(?:;.*)?', re.IGNORECASE)
_ESCAPED = re.compile(r"\\(.)")


def faults_of(request: Request, operation: str) -> tuple[Firing, ...]:
    """Return the faults that a request's Prefer header asks for, in order; none without such a header.

    Raises Refused for a name that there is not, and for a fault that means nothing for the operation. Other preferences
    are passed over, as RFC 7240 §2 has it.
    """
    header = request.headers.get("prefer")
    if header is None:
        return ()
    firings = []
    for part in _PREFERENCE.finditer(header):
        match = _FAULT.fullmatch(part[0])
        if match is None:
            continue
        name = match[2] if match[1] is None else _ESCAPED.sub(r"\1", match[1])
        if name not in NAMED:
            raise Refused(problems.fault_unknown(name, NAMED))
        if not can_befall(NAMED[name], operation):
            raise Refused(problems.fault_misplaced(name, " and ".join(TaskEffect.operations), operation))
        firings.append(Firing(name, Fault(effect=name), NAMED[name], 1))
    return tuple(firings)
