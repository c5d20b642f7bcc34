"""The subcommands about what is kept: the journal, an account's state, the accounts.

Owns their words and arguments. What they do is the client's.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from sora_mock.ctl.wire import check_one, talking, write

if TYPE_CHECKING:
    from sora_mock.control.client import Client


@click.command()
@click.option("--follow", is_flag=True, help="Go on with what happens from now on.")
@click.option("--operation", help="Only this operation.")
@click.option("--method", help="Only this method.")
@click.option("--path", help="Only this path.")
@click.option("--status", help="Only this status, or class of them, such as 4xx.")
@click.option("--rule", help="Only what was refused by this rule.")
@click.option("--fault", help="Only what this fault struck.")
@click.option("--since", type=int, help="Only entries after this number.")
@click.option("--limit", type=int, help="Only the last so many.")
@click.option("--har", type=click.Path(path_type=Path, dir_okay=False), help="Write a HAR file instead.")
@click.option("--clear", is_flag=True, help="Forget the entries instead.")
@talking
def journal(client: Client, /, *, follow: bool, har: Path | None, clear: bool, **filters: Any) -> None:  # noqa: ANN401 - click's values
    """Print what has been exchanged, one JSON object a line."""
    given = {name: value for name, value in filters.items() if value is not None}
    if clear:
        client.journal.clear()
    elif har is not None:
        write(har, msgspec.json.encode(client.journal.har(**given)))
    elif follow:
        for entry in client.journal.follow(**given):
            click.echo(msgspec.json.encode(entry))
    else:
        for entry in client.journal.entries(**given):
            click.echo(msgspec.json.encode(entry))


@click.group()
def state() -> None:
    """Export and import an account's whole state."""


@state.command("export")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True))
@talking
def export_state(client: Client, file: Path) -> None:
    """Write the account's state to FILE; - is standard output."""
    check_one(client, "state")
    write(file, msgspec.json.encode(client.state.export()))


@state.command("import")
@click.argument("file", type=click.File("rb"))
@talking
def import_state(client: Client, file: Any) -> None:  # noqa: ANN401 - click's value
    """Give the account the state in FILE; - is standard input."""
    check_one(client, "state")
    client.state.import_(file.read())


@click.group()
def accounts() -> None:
    """List, create and delete accounts."""


@accounts.command("list")
@talking
def list_accounts(client: Client) -> object:
    """Print all accounts."""
    return client.accounts.list()


@accounts.command("create")
@click.argument("account")
@click.argument("key")
@click.option("--tier", type=int, default=1, show_default=True, help="Scales the rate limit, 1 to 5.")
@talking
def create_account(client: Client, account: str, key: str, tier: int) -> object:
    """Let KEY open ACCOUNT."""
    return client.accounts.create(account, key, tier=tier)


@accounts.command("delete")
@click.argument("account")
@talking
def delete_account(client: Client, account: str) -> None:
    """Forget ACCOUNT, its journal and the keys that were opened for it."""
    client.accounts.delete(account)
