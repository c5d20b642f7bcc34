"""Views: what the control plane tells, as values with a JSON form.

Owns the shapes that the server writes and the client reads. Instants are seconds since the epoch unless a field says
otherwise. It must not know where the values come from.
"""

from typing import Any

import msgspec

from sora_mock.engine.faults import Fault
from sora_mock.engine.ids import event_id
from sora_mock.engine.state import EventName, Webhook


class HealthView(msgspec.Struct, frozen=True):
    """What a mock is. `keys` is `open` when any key opens an account, `closed` when only listed ones do."""

    status: str
    version: str
    dialects: tuple[str, ...]
    keys: str
    seed: int


class ClockView(msgspec.Struct, frozen=True):
    """An account's time: its present instant in seconds since the epoch, its speed, and how far it is ahead."""

    now: float
    speed: float
    frozen: bool
    ahead: float


class AccountView(msgspec.Struct, frozen=True):
    """What an account has, in numbers, and the scenarios that play in it."""

    account: str
    characters: int
    generations: int
    faults: int
    scenarios: tuple[str, ...]


class FaultView(msgspec.Struct, frozen=True):
    """A fault in place: what it is, since when (seconds since the epoch), and how many requests it has matched."""

    name: str
    fault: Fault
    since: float
    matched: int


class BuiltinView(msgspec.Struct, frozen=True):
    """A scenario that comes with the mock."""

    name: str
    summary: str


class PlayingView(msgspec.Struct, frozen=True):
    """A scenario that plays: the knobs that hold meanwhile, and the names of its faults that are in place."""

    name: str
    knobs: dict[str, str]
    faults: tuple[str, ...]


class AttemptView(msgspec.Struct, frozen=True):
    """An attempt to send an event: `status` is what it was answered with, None when nothing came.

    `event` is the id of the event, `task` that of the task which ended. `at` and `next`, the instant of the next
    attempt or None, are of the account's own time.
    """

    event: str
    type: EventName
    task: str
    number: int
    status: int | None
    at: float
    next: float | None


class WebhookView(msgspec.Struct, frozen=True):
    """A webhook: `waiting` counts the tasks of which it has not been told yet, `attempts` are the latest ones."""

    id: str
    url: str
    events: tuple[EventName, ...]
    since: float
    waiting: int
    attempts: tuple[AttemptView, ...]


def webhook_view(webhook_id: str, webhook: Webhook) -> WebhookView:
    """Return what is told of a webhook: all but its secret."""
    attempts = tuple(
        AttemptView(
            event_id(one.task_id),
            one.event,
            one.task_id,
            one.number,
            one.status,
            one.at / 1000,
            None if one.next is None else one.next / 1000,
        )
        for one in webhook.recent
    )
    return WebhookView(webhook_id, webhook.url, webhook.events, webhook.since / 1000, len(webhook.pending), attempts)


class NewWebhookView(msgspec.Struct, frozen=True):
    """A webhook that was just added, with its secret, which is never shown again."""

    id: str
    url: str
    secret: str
    events: tuple[EventName, ...]


class SettingsView(msgspec.Struct, frozen=True):
    """What is settled: `knobs` for this account alone, as texts; `effective` is every knob as it holds now.

    `effective` is that of tier 1: the rate limit of other tiers is a multiple of it.
    """

    seed: int
    knobs: dict[str, str]
    effective: dict[str, Any]


class MessageView(msgspec.Struct, frozen=True, kw_only=True):
    """What both halves of an exchange have: headers with secrets redacted, and a body as JSON value or text."""

    headers: dict[str, str]
    body: Any = None


class RequestView(MessageView, frozen=True, kw_only=True):
    """A request as the journal shows it."""

    method: str
    path: str
    query: str


class ReplyView(MessageView, frozen=True, kw_only=True):
    """A reply as the journal shows it; `delay` is in seconds of the account's time."""

    status: int
    delay: float


class EntryView(msgspec.Struct, frozen=True, kw_only=True):
    """An exchange as the journal shows it; the two times are ISO 8601.

    `withheld` is the operation's own reply, where a fault had another sent in its place.
    """

    number: int
    real_time: str
    virtual_time: str
    account: str | None
    operation: str | None
    request: RequestView
    reply: ReplyView
    withheld: ReplyView | None = None
    faults: tuple[str, ...]
    rule: str | None
    advice: str | None
