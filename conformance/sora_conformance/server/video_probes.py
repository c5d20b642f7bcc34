"""The probes of the Videos API: its cases that are code.

Owns the list of the modules that have them, and which of the guide's probes hold here as well.
"""

from collections.abc import Iterator
from itertools import chain

import msgspec

from sora_conformance.server import probes_raw, video_auth, video_content, video_effect, video_lists
from sora_conformance.server.cases import Case
from sora_conformance.server.features import features_of
from sora_conformance.server.video_limit import PROBES, limit_cases

BELOW_HTTP = frozenset({"protocol.http", "request.complete"})
"""The rules that ask the same of every dialect, so that one module has the cases for both."""


def video_cases() -> Iterator[Case]:
    """Return the cases of all probes."""
    modules = (video_auth, video_effect, video_content, video_lists)
    own = chain(*(module.PROBES.cases for module in modules), PROBES.cases)
    raw = (case for case in probes_raw.PROBES.cases if case.rule in BELOW_HTTP)
    needing = (msgspec.structs.replace(case, features=case.features | features_of(case.rule)) for case in own)
    return chain(needing, raw, limit_cases())
