"""What a client of the control plane can be told about webhooks, described once for both kinds of client.

Owns the names, arguments and answers of these methods. How a call travels is the client's.
"""

from __future__ import annotations

from collections.abc import Sequence

from sora_mock.control.call import Call, Mode, Part, json_call, method, quoted
from sora_mock.control.views import NewWebhookView, WebhookView
from sora_mock.engine.state import EventName


class Webhooks(Part[Mode]):
    """Who is told how the account's tasks end."""

    @method
    def list(self) -> Call[tuple[WebhookView, ...]]:
        """Return the webhooks, in the order in which they were added, without their secrets."""
        return Call(method="GET", path=self._about("webhooks"), answer=tuple[WebhookView, ...], pick="webhooks")

    @method
    def add(
        self, url: str, *, secret: str | None = None, events: Sequence[EventName] | None = None
    ) -> Call[NewWebhookView]:
        """Tell a url how tasks end, from now on; the answer is the only one that shows the secret.

        Without a secret one is made; without `events` the url is told of all.
        """
        order = {"url": url, "secret": secret, "events": events}
        return json_call("POST", self._about("webhooks"), NewWebhookView, order)

    @method
    def delete(self, webhook_id: str | None = None) -> Call[None]:
        """Take one webhook away, or all."""
        path = self._about("webhooks" if webhook_id is None else f"webhooks/{quoted(webhook_id)}")
        return Call(method="DELETE", path=path, answer=None)
