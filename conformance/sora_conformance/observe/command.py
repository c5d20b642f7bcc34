"""The command `sora-conformance observe`.

Owns what it says and the code that it exits with. The run is `observing`'s, the looks of a report are `report`'s.
"""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

import click
import msgspec
from rich.console import Console as Terminal

from sora_conformance.client.dialects import DIALECTS
from sora_conformance.client.options import expectations_in, judging_options
from sora_conformance.mistakes import Mistake
from sora_conformance.observe.observing import Observed, Terms, observe
from sora_conformance.observe.running import TIMEOUT_SECONDS
from sora_conformance.observe.timeline import terminal_timeline
from sora_conformance.observe.timeline_svg import timeline_html
from sora_conformance.observe.traffic import Ended
from sora_conformance.report.console import Console, harmless
from sora_conformance.report.json_report import Command
from sora_conformance.report.write import Extra, write_reports
from sora_conformance.verdicts import Verdict

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@click.command("observe", context_settings={"ignore_unknown_options": False})
@click.option(
    "--scenario",
    metavar="NAME_OR_FILE",
    help="The drill that the mock plays, or a TOML file of one; see 'sora-mock scenarios'.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(0, min_open=True),
    default=TIMEOUT_SECONDS,
    show_default=True,
    metavar="SECONDS",
    help="How long the command may take.",
)
@click.option(
    "--dialect",
    type=click.Choice(list(DIALECTS)),
    help="The contract; without it, the one of the addresses that the command mostly sends to.",
)
@judging_options
@click.argument("argv", metavar="-- COMMAND…", nargs=-1, required=True, type=click.UNPROCESSED)
def command(
    *,
    scenario: str | None,
    dialect: str | None,
    strict: bool,
    rule: tuple[str, ...],
    expect: Path | None,
    timeout: float,
    report_dir: Path | None,
    argv: tuple[str, ...],
) -> None:
    """Run COMMAND, such as a project's tests, with a mock of its own, and judge all that it sends.

    The command finds the mock by SORA_BASE_URL and SORA_API_KEY, or OPENAI_BASE_URL and OPENAI_API_KEY; SORA_MOCK_URL
    is the origin of both. Its own exit code is told and has no say in the verdict.

    Exit codes: 0 conformant, 1 non-conformant, 2 usage, 3 the suite failed or the command cannot be judged, 4
    inconclusive, 5 stale expectations.
    """
    terms = Terms(
        command=argv,
        scenario=scenario,
        dialect=dialect,
        patterns=rule,
        strict=strict,
        expectations=expectations_in(expect),
        timeout=timeout,
    )
    with _signals_end_it():
        observed = observe(terms)
    if report_dir is not None:
        _report(report_dir, argv, observed)
    # Where nobody reads any more, rich would exit with a code of its own.
    with suppress(SystemExit):
        _tell(observed, report_dir)
    sys.exit(int(observed.summary.exit_code))


def _report(folder: Path, argv: tuple[str, ...], observed: Observed) -> None:
    extra = Extra(
        command=Command(argv=argv, exit_code=observed.ended.exit_code, signal=observed.ended.signal),
        drill=msgspec.to_builtins(observed.drill),
        sections=(timeline_html(observed.drill),),
    )
    told = observed.contract, observed.lines, observed.summary, observed.run, observed.redact
    try:
        write_reports(folder, *told, extra)
    except OSError as error:
        raise Mistake(f"{error.filename or folder}: {error.strerror}") from error


def _tell(observed: Observed, report_dir: Path | None) -> None:
    terminal = Terminal(soft_wrap=not sys.stdout.isatty(), highlight=False)
    lead = observed.run.lead
    if observed.summary.judged or observed.ended.misdeed is None:
        terminal.print()
        terminal.print(_ending(observed.ended), markup=False)
    if observed.summary.judged:
        terminal.print()
        terminal.print(terminal_timeline(observed.drill, terminal.width))
        # What this traffic did not show is counted in the summary's last words, and not listed.
        shown = [line for line in observed.lines if line.verdict is not Verdict.INCONCLUSIVE]
        Console(observed.contract, terminal).finish(observed.summary, shown)
        if lead is not None:
            terminal.print(f"Note: {harmless(observed.redact(lead))}.", markup=False)
    else:
        words = observed.redact(lead or "the traffic exercised none of the rules")
        Console(observed.contract, terminal).nothing(words, observed.summary)
    if report_dir is not None:
        terminal.print(f"Reports: {report_dir}", markup=False)


def _ending(ended: Ended) -> str:
    if ended.misdeed is not None:
        return f"{ended.detail[:1].upper()}{harmless(ended.detail[1:])}."
    return f"The command exited with {ended.exit_code}."


@contextmanager
def _signals_end_it() -> Iterator[None]:
    """Let the signals that ask to end raise SystemExit while the block lasts, so that nothing is left behind."""

    def end(number: int, _: FrameType | None) -> None:
        for each in _SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        sys.exit(128 + number)

    before = {number: signal.signal(number, end) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
