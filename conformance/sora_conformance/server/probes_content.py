"""Content: the video of a completed task, whole and in parts.

Owns which ranges are asked for, and the bytes that each stands for. Whether the bytes are a video is not its business.
"""

import msgspec

from sora_conformance.budget import inconclusive
from sora_conformance.contract import Cost
from sora_conformance.exchanges import Exchange
from sora_conformance.server.cases import Price
from sora_conformance.server.probe import Probes
from sora_conformance.server.stage import Stage, told

PROBES = Probes()

VIDEO_TYPE = "video/mp4"
_GENERATION = Cost.GENERATION


@PROBES(
    "generation/content/served", "generation.content.served", cost=_GENERATION, price=Price(calls=1), props=("task",)
)
def content_served(stage: Stage) -> list[str]:
    """The API itself serves the video of a completed task."""
    reply = content_of(stage, stage.task())
    if reply.status != 200:
        return [f"expected 200 with the video, found {told(reply)}"]
    if reply.media_type != VIDEO_TYPE:
        return [f"expected {VIDEO_TYPE}, found {reply.media_type or 'nothing'}"]
    return [] if reply.body else ["expected a video, found an empty body"]


@PROBES("generation/content/range", "generation.content.range", cost=_GENERATION, price=Price(calls=7), props=("task",))
def ranges(stage: Stage) -> list[str]:
    """Ranges from the start, in the middle, to the end, from the end, and beyond the end."""
    task = stage.task()
    whole = content_of(stage, task)
    if whole.status != 200 or not whole.body:
        raise inconclusive(f"setup: the whole video was needed, and the answer was {told(whole)}")
    found = [
        f"{wanted.asked}: {finding}"
        for wanted in parts_of(len(whole.body))
        for finding in wanted.findings(content_of(stage, task, wanted.asked), whole.body)
    ]
    return found or _beyond(stage, task, len(whole.body))


class Part(msgspec.Struct, frozen=True):
    """A range that is `asked` for, and the bytes from `first` to `last` that it stands for."""

    asked: str
    first: int
    last: int

    def findings(self, reply: Exchange, whole: bytes) -> list[str]:
        """Expect a reply with exactly this part of the whole."""
        if reply.status != 206:
            return [f"expected 206, found {told(reply)}"]
        lies, wanted = reply.header("content-range"), f"bytes {self.first}-{self.last}/"
        if lies is None or lies not in {wanted + "*", wanted + str(len(whole))}:
            return [f"expected Content-Range {wanted}{len(whole)}, found {lies!r}"]
        if reply.body != whole[self.first : self.last + 1]:
            return [f"expected exactly these bytes of the video, found {len(reply.body)} others"]
        return []


def parts_of(length: int) -> list[Part]:
    """Return ranges of every kind for a video of so many bytes."""
    end, middle = length - 1, length // 2
    few = min(50, middle)
    return [
        Part("bytes=0-0", 0, 0),
        Part(f"bytes={middle}-{min(middle + 99, end)}", middle, min(middle + 99, end)),
        Part(f"bytes={length - few}-", length - few, end),
        Part(f"bytes=-{few}", length - few, end),
        Part(f"bytes={middle}-{length + 100}", middle, end),
    ]


def content_of(stage: Stage, task: str, part: str | None = None, *, refusal: str | None = None) -> Exchange:
    """Ask for the video of a task, or for a part of it."""
    headers = {} if part is None else {"range": part}
    return stage.wire.call("GET", f"/generations/{task}/content", headers=headers, refusal=refusal)


def _beyond(stage: Stage, task: str, length: int) -> list[str]:
    """Expect no part of the video for a range that begins after its end; the whole one is allowed."""
    reply = content_of(stage, task, f"bytes={length}-", refusal="range_not_satisfiable")
    return [] if reply.status in {200, 416} else [f"bytes={length}-: expected 416, found {told(reply)}"]
