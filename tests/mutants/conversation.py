"""A conversation with a mock that touches every rule: the same questions always, in the same order.

Owns the questions. It judges nothing; two mocks are told apart by what they answer. Nothing is rendered unless
`videos` are asked for, and no time passes but on the mock's own clock.
"""

import asyncio
from collections.abc import Iterator
from urllib.parse import urlsplit

from sora_mock.app import Mock
from sora_mock.engine import problems
from tests.mutants.talk import CHARACTER, CLIP, Heard, Talk

MAGIC = "https://videos.sora-mock.test/"
OTHER_TYPES = (None, True, 1, "4", [1, 3], {"a": 1})
URLS = (
    *("nowhere.mp4", "ftp://example.com/a.mp4", "", "https://cdn.example.com/a.mp4?Expires=1&Signature=x"),
    *(f"{MAGIC}a.{suffix}" for suffix in ("mov", "webm", "avi")),
    *(f"{MAGIC}a.mp4?height={lines}" for lines in (1080, 2160)),
    *(f"{MAGIC}a.mp4?{query}" for query in ("status=403", "decode=fail", "characters=0", "length=8")),
)
SPANS = (
    *("5-8", "5, 8", "5", "-1,3", "1e0,3", "", "8,5", "5,5", "5,61"),
    *("59,60", "5,6", "5,10", "5,9.5", "5,20", "5,5.5", "5.5,8"),
)
SCENES = (
    [], [{"prompt": "a", "duration": 1}] * 21, [{"prompt": "a"}], [{"duration": 1}],
    [{"prompt": "a", "duration": 40}] * 2, [{"prompt": "a", "duration": 1}, {"prompt": "b", "duration": 2}],
)  # fmt: skip


def without(body: dict, *names: str) -> dict:
    """Return a body without some of its fields."""
    return {name: value for name, value in body.items() if name not in names}


def converse(mock: Mock, *, videos: bool = False) -> Iterator[Heard]:
    """Yield what the mock answers, from the first to the last question."""
    with asyncio.Runner() as runner:
        talk = Talk(mock, runner)
        for part in (*PARTS, _videos) if videos else PARTS:
            part(talk)
            yield from talk.heard
            talk.heard.clear()


def _callers(talk: Talk) -> None:
    for key in (None, "Basic abc", "sk-alice", "Bearer ", "bearer sk-alice", "BEARER sk-alice", "Bearer sk-revoked-1"):
        talk.look("task_none", key=key)


def _bodies(talk: Talk) -> None:
    for path in ("/characters", "/generations"):
        for body in (b"", b"{", b"[]", b"null", b'{"model": "\xff"}'):
            talk.ask("POST", path, body)
    for declared in ("text/plain", "application/x-www-form-urlencoded"):
        talk.ask("POST", "/generations", CLIP, headers={"content-type": declared})
    for problem in (problems.too_large(1), problems.timed_out(1)):
        talk.ask("POST", "/generations", unreadable=problem)
    for template, path in ((CHARACTER, "/characters"), (CLIP, "/generations")):
        talk.ask("POST", path, template | {"seed": 1})
        for field in (*template, "from_task", "scenes"):
            for value in OTHER_TYPES:
                talk.ask("POST", path, template | {field: value})
    talk.clock.advance(60_000)


def _creations(talk: Talk) -> None:
    for field in CHARACTER:
        talk.ask("POST", "/characters", without(CHARACTER, field))
    talk.ask("POST", "/characters", without(CHARACTER, "url", "timestamps"))
    talk.ask("POST", "/characters", CHARACTER | {"from_task": "task_none"})
    for model in ("sora-2", " Sora-2-Character", "other"):
        talk.ask("POST", "/characters", CHARACTER | {"model": model})
    for url in URLS:
        talk.ask("POST", "/characters", CHARACTER | {"url": url})
    for span in SPANS:
        talk.ask("POST", "/characters", CHARACTER | {"timestamps": span})
    talk.character(), talk.character()
    talk.character(key="Bearer sk-bob"), talk.character(key="Bearer sk-bob")


