"""The time from asking for a clip to having it.

Owns the download of ten seconds in 1080p with two characters: the first time, which renders it, and the second, when
it is kept.
"""

import time

from benchmarks.calls import creation, download, generation
from benchmarks.plan import BenchmarkError, Plan, Row, Tell
from benchmarks.servers import MOCK, Server, running

CLIP_SECONDS = 10
UNIT = "s"


def measure(plan: Plan, tell: Tell) -> list[Row]:
    """Render a new clip each round, on all cores, as a caller has it; a short one before loads the libraries."""
    rendered, kept, sizes = [], [], set()
    with running(MOCK, pinned=False) as mock:
        first, second = (mock.ask_json(creation())["character_id"] for _ in range(2))
        _download(mock, mock.ask_json(generation("A warm-up", duration=1, resolution="480p"))["id"])
        for number in range(plan.rounds):
            tell(f"clip {number + 1} of {plan.rounds}")
            asked = generation(f"@{first} and @{second} dance, take {number + 1}", duration=CLIP_SECONDS)
            task = mock.ask_json(asked)["id"]
            seconds, size = _download(mock, task)
            rendered.append(seconds)
            sizes.add(size)
            kept.append(_download(mock, task)[0])
    what = f"{CLIP_SECONDS} s clip, 1080p, two characters"
    note = f"{min(sizes) / 1e6:.1f}..{max(sizes) / 1e6:.1f} MB"
    return [
        Row(what=f"{what}, first download", unit=UNIT, values=tuple(rendered), note=note),
        Row(what=f"{what}, second download", unit=UNIT, values=tuple(kept)),
    ]


def _download(server: Server, task: str) -> tuple[float, int]:
    began = time.perf_counter()
    clip = server.ask(download(task))
    seconds = time.perf_counter() - began
    if clip[4:8] != b"ftyp":
        raise BenchmarkError(f"{server.name}: the clip of {task} is no MP4: {clip[:64]!r}")
    return seconds, len(clip)
