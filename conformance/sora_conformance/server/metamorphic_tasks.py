"""Metamorphic probes of tasks: the same wish in other words of JSON, and the same task used or looked at again.

Owns the pairs of requests.
"""

from sora_conformance.contract import Cost
from sora_conformance.server.cases import Price
from sora_conformance.server.checks import accepted
from sora_conformance.server.metamorphic_pairs import generating, given, otherwise, same
from sora_conformance.server.pointing import at
from sora_conformance.server.probe import Probes
from sora_conformance.server.stage import VIDEO_MODEL, Stage, made, task_id, told

PROBES = Probes()

_SCENE = "opens the door of the lighthouse"


@generating(PROBES, "json/generation", "generation.created", 2, own=0)
def generation_writtenotherwise(stage: Stage) -> list[str]:
    """The order of fields and the white space between them make no difference."""
    body = {"model": VIDEO_MODEL, "prompt": "Rain on a tin roof", "duration": 10, "resolution": "1080p"}
    first = given(stage.wire.call("POST", "/generations", json=body))
    other = stage.wire.call("POST", "/generations", body=otherwise(body))
    return same(first, other, "/prompt", "/duration", "/resolution", "/characters")


@generating(PROBES, "scenes/single", "generation.scenes.mentions", 3)
def prompt_as_single_scene(stage: Stage) -> list[str]:
    """A prompt, the same prompt as the only scene, and as the last of two mention the same characters."""
    prompt = f"@{stage.character()} {_SCENE}"
    first = given(stage.generate(prompt, duration=3))
    scene, before = {"prompt": prompt, "duration": 3}, {"prompt": "The sea at night", "duration": 1}
    alone = stage.generate(None, scenes=[scene], duration=None)
    last = stage.generate(None, scenes=[before, scene], duration=None)
    return [*same(first, alone, "/characters", "/duration"), *same(first, last, "/characters")]


@generating(PROBES, "scenes/divided", "generation.scenes.accepted", 2, own=0)
def scene_divided(stage: Stage) -> list[str]:
    """A scene that is divided into two lasts as long as before."""
    whole = given(stage.generate(None, scenes=[{"prompt": "The tide comes in", "duration": 5}], duration=None))
    parts = [{"prompt": "The tide", "duration": 2}, {"prompt": "comes in", "duration": 3}]
    return same(whole, stage.generate(None, scenes=parts, duration=None), "/duration")


@generating(PROBES, "defaults/duration", "generation.duration.default", 2, own=0)
def duration_left_out(stage: Stage) -> list[str]:
    """Leaving the duration out is the same as stating 10."""
    first = given(stage.generate(duration=10))
    return same(first, stage.generate(duration=None), "/duration")


@generating(PROBES, "defaults/resolution", "generation.resolution.default", 2, own=0)
def resolution_left_out(stage: Stage) -> list[str]:
    """Leaving the resolution out is the same as stating `1080p`."""
    first = given(stage.generate(resolution="1080p"))
    return same(first, stage.generate(resolution=None), "/resolution")


@generating(PROBES, "task/twice", "generation.retrieve.own", 2, own=0, looks=2)
def same_wish_twice(stage: Stage) -> list[str]:
    """The same generation asked for twice is two tasks, each shown under its own id."""
    tasks = [task_id(stage.generate("Fog over the harbour")) for _ in range(2)]
    if tasks[0] == tasks[1]:
        return ["expected two tasks, found the same id twice"]
    return [
        f"expected the task that was asked for, found {told(exchange)}"
        for task, exchange in [(task, stage.retrieve(task)) for task in tasks]
        if exchange.status != 200 or task not in (at(exchange.json, "/id"), at(exchange.json, "/task_id"))
    ]


@PROBES(
    "metamorphic/task/looked-at-twice",
    "generation.retrieve.own",
    cost=Cost.GENERATION,
    price=Price(calls=3),
    props=("task",),
)
def looked_at_twice(stage: Stage) -> list[str]:
    """Looking at a finished task changes nothing about it."""
    task = stage.task()
    first = given(stage.retrieve(task))
    names = ("status", "progress", "created_at", "completed_at", "expires_at", "prompt", "duration", "characters")
    return same(first, stage.retrieve(task), *(f"/{name}" for name in names))


@PROBES(
    "metamorphic/from-task/alike",
    "character.from-task.created",
    cost=Cost.GENERATION,
    price=Price(calls=4, characters=1, generations=2),
    props=("task", "character"),
    needs=("source video",),
)
def made_of_either_source(stage: Stage) -> list[str]:
    """A character that was made from a task is as good as one that was made from a url."""
    given(stage.generate(f"@{stage.character()} {_SCENE}"))
    creation = stage.create_from(stage.task())
    findings = accepted(creation)
    return findings or accepted(stage.generate(f"@{made(creation, 'character_id', 'a character')} {_SCENE}"))


@PROBES(
    "metamorphic/from-task/timestamps",
    "character.from-task.timestamps",
    cost=Cost.GENERATION,
    price=Price(calls=4, characters=3),
    props=("task",),
)
def timestamps_beside_a_task(stage: Stage) -> list[str]:
    """Timestamps beside a task change nothing, whatever they say."""
    task = stage.task()
    first = given(stage.create_from(task))
    pointers = ("/metadata/source", "/metadata/analysis/duration", "/metadata/analysis/quality")
    return [
        finding
        for words in ("0,1", "not a span")
        for finding in same(first, stage.create_from(task, timestamps=words), *pointers)
    ]
