"""The command `sora-mock ctl`: the control plane from a shell.

Owns what is asked of every subcommand: where the mock is, and who asks about whom.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sora_mock.ctl import records, stage, webhooks
from sora_mock.ctl.wire import Wire, talking
from sora_mock.mistakes import Mistake

if TYPE_CHECKING:
    from sora_mock.control.client import Client

DEFAULT_URL = "http://127.0.0.1:8000"


@click.group("ctl", context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--url", default=DEFAULT_URL, show_default=True, envvar="SORA_MOCK_URL", help="Where the mock is.")
@click.option("--key", envvar="SORA_API_KEY", help="The key whose account is meant.")
@click.option("--account", help="The account that is meant, by name. Default: the key's, or all without a key.")
@click.option("--all", "of_all", is_flag=True, help="Mean all accounts.")
@click.option("--token", envvar="SORA_MOCK_CONTROL_TOKEN", help="The mock's control token, if it has one.")
@click.pass_context
def command(
    context: click.Context, *, url: str, key: str | None, account: str | None, of_all: bool, token: str | None
) -> None:
    """Control a running mock: time, faults, scenarios, settings, webhooks, journal, state."""
    if of_all and account is not None:
        raise Mistake("expected either --account or --all, found both")
    about = "*" if of_all or (account is None and key is None) else account or "self"
    context.obj = Wire(url, key, about, token)


@command.command()
@talking
def health(client: Client) -> object:
    """Print what the mock is."""
    return client.health()


@command.command()
@talking
def reset(client: Client) -> None:
    """Forget what has happened: faults, scenarios, time and journal included.

    A reset of all accounts also ends the scenarios that `serve --scenario` started; they begin again with the next
    start of the mock.
    """
    client.reset()


@command.command()
@talking
def metrics(client: Client) -> None:
    """Print the mock's numbers in Prometheus' form."""
    click.echo(client.metrics().decode(), nl=False)


for subcommand in (
    *(stage.clock, stage.faults, stage.scenario, stage.settings, stage.complete, stage.fail, stage.expire),
    *(records.journal, records.state, records.accounts, webhooks.webhooks),
):
    command.add_command(subcommand)
