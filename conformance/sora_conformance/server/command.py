"""The command `sora-conformance server`.

Owns what it says and the code that it exits with. The run is `run`'s, the looks of a report are `report`'s.
"""

import sys
from pathlib import Path
from typing import Unpack

import click
from rich.console import Console as Terminal

from sora_conformance.mistakes import Mistake
from sora_conformance.report.console import Console, harmless
from sora_conformance.report.write import write_reports
from sora_conformance.run import Prepared, Terms, judge_server, prepared
from sora_conformance.server.options import Choices, server_options, target_of, terms_of
from sora_conformance.server.plan_words import plan_words


@click.command("server")
@click.argument("url")
@click.option("--api-key", envvar="SORA_API_KEY", help="The key of the account under test.")
@click.option("--second-api-key", envvar="SORA_SECOND_API_KEY", help="The key of another account.")
@click.option("--plan", "only_plan", is_flag=True, help="Print what would be called and made, and call nothing.")
@server_options
def command(
    *, url: str, api_key: str | None, second_api_key: str | None, only_plan: bool, **choices: Unpack[Choices]
) -> None:
    """Judge the server at URL, the base address of its API, by every rule of the contract.

    Exit codes: 0 conformant, 1 non-conformant, 2 usage, 3 the suite failed, 4 inconclusive, 5 stale expectations.
    """
    target = target_of(url, api_key, second_api_key, choices, is_called=not only_plan)
    terms = terms_of(target, choices)
    terminal = Terminal(soft_wrap=not sys.stdout.isatty(), highlight=False)
    with prepared(target, terms) as ready:
        if not ready.choice.told:
            patterns = ", ".join(terms.patterns)
            told = f"a rule of servers in the dialect {target.dialect} (`sora-conformance rules` lists them)"
            raise Mistake(f"--rule: expected a pattern that matches {told}, found {patterns}")
        if not only_plan:
            sys.exit(_judged(ready, terms, choices["report_dir"], terminal))
        for line in plan_words(ready, terms):
            terminal.print(line, markup=False)


def _judged(ready: Prepared, terms: Terms, folder: Path | None, terminal: Terminal) -> int:
    console = Console(ready.contract, terminal)
    try:
        console.start(len(ready.choice.told))
        result = judge_server(ready, terms, console.line)
        if result.unfit is not None:
            console.nothing(result.unfit, result.summary)
        else:
            if result.run.lead is not None:
                terminal.print(harmless(result.run.lead), markup=False, style="bold yellow")
            console.finish(result.summary, result.lines)
        if folder is not None:
            redact = ready.target.redact
            write_reports(folder, result.contract, result.lines, result.summary, result.run, redact)
            terminal.print(f"Reports: {folder}", markup=False)
    except OSError as error:
        raise Mistake(f"{error.filename or folder}: {error.strerror}") from error
    if terms.ledger is not None and terms.ledger.exists() and folder is None:
        terminal.print(f"Everything that was made is written down in {terms.ledger}", markup=False)
    return int(result.summary.exit_code)
