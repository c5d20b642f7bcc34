"""The subcommands about webhooks: who is told how an account's tasks end.

Owns their words and arguments. What they do is the client's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sora_mock.ctl.wire import check_one, talking

if TYPE_CHECKING:
    from sora_mock.control.client import Client
    from sora_mock.engine.state import EventName


@click.group()
def webhooks() -> None:
    """List, add and delete webhooks."""


@webhooks.command("list")
@talking
def list_webhooks(client: Client) -> object:
    """Print the webhooks and their latest attempts."""
    check_one(client, "webhooks")
    return client.webhooks.list()


@webhooks.command("add")
@click.argument("url")
@click.option("--secret", help="What to sign with, as whsec_ and base64; one is made otherwise.")
@click.option("--event", "events", multiple=True, help="Only this event, such as video.failed; may be repeated.")
@talking
def add_webhook(client: Client, /, url: str, secret: str | None, events: tuple[EventName, ...]) -> object:
    """Tell URL how tasks end, and print its secret, which is not shown again."""
    check_one(client, "webhooks")
    return client.webhooks.add(url, secret=secret, events=events or None)


@webhooks.command("delete")
@click.argument("webhook", required=False)
@talking
def delete_webhooks(client: Client, webhook: str | None) -> None:
    """Take the webhook of this id away, or all."""
    check_one(client, "webhooks")
    client.webhooks.delete(webhook)
