"""The decisions about webhooks: what may be added, what is taken away, and what came of an attempt.

Owns what a webhook must be like. It changes nothing itself.
"""

import binascii
from base64 import b64decode
from urllib.parse import urlsplit

from sora_mock.engine import events, ids, problems
from sora_mock.engine.commands import AddWebhook, NoteAttempt, RemoveWebhooks, Subscribe, WebhookCommand
from sora_mock.engine.decision import Decision
from sora_mock.engine.problems import Refused
from sora_mock.engine.state import EVENTS, Account, Attempt
from sora_mock.engine.webhooks import event_of, is_taken, next_attempt, task_of

MAX_WEBHOOKS = 16
"""The most webhooks of an account; assumed, no source names any."""

MAX_URL = 2048
MAX_SECRET = 64
"""The most bytes of a secret's key, as Standard Webhooks has it."""

_PREFIX = "whsec_"


def control_webhooks(account: Account, command: WebhookCommand, now: int) -> Decision:
    """Return what a command about webhooks leads to; raise Refused when it makes no sense."""
    match command:
        case AddWebhook():
            return _add(account, command, now)
        case RemoveWebhooks():
            return _remove(account, command, now)
        case NoteAttempt():
            return _note(account, command, now)
        case Subscribe():
            known = command.account in account.subscribers
            return Decision(None, () if known else (events.Subscribed(now, command.account),))


def check_url(place: str, url: str) -> None:
    """Raise Refused for what nothing can be sent to. The url is not repeated: it may carry secrets."""
    expected = f"an http or https url of at most {MAX_URL} characters, without user and password"
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise Refused(problems.control_value(place, expected, "something else")) from None
    if not usable or parts.username is not None or len(url) > MAX_URL or not url.isprintable() or " " in url:
        raise Refused(problems.control_value(place, expected, "something else"))


def check_secret(place: str, secret: str) -> None:
    """Raise Refused for a secret that nothing can be signed with. It is not repeated."""
    expected = f"{_PREFIX} and the base64 of 1 to {MAX_SECRET} bytes"
    try:
        key = b64decode(secret.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not secret.startswith(_PREFIX) or not 1 <= len(key) <= MAX_SECRET:
        raise Refused(problems.control_value(place, expected, "something else"))


def check_events(place: str, names: tuple[str, ...]) -> None:
    """Raise Refused when a webhook would be told of nothing."""
    if not names:
        raise Refused(problems.control_value(place, f"some of {', '.join(EVENTS)}", "none"))


def _add(account: Account, command: AddWebhook, now: int) -> Decision:
    check_url("url", command.url)
    if command.secret is not None:
        check_secret("secret", command.secret)
    check_events("events", command.events)
    if len(account.webhooks) >= MAX_WEBHOOKS:
        found = str(len(account.webhooks) + 1)
        raise Refused(problems.control_conflict("cannot add a webhook", f"at most {MAX_WEBHOOKS}", found))
    count = account.count + 1
    added = events.WebhookAdded(
        now,
        ids.webhook_id(account.seed, account.name, count),
        command.url,
        command.secret or ids.webhook_secret(account.seed, account.name, count),
        tuple(dict.fromkeys(command.events)),
    )
    return Decision(None, (added,))


def _remove(account: Account, command: RemoveWebhooks, now: int) -> Decision:
    if command.webhook_id is not None and command.webhook_id not in account.webhooks:
        raise Refused(problems.control_not_found("webhook", command.webhook_id, account.webhooks))
    names = tuple(account.webhooks) if command.webhook_id is None else (command.webhook_id,)
    return Decision(None, (events.WebhooksRemoved(now, names),) if names else ())


def _note(account: Account, command: NoteAttempt, now: int) -> Decision:
    webhook = account.webhooks.get(command.webhook_id)
    if webhook is None or webhook.pending.get(command.task_id) != command.number - 1:
        return Decision(None)  # the webhook is gone, or another process was faster
    attempt = Attempt(
        task_id=command.task_id,
        event=event_of(task_of(account, command.task_id)),
        number=command.number,
        at=now,
        status=command.status,
        next=None if is_taken(command.status) else next_attempt(account, command.task_id, command.number),
    )
    return Decision(None, (events.WebhookAttempted(now, command.webhook_id, attempt),))
