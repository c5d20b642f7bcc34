"""Probes of the content and the life of videos: what the bytes are, and how a video comes to its end.

Owns the cases that look at more than one reply, or into a file.
"""

from sora_conformance.budget import inconclusive
from sora_conformance.contract import Cost
from sora_conformance.exchanges import Exchange
from sora_conformance.server.cases import SECOND_KEY, Findings, Price
from sora_conformance.server.checks import refused
from sora_conformance.server.playback import Unplayable, play
from sora_conformance.server.probe import Probes
from sora_conformance.server.stage import Stage, made, status_of, task_id, told
from sora_conformance.server.survey_life import follow
from sora_conformance.server.tasks import RANKS
from sora_conformance.server.unfinished import AT_WORK

PROBES = Probes()

LENGTH_SLACK = 0.5
"""How many seconds a video may be longer or shorter than it was asked to be."""

_DIMENSIONS = {"720x1280": 1280}
_LIFE, _LIFE_PRICE = "life of a video", Price(calls=8, generations=1)


@PROBES(
    "video/content/playable",
    "video.content.playable",
    cost=Cost.GENERATION,
    price=Price(calls=4),
    props=("own_video",),
)
def playable(stage: Stage) -> Findings:
    """The content is played to its end, and has the length and the lines that were asked for."""
    try:
        found = play(_content(stage).body)
    except Unplayable as why:
        return [f"expected a video that can be played, but {why}"]
    findings = []
    if abs(found.length - 4) > LENGTH_SLACK:
        findings.append(f"expected a length of 4 s, found {found.length:g} s")
    if found.height != _DIMENSIONS["720x1280"]:
        findings.append(f"expected a picture of 720x1280, found one of {found.height} lines")
    return findings


@PROBES(
    "video/content/default", "video.content.default", cost=Cost.GENERATION, price=Price(calls=4), props=("own_video",)
)
def default(stage: Stage) -> Findings:
    """Without a variant there is the same file as with the variant `video`."""
    plain, named = _content(stage), _content(stage, "?variant=video")
    return [] if plain.body == named.body else ["expected the video itself without a variant, found another file"]


@PROBES("video/content/range", "video.content.range", cost=Cost.GENERATION, price=Price(calls=4), props=("own_video",))
def ranged(stage: Stage) -> Findings:
    """The first sixteen bytes, and those from the sixteenth to the thirty-first."""
    whole, video = _content(stage).body, stage.video_prop("own_video")
    findings = []
    for first, last in ((0, 15), (16, 31)):
        reply = stage.wire.call("GET", f"/videos/{video}/content", headers={"range": f"bytes={first}-{last}"})
        if reply.status != 206:
            findings.append(f"expected 206 to a range, found {told(reply)}")
        elif reply.body != whole[first : last + 1]:
            findings.append(f"expected the bytes {first} to {last}, found {len(reply.body)} others")
    return findings


@PROBES("video/retrieve/looks", "video.retrieve.own", cost=Cost.GENERATION, price=_LIFE_PRICE)
def looks(stage: Stage) -> Findings:
    """Looked at again and again, a video is shown, and it is the one that was made."""
    made_one, *_, last = _life(stage)
    found = last.object or {}
    if last.status != 200 or not found:
        return [f"expected 200 with the video, found {told(last)}"]
    video = task_id(made_one)
    return [] if found.get("id") == video else [f"expected the video {video!r}, found {found.get('id')!r}"]


@PROBES("video/lifecycle/order", "video.lifecycle.order", cost=Cost.GENERATION, price=_LIFE_PRICE)
def order(stage: Stage) -> Findings:
    """Looked at again and again, a video never falls back."""
    seen = _seen(stage)
    ranks = [RANKS.get(status_of(look) or "", -1) for look in seen]
    words = ", ".join(str(status_of(look)) for look in seen)
    return [] if ranks == sorted(ranks) and -1 not in ranks else [f"expected a video to move forward, found {words}"]


@PROBES("video/lifecycle/progress", "video.lifecycle.progress", cost=Cost.GENERATION, price=_LIFE_PRICE)
def progress(stage: Stage) -> Findings:
    """Looked at again and again, a video's progress never falls, and ends at 100."""
    seen = _seen(stage)
    steps = [(look.object or {}).get("progress") for look in seen]
    numbers = [step for step in steps if isinstance(step, int | float)]
    falls = len(numbers) < len(steps) or numbers != sorted(numbers)
    if falls or (status_of(seen[-1]) == "completed" and numbers[-1] != 100):
        return [f"expected progress to rise to 100, found {', '.join(map(str, steps))}"]
    return []


