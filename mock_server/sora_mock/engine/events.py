"""Events: what has happened to an account, in the past tense, complete enough to rebuild it.

Owns the record that logs keep. An event is never changed and never taken back.
"""

import msgspec

from sora_mock.engine.analysis import Analysis
from sora_mock.engine.faults import Fault
from sora_mock.engine.pace import Pace
from sora_mock.engine.state import Account, Attempt, Door, EventName, Generation


class UrlSource(msgspec.Struct, frozen=True, tag="url"):
    """A character was asked of a video's url and a span of it."""

    url: str
    timestamps: str


class TaskSource(msgspec.Struct, frozen=True, tag="task"):
    """A character was asked of one of the account's own tasks."""

    task_id: str


class UploadSource(msgspec.Struct, frozen=True, tag="upload"):
    """A character was asked of an uploaded video: `seconds` long, `width` by `height` pixels."""

    seconds: float
    width: int
    height: int


Source = UrlSource | TaskSource | UploadSource


class CharacterCreated(msgspec.Struct, frozen=True, tag="character-created"):
    """A character exists from `at` on, for good; `name` is None where the contract gives it none."""

    at: int
    character_id: str
    source: Source
    analysis: Analysis
    name: str | None = None


class CreationFailed(msgspec.Struct, frozen=True, tag="creation-failed"):
    """A creation was tried and failed in processing; it counts against the limit. `rule` says what was wrong."""

    at: int
    source: Source
    rule: str


class GenerationAccepted(msgspec.Struct, frozen=True, tag="generation-accepted"):
    """A task was accepted at `at`; `limit` is the name of the limit that counts it, None when none does."""

    at: int
    generation: Generation
    limit: str | None = None


class GenerationSettled(msgspec.Struct, frozen=True, tag="generation-settled"):
    """A task was brought to its end from outside; `generation` is how it stands since."""

    at: int
    generation: Generation


class GenerationDeleted(msgspec.Struct, frozen=True, tag="generation-deleted"):
    """A task that had ended is gone."""

    at: int
    task_id: str


class PaceChanged(msgspec.Struct, frozen=True, tag="pace-changed"):
    """The account's time was frozen, advanced or sped up."""

    at: int
    pace: Pace


class Configured(msgspec.Struct, frozen=True, tag="configured"):
    """Knobs were set for the account alone (None: as before), and perhaps its seed."""

    at: int
    knobs: dict[str, str | None]
    seed: int | None = None


class FaultAdded(msgspec.Struct, frozen=True, tag="fault-added"):
    """A fault was put in place under a name."""

    at: int
    name: str
    fault: Fault


class FaultsRemoved(msgspec.Struct, frozen=True, tag="faults-removed"):
    """Faults were taken away."""

    at: int
    names: tuple[str, ...]


class FaultsMatched(msgspec.Struct, frozen=True, tag="faults-matched"):
    """A request was one that these faults are meant for."""

    at: int
    names: tuple[str, ...]


class ScenarioStarted(msgspec.Struct, frozen=True, tag="scenario-started"):
    """A scenario began to play: its knobs hold and its faults are in place."""

    at: int
    name: str
    knobs: dict[str, str]
    faults: dict[str, Fault]


class ScenarioStopped(msgspec.Struct, frozen=True, tag="scenario-stopped"):
    """A scenario ended: its knobs and faults are gone."""

    at: int
    name: str
    faults: tuple[str, ...]


class StateImported(msgspec.Struct, frozen=True, tag="state-imported"):
    """The account was given the whole state of another."""

    at: int
    state: Account


class AccountOpened(msgspec.Struct, frozen=True, tag="account-opened"):
    """A key, known by its digest only, opens an account."""

    at: int
    digest: str
    door: Door


class AccountClosed(msgspec.Struct, frozen=True, tag="account-closed"):
    """The keys that were opened for an account open it no more."""

    at: int
    account: str


class WebhookAdded(msgspec.Struct, frozen=True, tag="webhook-added"):
    """From `at` on, a url is told how tasks end."""

    at: int
    webhook_id: str
    url: str
    secret: str
    events: tuple[EventName, ...]


class WebhooksRemoved(msgspec.Struct, frozen=True, tag="webhooks-removed"):
    """Webhooks were taken away."""

    at: int
    webhook_ids: tuple[str, ...]


class WebhookAttempted(msgspec.Struct, frozen=True, tag="webhook-attempted"):
    """It was tried to tell a webhook how a task ended."""

    at: int
    webhook_id: str
    attempt: Attempt


class Subscribed(msgspec.Struct, frozen=True, tag="subscribed"):
    """An account was given webhooks."""

    at: int
    account: str


Event = (
    CharacterCreated
    | CreationFailed
    | GenerationAccepted
    | GenerationSettled
    | GenerationDeleted
    | PaceChanged
    | Configured
    | FaultAdded
    | FaultsRemoved
    | FaultsMatched
    | ScenarioStarted
    | ScenarioStopped
    | StateImported
    | AccountOpened
    | AccountClosed
    | WebhookAdded
    | WebhooksRemoved
    | WebhookAttempted
    | Subscribed
)