def _generations(talk: Talk) -> None:
    for field in CLIP:
        talk.ask("POST", "/generations", without(CLIP, field))
    for changes in (
        *({"model": model} for model in ("sora-2-character", "other")),
        *({"prompt": prompt} for prompt in ("", "a" * 32_001, "ein Mädchen läuft 走る", "a girl")),
        *({"duration": duration} for duration in (0, 1, 60, 61, 2.5)),
        *({"resolution": resolution} for resolution in ("480p", "720p", "1080p", "4k")),
        {"duration": 10, "resolution": "1080p"},
    ):
        talk.ask("POST", "/generations", CLIP | changes)
    for scenes in SCENES:
        talk.ask("POST", "/generations", {"model": "sora-2", "scenes": scenes})
        talk.ask("POST", "/generations", {"model": "sora-2", "scenes": scenes, "duration": 5})
    talk.ask("POST", "/generations", CLIP | {"scenes": SCENES[-1]})


def _mentions(talk: Talk) -> None:
    own = [talk.character() for _ in range(5)]
    foreign = talk.character(key="Bearer sk-bob")
    first, second, *_ = own
    for prompt in (
        f"@{first} runs", f"@{first} runs", f"@{first} runs", f"@{first} and @{second}", f"@{second} and @{first}",
        f"here @{first} runs", " ".join(f"@{name}" for name in own), f"@{first} is @{first}", "mail me @home",
        "@char_000000000000000000000000 runs", "here @char_000000000000000000000000 runs", f"@{foreign} runs",
    ):  # fmt: skip
        talk.task(CLIP | {"prompt": prompt})
    scenes = [{"prompt": f"@{name} runs", "duration": 1} for name in own[:2]]
    talk.look(talk.task({"model": "sora-2", "scenes": scenes}))


def _tasks(talk: Talk) -> None:
    task, foreign = talk.task(), talk.task(key="Bearer sk-bob")
    talk.character({"model": CHARACTER["model"], "from_task": task})
    for _ in range(2):
        talk.clock.advance(30_000)
        talk.look(task)
    link = str(talk.look(task).get("video_url"))
    source = {"model": CHARACTER["model"], "from_task": task}
    made, _ = talk.character(source), talk.character(source | {"timestamps": "0,0.5"})
    talk.character(source | {"timestamps": "?"})
    talk.character(CHARACTER | {"url": link, "timestamps": "0,1"})
    for other in ("task_none", foreign):
        talk.look(other)
        talk.character(source | {"from_task": other})
        talk.ask("HEAD", f"/generations/{other}")
    talk.ask("HEAD", f"/generations/{task}")
    kept = talk.character()
    for hours in (1, 25):
        talk.clock.advance(3_600_000 * hours)
        talk.look(task)
        talk.character(source)
        talk.task(CLIP | {"prompt": f"@{made} runs"})
        talk.task(CLIP | {"prompt": f"@{kept} runs"})


def _protocol(talk: Talk) -> None:
    for path in ("/characters", "/characters/char_1", "/generations", "/generations/task_1", "/nowhere"):
        for method in ("GET", "PUT", "PATCH", "DELETE"):
            talk.ask(method, path)


def _limits(talk: Talk) -> None:
    talk.clock.advance(120_000)
    talk.character()
    talk.clock.advance(55_000)
    talk.character(CHARACTER | {"timestamps": "?"})
    talk.character(CHARACTER | {"url": MAGIC + "a.avi"})
    for _ in range(62):
        talk.character()
    talk.character(CHARACTER | {"timestamps": "?"})
    talk.task()
    talk.character(key="Bearer sk-bob")
    for _ in range(3):
        talk.clock.advance(20_000)
        talk.character(), talk.character()
    talk.clock.advance(60_000)
    talk.character()


def _videos(talk: Talk) -> None:
    task = talk.task()
    talk.ask("GET", f"/generations/{task}/content")
    talk.clock.advance(60_000)
    link = urlsplit(str(talk.look(task).get("video_url")))
    links = (link.query, link.query.replace("signature=", "signature=0"))

    def fetch() -> None:
        talk.ask("GET", f"/generations/{task}/content")
        talk.ask("GET", f"/generations/{task}/content", key="Bearer sk-bob")
        talk.ask("GET", "/generations/task_none/content")
        for query in links:
            talk.ask("GET", link.path, key=None, query=query)

    fetch()
    talk.clock.advance(90_000_000)
    fetch()


PARTS = (_callers, _bodies, _creations, _generations, _mentions, _tasks, _protocol, _limits)
