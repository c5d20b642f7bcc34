"""The control plane's routes about webhooks: who is told how an account's tasks end.

Owns the reading of these requests. What they do is the desk's.
"""

from sora_mock.control.answers import Made
from sora_mock.control.ask import Ask
from sora_mock.control.orders import WebhookOrder
from sora_mock.control.views import WebhookView


async def list_webhooks(ask: Ask) -> dict[str, list[WebhookView]]:
    """Answer the webhooks, without their secrets."""
    await ask.nothing()
    return {"webhooks": ask.desk.webhooks(ask.account)}


async def add_webhook(ask: Ask) -> Made:
    """Tell a url how tasks end; the answer is the only one that shows the secret."""
    order = await ask.body(WebhookOrder)
    return Made(ask.desk.add_webhook(ask.account, order.url, secret=order.secret, events=order.events))


async def remove_webhooks(ask: Ask) -> None:
    """Take all webhooks away."""
    await ask.nothing()
    ask.desk.remove_webhooks(ask.account)


async def remove_webhook(ask: Ask) -> None:
    """Take one webhook away."""
    await ask.nothing()
    ask.desk.remove_webhooks(ask.account, ask.part("webhook_id"))
