"""The stage: what a case may use when it is tried.

Owns the calls that cases make over and over, and the props they share: a character, a finished task, and those of the
second account, each made once a run and only when first needed. It judges nothing.
"""

import hashlib
import math
from collections.abc import Callable, Iterable
from typing import Any

from sora_conformance.budget import inconclusive
from sora_conformance.exchanges import Exchange, Party
from sora_conformance.server.cases import Price
from sora_conformance.server.forms import form
from sora_conformance.target import Target
from sora_conformance.wire import Wire

CHARACTER_MODEL = "sora-2-character"
VIDEO_MODEL = "sora-2"
SPAN = "1,4"
"""The timestamps of characters for which the span does not matter: three seconds, within every source."""

ANY_VIDEO = "https://videos.example.com/hero.mp4"
"""The source of requests that are refused before anyone looks at it, where the run was given none."""

NAME = "Ada"
"""The name of the characters that cases of the Videos API share."""

POLLS = 40
"""How often a task is looked at before it is given up."""

TASK_SECONDS = 600.0
"""How long a task is waited for: more than three times what the contract calls usual."""

PROPS = {
    "character": Price(calls=1, characters=1),
    "foreign_character": Price(calls=1, characters=1),
    "task": Price(calls=3, generations=1),
    "foreign_task": Price(calls=3, generations=1),
    "own_video": Price(calls=3, generations=1),
    "foreign_video": Price(calls=3, generations=1),
    "unfinished_video": Price(calls=2, generations=1),
    "failed_video": Price(calls=3, generations=1),
    "named_character": Price(calls=1, characters=1),
    "foreign_named_character": Price(calls=1, characters=1),
}
"""The things that cases share, and what it takes to make each."""


