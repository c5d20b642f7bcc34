"""Webhooks: what is to be told to whom when a task has ended, and when.

Owns the event, the schedule of attempts, and what an account remembers of them. A task's end is an instant and no
deed, so what is due follows from the account and the time; nothing here sends anything.
"""

import msgspec

from sora_mock.engine import events, ids
from sora_mock.engine.events import Event
from sora_mock.engine.generation import NEVER
from sora_mock.engine.state import Account, EventName, Generation, Webhook

_SECOND = 1000
_MINUTE = 60 * _SECOND
_HOUR = 60 * _MINUTE

SCHEDULE = (
    0,
    5 * _SECOND,
    5 * _MINUTE,
    30 * _MINUTE,
    *(hours * _HOUR for hours in (2, 5, 10, 14, 20, 24, 36, 48, 60, 72)),
)
"""How long after a task's end it is tried to tell of it, as long as the event is not taken.

72 hours are documented; the steps are assumed, after those that Standard Webhooks suggests.
"""

RECENT = 20
"""How many attempts a webhook remembers."""


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """An attempt that is to be made: its webhook, its task, and which attempt it is, from 1 on."""

    webhook_id: str
    task_id: str
    number: int


def due(account: Account, now: int) -> tuple[list[Due], int | None]:
    """Return the attempts that are to be made by `now`, and the instant of the next one, None when none will be.

    Of several attempts that a leap in time has made due, each follows when the one before it has failed.
    """
    attempts = []
    later = NEVER
    for webhook_id, webhook in account.webhooks.items():
        for task_id, made in webhook.pending.items():
            instant = task_of(account, task_id).ends_at + SCHEDULE[made]
            if instant <= now:
                attempts.append(Due(webhook_id=webhook_id, task_id=task_id, number=made + 1))
            else:
                later = min(later, instant)
    return attempts, later if later < NEVER else None


def body(account: Account, task_id: str) -> bytes:
    """Return the event of a task's end as JSON: the same bytes at every attempt."""
    task = task_of(account, task_id)
    event = {
        "id": ids.event_id(task_id),
        "object": "event",
        "created_at": task.ends_at // 1000,
        "type": event_of(task),
        "data": {"id": task_id},
    }
    return msgspec.json.encode(event)


def event_of(task: Generation) -> EventName:
    """Return the name of the event that the task's end is."""
    return "video.completed" if task.failure is None else "video.failed"


def next_attempt(account: Account, task_id: str, made: int) -> int | None:
    """Return the instant of the attempt after `made` failed ones, None when there is none."""
    return task_of(account, task_id).ends_at + SCHEDULE[made] if made < len(SCHEDULE) else None


def is_taken(status: int | None) -> bool:
    """Tell whether an answer of this status means that the event was taken."""
    return status is not None and 200 <= status < 300


def expect(account: Account, task: Generation) -> None:
    """Let webhooks wait for the end of a task that is about to be the account's, or to end otherwise than it did."""
    if not account.webhooks:
        return
    before = account.generations.get(task.id)
    if before is not None and before.ends_at == task.ends_at:
        return  # it has ended already, and whoever waited for that is told or being told
    for webhook in account.webhooks.values():
        if event_of(task) in webhook.events:
            webhook.pending.setdefault(task.id, 0)
        else:
            webhook.pending.pop(task.id, None)


def fold(account: Account, event: Event) -> None:
    """Fold what concerns webhooks into the account."""
    match event:
        case events.WebhookAdded():
            webhook = Webhook(url=event.url, secret=event.secret, events=event.events, since=event.at)
            account.webhooks[event.webhook_id] = webhook
            for task in account.generations.values():
                if task.ends_at > event.at and event_of(task) in webhook.events:
                    webhook.pending[task.id] = 0
        case events.WebhooksRemoved():
            for webhook_id in event.webhook_ids:
                account.webhooks.pop(webhook_id, None)
        case events.WebhookAttempted():
            webhook = account.webhooks[event.webhook_id]
            webhook.recent = [*webhook.recent[1 - RECENT :], event.attempt]
            if event.attempt.next is None:
                webhook.pending.pop(event.attempt.task_id, None)
            else:
                webhook.pending[event.attempt.task_id] = event.attempt.number
        case events.Subscribed():
            account.subscribers.append(event.account)


def task_of(account: Account, task_id: str) -> Generation:
    """Return a task that the account has or had."""
    return account.generations.get(task_id) or account.deleted[task_id]
