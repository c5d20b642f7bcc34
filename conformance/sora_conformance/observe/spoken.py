"""Spoken: which dialect a command speaks, told by the addresses that it sends to.

Owns the choice between them, and which requests are another's. It is pure, and judges nobody.
"""

import re
from collections.abc import Iterable

from sora_conformance.client.arrivals import Arrival
from sora_conformance.client.dialects import DIALECTS, GUIDE, Dialect

_BESIDE_VIDEOS = re.compile(
    r"/v1/(assistants|audio|batches|chat|chatkit|completions|containers|conversations|embeddings|evals|files|"
    r"fine_tuning|images|moderations|organization|realtime|responses|skills|threads|uploads|vector_stores)(/[^/]+)*"
)
"""What OpenAI serves below the same base, so that programs that use it as well send it here too."""


def spoken_in(arrivals: Iterable[Arrival]) -> Dialect:
    """Return the dialect of most requests, the guide's if they are of none."""
    paths = [arrival.path for arrival in arrivals]
    counts = {
        name: sum(dialect.paths.fullmatch(path) is not None for path in paths) for name, dialect in DIALECTS.items()
    }
    most = max(DIALECTS, key=lambda name: counts[name])
    return DIALECTS[most] if counts[most] else GUIDE


def of_another(arrival: Arrival, dialect: Dialect) -> bool:
    """Tell whether a request is made in another dialect than this, or to another API below the same base.

    A dialect's rules do not speak of either.
    """
    if dialect.paths.fullmatch(arrival.path):
        return False
    return _BESIDE_VIDEOS.fullmatch(arrival.path) is not None or any(
        other.paths.fullmatch(arrival.path) for other in DIALECTS.values()
    )
