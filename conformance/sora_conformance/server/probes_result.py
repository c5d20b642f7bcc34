"""Results: the link to the video of a completed task, and the video itself.

Owns what is asked of links and videos. The task is the one that cases share: two seconds in 480p.
"""

import re
from urllib.parse import urlsplit, urlunsplit

from sora_conformance.budget import inconclusive
from sora_conformance.contract import Cost
from sora_conformance.exchanges import Exchange, Party
from sora_conformance.server.cases import Price
from sora_conformance.server.checks import accepted
from sora_conformance.server.matching import shown
from sora_conformance.server.playback import Played, Unplayable, play
from sora_conformance.server.probe import Probes
from sora_conformance.server.probes_content import content_of
from sora_conformance.server.stage import Stage, told

PROBES = Probes()

SECONDS, LINES = 2, 480
"""What a stage asks for when it makes a task."""

TOLERANCE = 0.5
"""Seconds by which a video may be longer or shorter than asked for: frames do not divide every second."""

_GENERATION = Cost.GENERATION
_SIGNATURE = re.compile(r"signature|^sig$|^hmac$|^token$", re.IGNORECASE)


@PROBES(
    "generation/result/link-open", "generation.result.signed", cost=_GENERATION, price=Price(calls=2), props=("task",)
)
def link_opens(stage: Stage) -> list[str]:
    """Whoever has the link needs no key."""
    reply = _fetched(stage, _link(stage))
    if reply.status != 200:
        return [f"expected the link to open without a key, found {told(reply)}"]
    return [] if reply.body else ["expected a video behind the link, found nothing"]


@PROBES(
    "generation/result/link-altered",
    "generation.result.signed",
    cost=_GENERATION,
    price=Price(calls=4),
    props=("task",),
)
def link_altered(stage: Stage) -> list[str]:
    """A link is refused once a sign of its signature or the end of its time is another."""
    altered = alterations(_link(stage))
    if not altered:
        raise inconclusive("the link has no query that could be altered")
    replies = {about: stage.wire.call("GET", link, party=Party.NOBODY, refusal="") for about, link in altered.items()}
    return [
        f"expected 403 for a link with another {about}, found {told(reply)}"
        for about, reply in replies.items()
        if reply.status != 403
    ]


@PROBES(
    "generation/result/source",
    "generation.result.source",
    cost=_GENERATION,
    price=Price(calls=2, characters=1),
    props=("task",),
)
def link_as_source(stage: Stage) -> list[str]:
    """A character can be made from what stands behind the link."""
    return accepted(stage.create(url=_link(stage), timestamps="0,1"))


@PROBES(
    "generation/result/playable", "generation.result.playable", cost=_GENERATION, price=Price(calls=2), props=("task",)
)
def playable(stage: Stage) -> list[str]:
    """The video plays from end to end, and is as long and as high as was asked for."""
    try:
        return as_asked_for(play(_video(stage).body))
    except Unplayable as why:
        return [f"expected a video that can be played, found that {why}"]


def as_asked_for(video: Played) -> list[str]:
    """Expect the length and the number of lines that were asked for."""
    findings = []
    if abs(video.length - SECONDS) > TOLERANCE:
        findings.append(f"expected a video of {SECONDS} s, found one of {video.length:.2f} s")
    if video.height != LINES:
        findings.append(f"expected a video of {LINES} lines, found one of {video.height}")
    return findings


def alterations(link: str) -> dict[str, str]:
    """Return the link with one thing changed in its query, by what that is; nothing if there is no query."""
    parts = urlsplit(link)
    pairs = [pair.partition("=") for pair in parts.query.split("&")]
    valued = [at for at, (_, _, value) in enumerate(pairs) if value]
    if not valued:
        return {}
    # Without a telling name, it is the longest value that is hardest to guess.
    signed = max(valued, key=lambda at: (_SIGNATURE.search(pairs[at][0]) is not None, len(pairs[at][2])))
    changes = {"signature": (signed, _other(pairs[signed][2]))}
    for at in valued:
        name, _, value = pairs[at]
        if at != signed and "expire" in name.lower() and value.isascii() and value.isdigit():
            changes["time of expiry"] = (at, str(int(value) + 1))
    return {about: urlunsplit(parts._replace(query=_with(pairs, at, value))) for about, (at, value) in changes.items()}


def _with(pairs: list[tuple[str, str, str]], changed: int, value: str) -> str:
    """Return a query with another value at one place."""
    return "&".join(name + sign + (value if at == changed else old) for at, (name, sign, old) in enumerate(pairs))


def is_address(link: object) -> bool:
    """Tell whether a value is an absolute http or https address."""
    try:
        return isinstance(link, str) and urlsplit(link).scheme in {"http", "https"} and bool(urlsplit(link).hostname)
    except ValueError:
        return False


def _other(value: str) -> str:
    """Return the value with another sign in its middle: the last one may mean nothing in base 64."""
    places = [match.start() for match in re.finditer(r"(?<!%)(?<!%.)[0-9A-Za-z]", value)] or [0]
    at = places[len(places) // 2]
    sign = value[at : at + 1]
    return value[:at] + ("0" if sign != "0" else "1") + value[at + 1 :]


def _link(stage: Stage) -> str:
    look = stage.retrieve(stage.task())
    link = (look.object or {}).get("video_url")
    if not is_address(link):
        raise inconclusive(f"setup: a completed task with a link was needed, found {shown(link)}")
    return str(link)


def _fetched(stage: Stage, link: str) -> Exchange:
    return stage.wire.call("GET", link, party=Party.NOBODY)


def _video(stage: Stage) -> Exchange:
    """Return the reply with the video of the task that cases share, by whichever way leads to it."""
    task = stage.task()
    reply = content_of(stage, task)
    if reply.status != 200:
        reply = _fetched(stage, _link(stage))
    if reply.status != 200:
        raise inconclusive(f"setup: the video was to be fetched, and the answer was {told(reply)}")
    return reply
