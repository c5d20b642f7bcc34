"""The state of an account: what its past events amount to.

Owns the shapes that decisions look at. An account is the only aggregate: nothing in it refers to another account. A
character keeps nothing of its source video; the contract lets it outlive that.
"""

from typing import Literal, get_args

import msgspec

from sora_mock.engine.faults import Armed
from sora_mock.engine.pace import REAL_TIME, Pace


class Scene(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One scene of a storyboard, `duration` in whole seconds."""

    prompt: str
    duration: int


class Failure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a task failed."""

    code: str
    message: str


class UploadedVideo(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An uploaded video: the SHA-256 of its bytes, its seconds, and the even sides of its picture."""

    digest: str
    seconds: float
    width: int
    height: int


class Origin(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a task was made from: an own task, by its id, or an uploaded video.

    `steps` counts the extensions in a row that led to it, itself included.
    """

    kind: Literal["remix", "edit", "extension"]
    source: str | UploadedVideo
    steps: int = 0


class Generation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An accepted task. `prompt` is None for a storyboard, `scenes` empty for a single prompt.

    `duration` is in seconds; the four instants say when the task was accepted, begins to render, ends, and stops
    being usable. `resolution` is the name that comes nearest to the picture's size, `size` the size itself where it was
    asked for in pixels, as in `720x1280`. `reference` is the SHA-256 of the picture that it begins with, None where it
    begins with none.
    """

    id: str
    created_at: int
    starts_at: int
    ends_at: int
    expires_at: int
    prompt: str | None
    scenes: tuple[Scene, ...]
    duration: int
    resolution: str
    characters: tuple[str, ...]
    failure: Failure | None = None
    model: str = "sora-2"
    size: str | None = None
    origin: Origin | None = None
    reference: str | None = None

    @property
    def lifetime(self) -> int:
        """Return how many milliseconds the task can be used once it is completed."""
        return self.expires_at - self.ends_at


class Door(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a key opens: an account, and its tier."""

    account: str
    tier: int


EventName = Literal["video.completed", "video.failed"]
EVENTS: tuple[EventName, ...] = get_args(EventName)
"""Every event that a webhook can be told of."""


class Attempt(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A try, the `number`th, to tell a webhook how a task ended: `status` is what it answered, None when nothing came.

    `at` is the account's instant of it, `next` that of the next one, None when there will be none.
    """

    task_id: str
    event: EventName
    number: int
    at: int
    status: int | None
    next: int | None


class Webhook(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Where it is told how tasks end: the `events` that are sent to `url`, signed with `secret`, from `since` on.

    `pending` are the tasks of which it has not been told yet, with the attempts so far; `recent` the latest attempts.
    """

    url: str
    secret: str
    events: tuple[EventName, ...]
    since: int
    pending: dict[str, int] = msgspec.field(default_factory=dict)
    recent: list[Attempt] = msgspec.field(default_factory=list)


class Account(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """One account: its seed, its characters and tasks, and the creations that still count against the limit.

    `version` counts the events so far; `count` does too, attempts of webhooks left out, but goes along with an imported
    state, and is what ids are drawn from, so that none is ever given twice. `characters` maps an id to the instant of
    its creation, `names` the id of one that has a name to it. `creations` is sorted, and so is each of `renders`, the
    instants at which tasks were accepted that a limit counts, by that limit's name. `deleted` are tasks that are gone,
    for the sake of those made from them. `pace` is how its time runs, `knobs` what is settled for it alone, `faults`
    those in place in the order they were added, `scenarios` the knobs of each scenario that is playing. `doors` are the
    keys, by digest, that were opened over the control plane, `subscribers` the accounts that were given webhooks; only
    the account that stands for all has any of either. `webhooks` are the account's own.
    """

    name: str
    seed: int
    version: int = 0
    count: int = 0
    characters: dict[str, int] = msgspec.field(default_factory=dict)
    generations: dict[str, Generation] = msgspec.field(default_factory=dict)
    creations: list[int] = msgspec.field(default_factory=list)
    names: dict[str, str] = msgspec.field(default_factory=dict)
    renders: dict[str, list[int]] = msgspec.field(default_factory=dict)
    deleted: dict[str, Generation] = msgspec.field(default_factory=dict)
    pace: Pace = REAL_TIME
    knobs: dict[str, str] = msgspec.field(default_factory=dict)
    faults: dict[str, Armed] = msgspec.field(default_factory=dict)
    scenarios: dict[str, dict[str, str]] = msgspec.field(default_factory=dict)
    doors: dict[str, Door] = msgspec.field(default_factory=dict)
    webhooks: dict[str, Webhook] = msgspec.field(default_factory=dict)
    subscribers: list[str] = msgspec.field(default_factory=list)
