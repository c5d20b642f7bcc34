"""The command `sora-mock`.

Owns the options, their environment variables and the wording of a user's mistakes. What a command does is elsewhere.
"""

import sys
from collections.abc import Mapping
from pathlib import Path

import click

EXIT_USAGE = 2


class Mistake(click.ClickException):
    """A user's mistake, told in one line."""

    exit_code = EXIT_USAGE

    def show(self, file: object = None) -> None:  # noqa: ARG002 - click's signature
        """Print the line to standard error."""
        click.echo(f"sora-mock: {self.format_message()}", err=True)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
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
@click.option(
    "--state",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="SORA_MOCK_STATE",
    help="SQLite file that keeps all accounts over restarts. Default: memory.",
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**63 - 1),
    envvar="SORA_MOCK_SEED",
    help="Fixes all ids and chances. Default: the state file's own, or 0.",
)
@click.option(
    "--latency",
    default="instant",
    show_default=True,
    envvar="SORA_MOCK_LATENCY",
    help="'instant', 'documented', or KIND=DISTRIBUTION,… with KIND url, task or generation and DISTRIBUTION in "
    "seconds: 3, 10..30 or lognormal(60;0.5).",
)
@click.option(
    "--keys",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="SORA_MOCK_KEYS",
    help="TOML file of the accounts and keys that are let in. Default: any key opens its own account.",
)
@click.option(
    "--set",
    "knobs",
    multiple=True,
    metavar="KNOB=VALUE",
    envvar="SORA_MOCK_SET",
    help="Settle an open point of the contract another way; repeatable.",
)
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
def serve(
    host: str,
    port: int,
    state: Path | None,
    seed: int | None,
    latency: str,
    keys: Path | None,
    knobs: tuple[str, ...],
    log_level: str,
    control_token: str | None,
) -> None:
    """Serve the mock until it is told to stop (Ctrl-C or SIGTERM)."""
    from sora_mock import server
    from sora_mock.app import create_app
    from sora_mock.dialects.guide import BASE
    from sora_mock.engine.latency import LatencyError, parse_latency
    from sora_mock.engine.policy import Policy, PolicyError, with_knobs
    from sora_mock.keys import KeysError
    from sora_mock.log import StateError
    from sora_mock.settings import Settings

    if control_token == "":
        raise Mistake("--control-token: expected a token, found nothing")
    try:
        policy = with_knobs(Policy(latency=parse_latency(latency)), _pairs(knobs))
        settings = Settings(seed=seed, policy=policy, state=state, keys=keys, control_token=control_token)
        with server.bind(host, port) as listener:
            app = create_app(settings)
            line = f"sora-mock is serving {server.origin(listener)}{BASE}"
            server.serve(app, listener, log_level=log_level, ready=lambda: click.echo(line))
    except (LatencyError, PolicyError, KeysError, StateError, server.BindError) as error:
        raise Mistake(str(error)) from error


@main.command()
def openapi() -> None:
    """Print the contract's OpenAPI document as JSON."""
    import json

    from sora_conformance.contract import load

    click.echo(json.dumps(load("guide").openapi, indent=2, ensure_ascii=False))


@main.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def inspect(file: Path, *, as_json: bool) -> None:
    """Print what a clip carries: its length, size, and the task, prompt and characters in its metadata."""
    import msgspec

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


def _pairs(knobs: tuple[str, ...]) -> dict[str, str]:
    pairs = {}
    for knob in knobs:
        name, equals, value = knob.partition("=")
        if not equals:
            raise Mistake(f"--set {knob}: expected KNOB=VALUE")
        pairs[name] = value
    return pairs
