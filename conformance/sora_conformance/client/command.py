"""The command `sora-conformance client`.

Owns what it says and the code that it exits with. The run is `runner`'s, the looks of a report are `report`'s.
"""

import sys
from pathlib import Path

import click
from rich.console import Console as Terminal

from sora_conformance.client.choosing import Terms, choose
from sora_conformance.client.dialects import DIALECTS
from sora_conformance.client.options import expectations_in, judging_options
from sora_conformance.client.runner import judge_client
from sora_conformance.contract import load
from sora_conformance.mistakes import Mistake
from sora_conformance.report.console import Console
from sora_conformance.report.write import write_reports


@click.command("client", context_settings={"ignore_unknown_options": True})
@click.option("--dialect", type=click.Choice(list(DIALECTS)), default="guide", show_default=True, help="The contract.")
@click.option(
    "--seed",
    type=click.IntRange(0, 2**63 - 1),
    default=0,
    show_default=True,
    help="The order in which cases are begun; 0 is the tables'.",
)
@judging_options
@click.argument("adapter", nargs=-1, required=True, type=click.UNPROCESSED)
def command(
    *,
    dialect: str,
    strict: bool,
    rule: tuple[str, ...],
    expect: Path | None,
    seed: int,
    report_dir: Path | None,
    adapter: tuple[str, ...],
) -> None:
    """Judge a client by every rule of the contract, in whatever language it is written.

    ADAPTER is the command, after `--`, that puts the client under test: it reads calls as lines of JSON on its standard
    input, makes them with the client, and answers on its standard output.

    Exit codes: 0 conformant, 1 non-conformant, 2 usage, 3 the suite or the adapter failed, 4 inconclusive, 5 stale
    expectations.
    """
    terms = Terms(
        command=adapter, dialect=dialect, patterns=rule, strict=strict, expectations=expectations_in(expect), seed=seed
    )
    choice = choose(terms)
    if not choice.names:
        raise Mistake(f"--rule: expected a pattern that matches a rule of clients, found {', '.join(rule)}")
    terminal = Terminal(soft_wrap=not sys.stdout.isatty(), highlight=False)
    console = Console(load(dialect), terminal)
    console.start(len(choice.names))
    try:
        result = judge_client(terms, console.line)
    finally:
        console.stop()
    if result.run.lead is None:
        console.finish(result.summary, result.lines)
    else:
        console.nothing(result.run.lead, result.summary)
    if report_dir is not None:
        try:
            write_reports(report_dir, result.contract, result.lines, result.summary, result.run, result.redact)
        except OSError as error:
            raise Mistake(f"{error.filename or report_dir}: {error.strerror}") from error
        terminal.print(f"Reports: {report_dir}", markup=False)
    sys.exit(int(result.summary.exit_code))
