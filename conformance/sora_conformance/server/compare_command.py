"""The command `sora-conformance compare`.

Owns what it says and the code that it exits with. What counts as a difference is `comparison`'s.
"""

import sys
from pathlib import Path
from typing import Unpack

import click
import msgspec
from rich.console import Console as Terminal

from sora_conformance.mistakes import Mistake
from sora_conformance.report.console import Console
from sora_conformance.report.write import write_reports
from sora_conformance.run import Prepared, Result, Terms, judge_server, prepared
from sora_conformance.server.comparison import Difference, differences
from sora_conformance.server.options import Choices, server_options, target_of, terms_of

EXIT_SAME, EXIT_DIFFERENT, EXIT_INCONCLUSIVE = 0, 1, 4


@click.command("compare")
@click.argument("url_a")
@click.argument("url_b")
@click.option("--api-key", envvar="SORA_API_KEY", help="The key of the account under test.")
@click.option("--second-api-key", envvar="SORA_SECOND_API_KEY", help="The key of another account.")
@click.option("--api-key-b", envvar="SORA_API_KEY_B", help="The first key on B. Default: the same as on A.")
@click.option("--second-api-key-b", envvar="SORA_SECOND_API_KEY_B", help="The second key on B. Default: as on A.")
@click.option("--json", "as_json", is_flag=True, help="Print the differences as JSON lines.")
@server_options
def command(
    *,
    url_a: str,
    url_b: str,
    api_key: str | None,
    second_api_key: str | None,
    api_key_b: str | None,
    second_api_key_b: str | None,
    as_json: bool,
    **choices: Unpack[Choices],
) -> None:
    """Judge the servers at URL_A and URL_B by the same plan, and print where they differ.

    Differences are told in verdict, status, headers and shape of the reply. With --report-dir, the reports of both go
    to the folders a and b in it.

    Exit codes: 0 no difference, 1 differences, 2 usage, 4 one of them could not be judged.
    """
    terminal = Terminal(soft_wrap=not sys.stdout.isatty(), highlight=False, stderr=as_json)
    results = []
    for name, url, first, second in (
        ("a", url_a, api_key, second_api_key),
        ("b", url_b, api_key_b or api_key, second_api_key_b or second_api_key),
    ):
        folder = choices["report_dir"]
        mine: Choices = {**choices, "report_dir": None if folder is None else folder / name}
        target = target_of(url, first, second, mine)
        terms = terms_of(target, mine)
        try:
            with prepared(target, terms) as ready:
                results.append(_judged(ready, terms, mine["report_dir"], terminal))
        except OSError as error:
            raise Mistake(f"{error.filename}: {error.strerror}") from error
    found = differences(results[0].lines, results[1].lines)
    _tell(found, terminal, as_json=as_json)
    if any(result.run.lead is not None and not result.summary.judged for result in results):
        sys.exit(EXIT_INCONCLUSIVE)
    sys.exit(EXIT_DIFFERENT if found else EXIT_SAME)


def _judged(ready: Prepared, terms: Terms, folder: Path | None, terminal: Terminal) -> Result:
    console = Console(ready.contract, terminal)
    console.start(len(ready.choice.told))
    result = judge_server(ready, terms, console.line)
    if folder is not None:
        write_reports(folder, result.contract, result.lines, result.summary, result.run, ready.target.redact)
    return result


def _tell(found: tuple[Difference, ...], terminal: Terminal, *, as_json: bool) -> None:
    for difference in found:
        if as_json:
            click.echo(msgspec.json.encode(difference).decode())
        else:
            terminal.print(f"{difference.aspect:8} {difference.case} ({difference.rule})", markup=False)
            terminal.print(f"         A {difference.first}\n         B {difference.second}", markup=False)
    terminal.print(f"{len(found)} differences" if found else "No differences", markup=False)