@PROBES("video/lifecycle/ends", "video.lifecycle.ends", cost=Cost.GENERATION, price=_LIFE_PRICE)
def ends(stage: Stage) -> Findings:
    """A video is completed, or fails, in time."""
    status = status_of(_seen(stage)[-1])
    if status in AT_WORK and not stage.target.mock:
        raise inconclusive(f"time: a video was still {status!r} when it was given up: whether it ends cannot be told")
    return [] if status in {"completed", "failed"} else [f"expected a video to end, found it {status!r}"]


@PROBES(
    "video/extension/steps",
    "video.extension.steps",
    cost=Cost.GENERATION,
    price=Price(calls=24, generations=7),
)
def steps(stage: Stage) -> Findings:
    """Six extensions of 4 s each are accepted one after another, the seventh is refused."""
    video = stage.new_task()
    for number in range(1, 7):
        reply = _extended(stage, video, "4")
        if reply.status != 200:
            return [f"expected a video to be extended six times, found extension {number} answered {told(reply)}"]
        video = task_id(reply)
        stage.ended(video)
    reply = _extended(stage, video, "4", refusal="invalid_value")
    return refused(reply, "invalid_value", dialect="openai")


@PROBES(
    "video/extension/longest",
    "video.extension.longest",
    cost=Cost.GENERATION,
    price=Price(calls=24, generations=7),
)
def longest(stage: Stage) -> Findings:
    """A video of 12 s, extended by 20 s five times, has 112 s; another 20 s are refused."""
    video = stage.new_task(seconds="12")
    for _ in range(5):
        video = task_id(_extended(stage, video, "20"))
        stage.ended(video)
    return refused(_extended(stage, video, "20", refusal="invalid_value"), "invalid_value", dialect="openai")


@PROBES(
    "video/retrieve/foreign-edit",
    "video.retrieve.foreign",
    cost=Cost.GENERATION,
    price=Price(calls=2),
    needs=(SECOND_KEY,),
    props=("foreign_video",),
    features=("edits",),
)
def foreign_edit(stage: Stage) -> Findings:
    """An edit of another account's video is refused."""
    body = {"prompt": "Make it red", "video": {"id": stage.video_prop("foreign_video")}}
    reply = stage.post("/videos/edits", body, refusal="video_not_found")
    return refused(reply, "video_not_found", dialect="openai")


@PROBES(
    "video/retrieve/foreign-extension",
    "video.retrieve.foreign",
    cost=Cost.GENERATION,
    price=Price(calls=2),
    needs=(SECOND_KEY,),
    props=("foreign_video",),
    features=("extensions",),
)
def foreign_extension(stage: Stage) -> Findings:
    """An extension of another account's video is refused."""
    reply = _extended(stage, stage.video_prop("foreign_video"), "4", refusal="video_not_found")
    return refused(reply, "video_not_found", dialect="openai")


def _extended(stage: Stage, video: str, seconds: str, *, refusal: str | None = None) -> Exchange:
    body = {"prompt": "The rain goes on", "seconds": seconds, "video": {"id": video}}
    return stage.post("/videos/extensions", body, refusal=refusal)


def _content(stage: Stage, query: str = "") -> Exchange:
    reply = stage.wire.call("GET", f"/videos/{stage.video_prop('own_video')}/content{query}")
    if reply.status != 200:
        raise inconclusive(f"setup: the content of a video was needed, and the answer was {told(reply)}")
    return reply


def _seen(stage: Stage) -> list[Exchange]:
    """Return the looks at one video as far as it was shown; raise NotJudged if it was not to the last."""
    seen = _life(stage)
    if seen[-1].status != 200:
        raise inconclusive(f"setup: a video was to be looked at, and the answer was {told(seen[-1])}")
    return [look for look in seen if look.status == 200]


def _life(stage: Stage) -> list[Exchange]:
    """Return the making of one video and the looks at it, until it ended or was not shown; it is made once a run."""
    had = stage.memory.get(_LIFE)
    if isinstance(had, list) and len(had) > 1:
        return had
    reply = stage.generate()
    video = made(reply, "id", "a video")
    # Kept from the start: a run that may wait no longer has paid for what was seen until then.
    seen = stage.memory[_LIFE] = [reply]
    follow(stage, video, seen, [])
    if seen[-1].status != 200:
        # Once is what may befall any call.
        seen.append(stage.retrieve(video))
    return seen
