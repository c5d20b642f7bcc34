"""Spoken: which dialect a command speaks, told by the addresses that it sends to.

Owns the choice between them, and which requests are another's. It is pure, and judges nobody.
"""

from collections.abc import Iterable

from sora_conformance.client.arrivals import Arrival
from sora_conformance.client.dialects import DIALECTS, GUIDE, Dialect


def spoken_in(arrivals: Iterable[Arrival]) -> Dialect:
    """Return the dialect of most requests, the guide's if they are of none."""
    paths = [arrival.path for arrival in arrivals]
    counts = {
        name: sum(dialect.paths.fullmatch(path) is not None for path in paths) for name, dialect in DIALECTS.items()
    }
    most = max(DIALECTS, key=lambda name: counts[name])
    return DIALECTS[most] if counts[most] else GUIDE


def of_another(arrival: Arrival, dialect: Dialect) -> bool:
    """Tell whether a request is made in another dialect than this, so that this one's rules do not speak of it."""
    if dialect.paths.fullmatch(arrival.path):
        return False
    return any(other.paths.fullmatch(arrival.path) for other in DIALECTS.values())
