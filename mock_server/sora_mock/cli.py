"""The command `sora-mock`.

Owns the options, their environment variables and the wording of a user's mistakes. What a command does is elsewhere.
"""

import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Unpack

import click
import msgspec

from sora_mock.mistakes import Mistake
from sora_mock.options import Choices, mistakes_told, mock_options, settings_of

ELSEWHERE = {"ctl": "sora_mock.ctl", "exec": "sora_mock.execution"}
"""Commands that are loaded when they are asked for, and the modules that have them as `command`."""


class Commands(click.Group):
    """The commands; a mistake in an option is told in one line like any other."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted([*super().list_commands(ctx), *ELSEWHERE])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, loaded if need be."""
        if cmd_name not in ELSEWHERE:
            return super().get_command(ctx, cmd_name)
        command: click.Command = import_module(ELSEWHERE[cmd_name]).command
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
    """An understudy for the Sora 2 character API: the contract, without the service."""


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, envvar="SORA_MOCK_HOST", help="Address to serve on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    envvar="SORA_MOCK_PORT",
    help="Port to serve on; 0 takes a free one.",
)
@mock_options
@click.option(
    "--log-level",
    type=click.Choice(["critical", "error", "warning", "info", "debug"]),
    default="warning",
    show_default=True,
    envvar="SORA_MOCK_LOG_LEVEL",
    help="What is told on standard error.",
)
@click.option(
    "--control-token",
    envvar="SORA_MOCK_CONTROL_TOKEN",
    help="Open the control plane to other hosts that send this token. Default: this machine only.",
)
def serve(*, host: str, port: int, log_level: str, control_token: str | None, **choices: Unpack[Choices]) -> None:
    """Serve the mock until it is told to stop (Ctrl-C or SIGTERM)."""
    from sora_mock import server
    from sora_mock.app import create_app
    from sora_mock.dialects.guide import BASE

    if control_token == "":
        raise Mistake("--control-token: expected a token, found nothing")
    with mistakes_told():
        settings = msgspec.structs.replace(settings_of(choices), control_token=control_token)
        with server.bind(host, port) as listener:
            app = create_app(settings)
            line = f"sora-mock is serving {server.origin(listener)}{BASE}"
            server.serve(app, listener, log_level=log_level, ready=lambda: click.echo(line))


@main.command()
def openapi() -> None:
    """Print the contract's OpenAPI document as JSON."""
    import json

    from sora_conformance.contract import load

    click.echo(json.dumps(load("guide").openapi, indent=2, ensure_ascii=False))


@main.command()
@click.argument("scenario", metavar="[NAME_OR_FILE]", required=False)
def scenarios(scenario: str | None) -> None:
    """List the drills, or explain one of them or the scenario in a TOML file."""
    from sora_mock.scenarios import ScenarioError, builtin, load, names
    from sora_mock.scenarios.words import list_words, scenario_words

    try:
        lines = list_words(map(builtin, names())) if scenario is None else scenario_words(load(scenario))
    except ScenarioError as error:
        raise Mistake(str(error)) from error
    for line in lines:
        click.echo(line)


@main.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def inspect(file: Path, *, as_json: bool) -> None:
    """Print what a clip carries: its length, size, and the task, prompt and characters in its metadata."""
    from sora_mock.media import InspectionError
    from sora_mock.media import inspect as look_into

    try:
        found = msgspec.to_builtins(look_into(file))
    except InspectionError as error:
        raise Mistake(str(error)) from error
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(found), indent=2).decode())
    else:
        _print_table(found)


def _print_table(found: Mapping[str, object]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, show_header=False)
    for name, value in found.items():
        shown = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
        table.add_row(Text(name.replace("_", " "), style="bold"), Text("–" if value is None else shown))
    Console(soft_wrap=not sys.stdout.isatty()).print(table)
