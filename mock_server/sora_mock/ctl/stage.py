"""The subcommands about what happens on the stage: time, faults, scenarios, settings, the ends of tasks.

Owns their words and arguments. What they do is the client's.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sora_mock.ctl.wire import talking
from sora_mock.mistakes import Mistake

if TYPE_CHECKING:
    from sora_mock.control.client import Client


@click.group(invoke_without_command=True)
@click.pass_context
def clock(context: click.Context) -> None:
    """Show or move time."""
    if context.invoked_subcommand is None:
        context.invoke(show_clock)


@clock.command("show")
@talking
def show_clock(client: Client) -> object:
    """Print how time stands."""
    return client.clock.show()


@clock.command()
@click.argument("seconds", type=float)
@talking
def advance(client: Client, seconds: float) -> object:
    """Move time forward by SECONDS."""
    return client.clock.advance(seconds)


@clock.command()
@talking
def freeze(client: Client) -> object:
    """Let time stand still."""
    return client.clock.freeze()


@clock.command()
@talking
def unfreeze(client: Client) -> object:
    """Let time that stands still run again."""
    return client.clock.unfreeze()


@clock.command()
@click.argument("factor", type=float)
@talking
def speed(client: Client, factor: float) -> object:
    """Let time run FACTOR times as fast."""
    return client.clock.speed(factor)


@click.group()
def faults() -> None:
    """List, add and remove faults."""


@faults.command("list")
@talking
def list_faults(client: Client) -> object:
    """Print the faults in place."""
    return client.faults.list()


@faults.command("add")
@click.argument("effect", metavar="NAME", required=False)
@click.option("--name", help="What the fault is to be called; it gets a name otherwise.")
@click.option("--operation", help="Only requests of this operation, such as createCharacter.")
@click.option("--method", help="Only requests of this method.")
@click.option("--path", help="Only paths that fit; * stands for any text.")
@click.option("--prompt", help="Only prompts that fit.")
@click.option("--url", help="Only source urls that fit.")
@click.option("--match-account", "account", help="Only accounts that fit, for a fault in place for all.")
@click.option("--prevent", is_flag=True, default=None, help="Keep the operation from happening, too.")
@click.option("--after", type=int, help="Let so many pass first.")
@click.option("--first", type=int, help="Strike so many of the rest.")
@click.option("--every", type=int, help="Strike every so manieth of the rest.")
@click.option("--probability", type=float, help="Strike each with this chance, up to 1.")
@click.option("--start", type=float, help="Strike from so many seconds on.")
@click.option("--end", type=float, help="Strike no more after so many seconds.")
@click.option("--json", "file", type=click.File("rb"), help="A whole fault from a JSON file; - is standard input.")
@talking
def add_fault(client: Client, /, effect: str | None, file: Any, **words: Any) -> object:  # noqa: ANN401 - click's values
    """Put the ready-made fault NAME in place, or a whole one."""
    given = {name: value for name, value in words.items() if value is not None}
    if (effect is None) == (file is None):
        raise Mistake("faults add: expected either NAME or --json FILE")
    if effect is not None:
        return client.faults.add(effect, **given)
    if given:
        raise Mistake(f"faults add: expected nothing beside --json, found {_option(next(iter(given)))}")
    return client.faults.add(file.read())


def _option(word: str) -> str:
    return "--match-account" if word == "account" else f"--{word}"


@faults.command("remove")
@click.argument("name", required=False)
@talking
def remove_faults(client: Client, name: str | None) -> None:
    """Take the fault NAME away, or all."""
    client.faults.remove(name)


@click.group()
def scenario() -> None:
    """List, load and stop scenarios."""


@scenario.command("list")
@talking
def list_scenarios(client: Client) -> object:
    """Print the scenarios that play, and those that come with the mock."""
    return {"playing": client.scenario.playing(), "builtin": client.scenario.builtin()}


@scenario.command("load")
@click.argument("name_or_file")
@talking
def load_scenario(client: Client, name_or_file: str) -> object:
    """Let a scenario play: one that comes with the mock, or a TOML file."""
    is_file = name_or_file.endswith(".toml") or "/" in name_or_file
    try:
        return client.scenario.start(Path(name_or_file) if is_file else name_or_file)
    except OSError as error:
        raise Mistake(f"{name_or_file}: {error.strerror or error}") from error


@scenario.command("stop")
@click.argument("name", required=False)
@talking
def stop_scenario(client: Client, name: str | None) -> None:
    """End the scenario NAME, or all."""
    client.scenario.stop(name)


@click.group(invoke_without_command=True)
@click.pass_context
def settings(context: click.Context) -> None:
    """Show or change what is settled: knobs and the seed."""
    if context.invoked_subcommand is None:
        context.invoke(show_settings)


@settings.command("show")
@talking
def show_settings(client: Client) -> object:
    """Print the seed, the knobs set here, and every knob as it holds now."""
    return client.settings.show()


@settings.command("set")
@click.argument("pairs", metavar="KNOB=VALUE…", nargs=-1, required=True)
@talking
def set_knobs(client: Client, pairs: tuple[str, ...]) -> object:
    """Set knobs; seed=N sets the seed."""
    words: dict[str, Any] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise Mistake(f"settings set {pair}: expected KNOB=VALUE")
        words[name] = value
    if "seed" in words:
        words["seed"] = _whole(words["seed"])
    return client.settings.change(**words)


@settings.command("unset")
@click.argument("knob")
@talking
def unset_knob(client: Client, knob: str) -> object:
    """Give KNOB back to what holds for all."""
    if knob == "seed":
        raise Mistake("settings unset: expected a knob, found the seed, which can only be set")
    return client.settings.change(**{knob: None})


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise Mistake(f"settings set: seed: expected a whole number, not less than 0; found {text[:80]!r}")
    return int(text)


@click.command()
@click.argument("task")
@talking
def complete(client: Client, task: str) -> object:
    """Let TASK succeed now."""
    return client.generations.complete(task)


@click.command()
@click.argument("task")
@talking
def fail(client: Client, task: str) -> object:
    """Let TASK fail now."""
    return client.generations.fail(task)


@click.command()
@click.argument("task")
@talking
def expire(client: Client, task: str) -> object:
    """Let the completed TASK expire now."""
    return client.generations.expire(task)