class Stage:
    """A target with what is needed to try cases on it.

    `seed` settles every choice that is left to chance. `memory` holds what explorations have seen, by their names;
    `shown` are the exchanges that the present case has chosen as its evidence.
    """

    def __init__(self, wire: Wire, *, seed: int = 0) -> None:
        self.wire = wire
        self.seed = seed
        self.memory: dict[str, object] = {}
        self.shown: list[Exchange] = []
        self._props: dict[str, str] = {}

    @property
    def target(self) -> Target:
        """Return the server under test."""
        return self.wire.target

    @property
    def takes_json(self) -> bool:
        """Tell whether bodies can be sent as JSON, as far as the target's features were told."""
        target = self.target
        return target.dialect != "openai" or target.features is None or "json" in target.features

    @property
    def tasks(self) -> str:
        """Return where tasks are made and looked at: a path, or the address beside a relay's base."""
        match self.target.dialect:
            case "guide":
                return "/generations"
            case "relay":
                return f"{self.target.videos}/videos"
            case _:
                return "/videos"

    @property
    def character_model(self) -> dict[str, str]:
        """Return the field `model` of a creation; there is none for a relay that is known to refuse it."""
        target = self.target
        refused = target.dialect == "relay" and target.features is not None and "with-model" not in target.features
        return {} if refused else {"model": CHARACTER_MODEL}

    @property
    def usual_creation(self) -> dict[str, Any]:
        """Return the body of a creation from the usual source."""
        return {**self.character_model, "url": self.usual_source, "timestamps": SPAN}

    def show(self, exchanges: Iterable[Exchange]) -> None:
        """Choose the exchanges that the present case rests on; without a choice, they are those it has made."""
        self.shown = list(exchanges)

    # -- calls ---------------------------------------------------------------------------------------------------

    def create(self, **fields: Any) -> Exchange:  # noqa: ANN401 - any JSON value
        """Ask for a character from the usual source, with `fields` set otherwise; None leaves a field out.

        `party`, `refusal`, `param`, `headers`, `patient` and `timeout` are those of `Wire.call`.
        """
        return self._post("/characters", self.usual_creation, fields)

    def create_from(self, task: str, **fields: Any) -> Exchange:  # noqa: ANN401 - any JSON value
        """Ask for a character from a task."""
        span = {"timestamps": SPAN} if self.target.dialect == "relay" else {}
        return self._post("/characters", {**self.character_model, "from_task": task, **span}, fields)

    def generate(self, prompt: str | None = "Rain on a tin roof", **fields: Any) -> Exchange:  # noqa: ANN401
        """Ask for a short video."""
        if self.target.dialect != "guide":
            return self._post(self.tasks, {"model": VIDEO_MODEL, "prompt": prompt}, fields)
        body = {"model": VIDEO_MODEL, "prompt": prompt, "duration": 2, "resolution": "480p"}
        return self._post(self.tasks, body, fields)

    def retrieve(self, task: str, *, party: Party = Party.FIRST, **about: Any) -> Exchange:  # noqa: ANN401
        """Look at a task."""
        return self.wire.call("GET", f"{self.tasks}/{task}", party=party, **about)

    def _post(self, path: str, body: dict[str, Any], fields: dict[str, Any]) -> Exchange:
        about = {name: fields.pop(name) for name in _ABOUT if name in fields}
        merged = {name: value for name, value in {**body, **fields}.items() if value is not None}
        return self.post(path, merged, **about)

    def post(self, path: str, fields: dict[str, Any], **about: Any) -> Exchange:  # noqa: ANN401 - those of `Wire.call`
        """Send fields as JSON, or as a form to a server that is said to take no JSON."""
        if self.takes_json:
            return self.wire.call("POST", path, json=fields, **about)
        content, kind = form(fields, "multipart")
        headers = {"content-type": kind, **(about.pop("headers", None) or {})}
        return self.wire.call("POST", path, body=content, headers=headers, **about)

    def create_named(self, name: str, *, party: Party = Party.FIRST, file: str = "clip.mp4") -> Exchange:
        """Ask for a character from an uploaded clip."""
        body, kind = form({"name": name}, "multipart", {"video": file})
        return self.wire.call("POST", "/videos/characters", party=party, body=body, headers={"content-type": kind})

    # -- props ---------------------------------------------------------------------------------------------------

    @property
    def usual_source(self) -> str:
        """Return the address of the source `video`; where the run was given none, one that no case relies on."""
        return self.target.sources.get("video", ANY_VIDEO)

    def source(self, name: str) -> str:
        """Return the address of a source video."""
        return self.target.sources[name]

    def character(self, party: Party = Party.FIRST) -> str:
        """Return the id of a character of the party's account, the same all through the run."""
        return self._prop(f"character of {party}", lambda: self.new_character(party))

    def task(self, party: Party = Party.FIRST) -> str:
        """Return the id of a completed task of the party's account."""
        name = f"task of {party}"
        task = self._prop(name, lambda: self.new_task(party))
        if status_of(self.retrieve(task, party=party)) != "completed":
            # Time may have been advanced since, beyond the task's own.
            del self._props[name]
            task = self._prop(name, lambda: self.new_task(party))
        return task

    def video_prop(self, name: str) -> str:
        """Return the id of one of the things that cases of the Videos API share; `name` is one of `PROPS`."""
        party = Party.SECOND if name.startswith("foreign_") else Party.FIRST
        if name.endswith("named_character"):
            return self._prop(name, lambda: made(self.create_named(NAME, party=party), "id", "a character"))
        if name in {"own_video", "foreign_video"}:
            return self.task(party)
        # Here, because a stage without unfinished videos is of use.
        from sora_conformance.server.unfinished import failed_task, unfinished_task

        return unfinished_task(self) if name == "unfinished_video" else failed_task(self)

    def new_character(self, party: Party = Party.FIRST, **fields: Any) -> str:  # noqa: ANN401
        """Return the id of a character made now; raise NotJudged if none is made."""
        field = "id" if self.target.dialect == "relay" else "character_id"
        return made(self.create(party=party, **fields), field, "a character")

    def new_task(self, party: Party = Party.FIRST, **fields: Any) -> str:  # noqa: ANN401
        """Return the id of a task made now and waited for; raise NotJudged if it is not completed."""
        task = task_id(self.generate(party=party, **fields))
        seen = self.ended(task, party=party)
        if status_of(seen) != "completed":
            raise inconclusive(f"setup: a completed task was needed, and this one is {status_of(seen)!r}")
        return task

    def ended(self, task: str, *, party: Party = Party.FIRST) -> Exchange:
        """Wait until a task has ended and return the last look at it; raise NotJudged if it does not end in time."""
        waited, step = 0.0, 1.0
        for _ in range(POLLS):
            seen = self.retrieve(task, party=party)
            if seen.status != 200:
                raise inconclusive(f"setup: a task was to be looked at, and the answer was {told(seen)}")
            if status_of(seen) not in {"queued", "in_progress"}:
                return seen
            if waited >= TASK_SECONDS:
                break
            self.wire.waiting.wait(step, party)
            waited += step
            step = min(step * 1.5, 30.0)
        raise inconclusive(f"setup: a task was still {status_of(seen)!r} after {math.floor(waited)} s")

    def unknown(self, prefix: str, purpose: str) -> str:
        """Return an id that no server can have given: the same for the same seed and purpose."""
        return prefix + hashlib.sha256(f"{self.seed} {purpose}".encode()).hexdigest()[:24]

    def _prop(self, name: str, make: Callable[[], str]) -> str:
        if name not in self._props:
            self._props[name] = make()
        return self._props[name]


_ABOUT = ("party", "refusal", "param", "headers", "patient", "timeout")


def made(exchange: Exchange, field: str, what: str) -> str:
    """Return the id in the reply to a creation; raise NotJudged if the reply has none."""
    found = (exchange.object or {}).get(field) if exchange.status == 200 else None
    if not isinstance(found, str) or not found.isprintable() or not found:
        raise inconclusive(f"setup: {what} was needed, and the answer was {told(exchange)}")
    return found


def task_id(exchange: Exchange) -> str:
    """Return the id of the task in the reply to a generation; raise NotJudged if it has none."""
    found = exchange.object or {}
    return made(exchange, "task_id" if "task_id" in found else "id", "a task")


def status_of(exchange: Exchange) -> str | None:
    """Return the status of the task in a reply, None where there is none."""
    status = (exchange.object or {}).get("status")
    return status if isinstance(status, str) else None


def told(exchange: Exchange) -> str:
    """Return in a few words what came of an exchange."""
    if exchange.status is None:
        return f"{exchange.failure}: {exchange.detail}"
    code = (exchange.error or {}).get("code")
    kind = "" if exchange.object is not None else f" {exchange.media_type or 'without content type'}"
    return f"{exchange.status}{f' {code}' if code else ''}{kind}"
