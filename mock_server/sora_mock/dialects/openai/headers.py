"""Headers: what the Videos API tells beside its bodies.

Owns their names and how their values are reckoned: the version, the limit, and when to look again.
"""

from sora_mock.dialects.openai.offer import STANDARD, terms_of
from sora_mock.engine.lifecycle import Status, View
from sora_mock.visit import Visit
from sora_mock.wire import Headers

VERSION = ("openai-version", "2020-10-01")

SHORTEST_WAIT = 100
USUAL_WAIT = 1_000
LONGEST_WAIT = 5_000
"""What a client is told to wait between two looks, in milliseconds: at least, while time stands still, at most."""


def marks(delay: int) -> Headers:
    """Return the headers that every reply carries; `delay` is in milliseconds."""
    return (VERSION, ("openai-processing-ms", str(delay)))


def quota_headers(visit: Visit) -> Headers:
    """Return what is left of the limit that counts the video which was asked for."""
    counter = visit.counter or STANDARD
    quota = visit.render_quota(counter, terms_of(visit.policy).per_minute[counter])
    return (
        ("x-ratelimit-limit-requests", str(quota.limit)),
        ("x-ratelimit-remaining-requests", str(quota.remaining)),
        ("x-ratelimit-reset-requests", f"{quota.reset / 1000:g}s"),
    )


def poll_headers(view: View, visit: Visit) -> Headers:
    """Return when to look again at a video that is still at work: about when it will be done, but not too late."""
    if view.status not in {Status.QUEUED, Status.IN_PROGRESS}:
        return ()
    span = visit.waits(view.generation.ends_at - visit.now) or USUAL_WAIT
    return (("openai-poll-after-ms", str(min(LONGEST_WAIT, max(SHORTEST_WAIT, span)))),)
