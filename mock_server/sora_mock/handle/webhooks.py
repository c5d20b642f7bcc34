"""The webhooks of one account: added, listed and taken away.

Owns their spelling in Python. Who is told what, and when, is the engine's.
"""

from collections.abc import Sequence

import msgspec

from sora_mock.control.desk import Desk
from sora_mock.control.views import NewWebhookView, WebhookView
from sora_mock.engine.state import EVENTS, EventName
from sora_mock.handle.line import Line


class Webhooks:
    """Who is told how the account's tasks end."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def add(self, url: str, *, secret: str | None = None, events: Sequence[EventName] = EVENTS) -> NewWebhookView:
        """Tell a url how tasks end, from now on; the `secret` of what is returned checks the signatures.

        Without a secret one is made; `events` are `video.completed` and `video.failed`, or one of them. Raises
        ValueError for what cannot be, and where the mock has no socket.
        """
        return self._line.ask(Desk.add_webhook, url, secret=secret, events=_checked(events))

    def list(self) -> list[WebhookView]:
        """Return the webhooks, in the order in which they were added, with their latest attempts."""
        return self._line.ask(Desk.webhooks)

    def delete(self, webhook_id: str | None = None) -> None:
        """Take one webhook away, or all. Raises ValueError when there is none of that id."""
        self._line.ask(Desk.remove_webhooks, webhook_id)


def _checked(events: Sequence[EventName]) -> tuple[EventName, ...]:
    try:
        return msgspec.convert(events, tuple[EventName, ...])
    except msgspec.ValidationError as error:
        raise ValueError(f"not events of webhooks: {error}") from None
