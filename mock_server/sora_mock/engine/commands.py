"""Commands: what a caller asks of the engine, already freed of its wire shape.

Owns the questions, the contract's first and then those of the control plane; every answer is in `decide`. A field of
the contract's commands is None when the caller did not send it.
"""

from typing import Literal

import msgspec

from sora_mock.engine.effects import Fate
from sora_mock.engine.faults import Fault
from sora_mock.engine.scenario import Scenario
from sora_mock.engine.source import SourceVideo
from sora_mock.engine.state import EVENTS, Account, EventName, Scene
from sora_mock.engine.terms import Terms
from sora_mock.engine.uploads import UploadedClip, UploadedImage

Outcome = Literal["complete", "fail", "expire"]


class CreateCharacter(msgspec.Struct, frozen=True, kw_only=True):
    """Make a character of a span of a video, or of an own task.

    `video` is what the caller's side already knows of the video behind `url`; None lets the url speak for itself.
    """

    model: str | None = None
    url: str | None = None
    timestamps: str | None = None
    from_task: str | None = None
    video: SourceVideo | None = None


class CreateRelayCharacter(msgspec.Struct, frozen=True, kw_only=True):
    """Make a character at a relay, of a span of a video or of an own task; `video` is as in CreateCharacter."""

    model: str | None = None
    url: str | None = None
    timestamps: str | None = None
    from_task: str | None = None
    video: SourceVideo | None = None


class CreateGeneration(msgspec.Struct, frozen=True, kw_only=True):
    """Generate a clip from a prompt or from the scenes of a storyboard; `fate` is what a fault has in store for it."""

    model: str | None = None
    prompt: str | None = None
    scenes: tuple[Scene, ...] | None = None
    duration: int | None = None
    resolution: str | None = None
    fate: Fate | None = None


class RetrieveGeneration(msgspec.Struct, frozen=True):
    """Look at an own task."""

    task_id: str


class DownloadGeneration(msgspec.Struct, frozen=True):
    """Fetch the clip of an own completed task."""

    task_id: str


class CreateNamedCharacter(msgspec.Struct, frozen=True, kw_only=True):
    """Make a character of an uploaded clip, under a name."""

    name: str | None = None
    clip: UploadedClip | None = None


class RetrieveCharacter(msgspec.Struct, frozen=True):
    """Look at an own character."""

    character_id: str


class CreateVideo(msgspec.Struct, frozen=True, kw_only=True):
    """Make a video from a prompt, on the terms of a contract.

    `reference` is what is known of a picture that came along; one that is only named leaves nothing to be judged.
    `characters` are ids; `fate` is what a fault has in store for it.
    """

    terms: Terms
    model: str | None = None
    prompt: str | None = None
    seconds: str | None = None
    size: str | None = None
    reference: UploadedImage | None = None
    characters: tuple[str, ...] = ()
    fate: Fate | None = None


class DeriveVideo(msgspec.Struct, frozen=True, kw_only=True):
    """Make a video from an own one, by its id, or from an uploaded one.

    `model` is heeded for an uploaded one only, `seconds`, the length that is added, in an extension only.
    """

    terms: Terms
    kind: Literal["remix", "edit", "extension"]
    source: str | UploadedClip | None = None
    prompt: str | None = None
    model: str | None = None
    seconds: str | None = None
    fate: Fate | None = None


class RetrieveVideo(msgspec.Struct, frozen=True):
    """Look at an own video."""

    video_id: str


class DownloadVideo(msgspec.Struct, frozen=True):
    """Fetch the content of an own completed video."""

    video_id: str


class DeleteVideo(msgspec.Struct, frozen=True):
    """Let an own video that has ended be gone."""

    video_id: str


class ListVideos(msgspec.Struct, frozen=True, kw_only=True):
    """Look at the own videos, `limit` at the most, those after the video `after`; the newest first, or the oldest."""

    limit: int = 20
    newest_first: bool = True
    after: str | None = None


class SettleGeneration(msgspec.Struct, frozen=True):
    """Bring a task of the account to an end now."""

    task_id: str
    outcome: Outcome


class MoveTime(msgspec.Struct, frozen=True, kw_only=True):
    """Change how the account's time runs: `advance` it by milliseconds, let it run at another `speed` (0: freeze it).

    `outside` is the instant outside the account, from which its own time is reckoned.
    """

    outside: int
    advance: int = 0
    speed: float | None = None


class Configure(msgspec.Struct, frozen=True, kw_only=True):
    """Set knobs for the account alone (None: as for all), and perhaps its seed."""

    knobs: dict[str, str | None] = {}
    seed: int | None = None


class AddFault(msgspec.Struct, frozen=True):
    """Put a fault in place; without a name it gets one."""

    fault: Fault


class RemoveFaults(msgspec.Struct, frozen=True):
    """Take one fault away, or all (None)."""

    name: str | None = None


class StartScenario(msgspec.Struct, frozen=True):
    """Let a scenario play."""

    scenario: Scenario


class StopScenarios(msgspec.Struct, frozen=True):
    """End one scenario, or all (None)."""

    name: str | None = None


class ImportState(msgspec.Struct, frozen=True):
    """Give the account a whole state."""

    state: Account


class OpenAccount(msgspec.Struct, frozen=True, kw_only=True):
    """Let the key with this digest open an account."""

    account: str
    digest: str
    tier: int = 1


class CloseAccount(msgspec.Struct, frozen=True):
    """Take back every key that was opened for an account."""

    account: str


class AddWebhook(msgspec.Struct, frozen=True, kw_only=True):
    """Tell a url how tasks end, from now on; without a secret it gets one."""

    url: str
    secret: str | None = None
    events: tuple[EventName, ...] = EVENTS


class RemoveWebhooks(msgspec.Struct, frozen=True):
    """Take one webhook away, or all (None)."""

    webhook_id: str | None = None


class NoteAttempt(msgspec.Struct, frozen=True, kw_only=True):
    """Note what came of the `number`th attempt to tell a webhook of a task: a status, or nothing (None)."""

    webhook_id: str
    task_id: str
    number: int
    status: int | None


class Subscribe(msgspec.Struct, frozen=True):
    """Note that an account has webhooks."""

    account: str


WebhookCommand = AddWebhook | RemoveWebhooks | NoteAttempt | Subscribe

ControlCommand = (
    SettleGeneration
    | MoveTime
    | Configure
    | AddFault
    | RemoveFaults
    | StartScenario
    | StopScenarios
    | ImportState
    | OpenAccount
    | CloseAccount
    | WebhookCommand
)

VideoCommand = (
    CreateNamedCharacter
    | RetrieveCharacter
    | CreateVideo
    | DeriveVideo
    | RetrieveVideo
    | DownloadVideo
    | DeleteVideo
    | ListVideos
)

Command = (
    CreateCharacter
    | CreateRelayCharacter
    | CreateGeneration
    | RetrieveGeneration
    | DownloadGeneration
    | VideoCommand
    | ControlCommand
)
