"""The command `python -m benchmarks`.

Owns the options and the order of the measurements.
"""

import os
import signal
import sys
from collections.abc import Callable

import click
from rich.console import Console

from benchmarks import (
    client_judge,
    creation,
    fixture,
    generations,
    inprocess,
    journal,
    judge,
    media,
    memory,
    report,
    scale,
    start,
)
from benchmarks.load import generator
from benchmarks.plan import BenchmarkError, Plan, Row, Tell
from benchmarks.servers import can_pin, pin_load

Measure = Callable[[Plan, Tell], list[Row]]

MEASUREMENTS: dict[str, tuple[str, Measure]] = {
    "creation": ("Character creations over HTTP", creation.measure),
    "start": ("Start to first correct answer", start.measure),
    "memory": ("Resident memory", memory.measure),
    "scale": ("Cost of a call as state grows", scale.measure),
    "generations": ("Generations and polls over HTTP", generations.measure),
    "media": ("Clips", media.measure),
    "inprocess": ("Creations without a socket", inprocess.measure),
    "fixture": ("The fixture of the pytest plugin", fixture.measure),
    "judge": ("A full run of the judge of servers", judge.measure),
    "client-judge": ("The judge of clients", client_judge.measure),
    "journal": ("The journal and idle faults", journal.measure),
}

BUSY = 0.5
"""The load of the machine, as the average of a minute, from which on figures are doubtful."""

_names = click.Choice(list(MEASUREMENTS))


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("names", nargs=-1, type=_names, metavar="[NAME]...")
@click.option("--only", multiple=True, type=_names, help="The same as NAME; repeatable. Default: all.")
@click.option("--rounds", type=click.IntRange(1, 100), default=5, show_default=True, help="Rounds of each comparison.")
@click.option("--seconds", type=click.IntRange(1, 60), default=4, show_default=True, help="Seconds of load in a round.")
@click.option(
    "--characters",
    type=click.IntRange(1_000, 1_000_000),
    default=100_000,
    show_default=True,
    help="How many characters are many.",
)
@click.option(
    "--accounts",
    type=click.IntRange(10, 100_000),
    default=10_000,
    show_default=True,
    help="How many accounts are many.",
)
@click.option("--markdown", is_flag=True, help="Print Markdown; the tables go to standard error.")
def main(
    *,
    names: tuple[str, ...],
    only: tuple[str, ...],
    rounds: int,
    seconds: int,
    characters: int,
    accounts: int,
    markdown: bool,
) -> None:
    """Measure the mock beside its yardsticks."""
    # Servers are ended on the way out, so a wish to stop has to lead there.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    progress = report.console(stderr=True)
    console = progress if markdown else report.console()
    plan = Plan(rounds=rounds, seconds=seconds, characters=characters, accounts=accounts)
    _warn(progress)
    pin_load()
    line = report.machine(generator())
    console.print(line, highlight=False)
    if markdown:
        click.echo(f"{line}\n")
    for name in [name for name in MEASUREMENTS if name in {*names, *only} or not (names or only)]:
        title, measure = MEASUREMENTS[name]
        try:
            rows = _measured(title, measure, plan, progress)
        except BenchmarkError as error:
            raise click.ClickException(f"{name}: {error}") from error
        report.show(console, title, rows)
        if markdown:
            click.echo(report.markdown(title, rows))


def _measured(title: str, measure: Measure, plan: Plan, progress: Console) -> list[Row]:
    with progress.status(title) as status:
        return measure(plan, lambda what: status.update(f"{title}: {what}"))


def _warn(console: Console) -> None:
    if not can_pin():
        console.print(
            "Server and load cannot have a core each here: figures will be lower and less steady.", style="red"
        )
    busy = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    if busy > BUSY:
        console.print(f"The machine is busy (load {busy:.1f}): do not trust these figures.", style="red")


if __name__ == "__main__":
    main()
