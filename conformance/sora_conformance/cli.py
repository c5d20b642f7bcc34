"""The command `sora-conformance`.

Owns the list of commands. What each does is in the module that it is loaded from when it is asked for.
"""

from importlib import import_module

import click
import msgspec

from sora_conformance.contract import dialects, load
from sora_conformance.mistakes import Mistake

ELSEWHERE = {
    "client": "sora_conformance.client.command",
    "server": "sora_conformance.server.command",
    "compare": "sora_conformance.server.compare_command",
    "observe": "sora_conformance.observe.command",
}
"""Commands that are loaded when they are asked for, and the modules that have them as `command`."""

EXTRA = {"pytest", "hypothesis", "schemathesis", "jsonschema", "requests"}
"""What only the extra `conformance` brings along."""


class Commands(click.Group):
    """The commands; a mistake in an option is told in one line like any other."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted([*super().list_commands(ctx), *ELSEWHERE])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, loaded if need be."""
        if cmd_name not in ELSEWHERE:
            return super().get_command(ctx, cmd_name)
        try:
            command: click.Command = import_module(ELSEWHERE[cmd_name]).command
        except ModuleNotFoundError as error:
            if error.name not in EXTRA:
                raise
            raise Mistake(f"{cmd_name} needs {error.name}: pip install 'sora-mock[conformance]'") from None
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            raise Mistake(error.format_message()) from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="sora-mock", message="%(prog)s %(version)s")
def main() -> None:
    """Judge servers and clients by the contract of the Sora 2 character API, rule by rule."""


@main.command()
@click.option("--dialect", type=click.Choice(dialects()), default="guide", show_default=True, help="Whose rules.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def rules(dialect: str, *, as_json: bool) -> None:
    """List the rules of the contract."""
    found = load(dialect).rules
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(found), indent=2).decode())
        return
    width = max(len(rule.id) for rule in found)
    for rule in found:
        click.echo(f"{rule.id:{width}}  {rule.level:6}  {rule.basis:10}  {rule.title}")
