"""The console: a run as a person at a terminal sees it, and as the log of a build keeps it.

Owns the order of what is printed and its colours. What servers have said is printed so that it cannot command a
terminal.
"""

from collections.abc import Iterable, Sequence

from rich.console import Console as Terminal
from rich.control import Control
from rich.segment import ControlType
from rich.table import Table
from rich.text import Text

from sora_conformance.contract import Contract
from sora_conformance.report.summary import JUDGED, Result, Summary
from sora_conformance.report.words import (
    by_area,
    expectations,
    not_judged,
    notable,
    reply_words,
    sentence,
    short,
    telling,
    title,
    to_look_at,
)
from sora_conformance.verdicts import Line, Overlay, RuleVerdict, Verdict, by_rule

SHOWN_CASES = 3
"""How many cases are told of one rule; the rest is counted."""

SHOWN_BODY = 200
"""How many characters of what was sent and of what came back are told."""

_STYLES = {
    Verdict.PASS: "green",
    Verdict.FAIL: "bold red",
    Verdict.WARN: "yellow",
    Verdict.INFO: "cyan",
    Verdict.ERROR: "bold magenta",
}
_RESULT_STYLES = {
    Result.CONFORMANT: "bold green",
    Result.NON_CONFORMANT: "bold red",
    Result.ERROR: "bold magenta",
    Result.INCONCLUSIVE: "bold yellow",
    Result.STALE: "bold yellow",
}
_COLUMNS = (Verdict.PASS, Verdict.FAIL, Verdict.WARN, Verdict.INFO, Verdict.ERROR)


class Console:
    """Prints a run to a terminal: how far it is while it goes on, and what came of it.

    Where the output is no terminal, there is no progress.
    """

    def __init__(self, contract: Contract, terminal: Terminal | None = None) -> None:
        self._contract = contract
        self._terminal = Terminal(highlight=False) if terminal is None else terminal
        self._total = 0
        self._seen: dict[Verdict, int] = {}
        self._open = False

    def start(self, total: int) -> None:
        """Say how many cases are going to be tried."""
        self._total, self._seen = total, {}
        if not self._terminal.is_terminal:
            self._print(Text(f"Trying {total} cases"))

    def line(self, line: Line) -> None:
        """Take one more line into the progress; once all cases are through, the progress goes away."""
        self._seen[line.verdict] = self._seen.get(line.verdict, 0) + 1
        if sum(self._seen.values()) >= self._total:
            self.stop()
        elif self._terminal.is_terminal:
            self._progress(line)

    def stop(self) -> None:
        """Take the progress off the terminal, if it is there."""
        if self._open:
            self._terminal.control(_fresh_line())
            self._open = False

    def finish(self, summary: Summary, lines: Sequence[Line]) -> None:
        """Print what came of the run."""
        self.stop()
        self._print(Text())
        self._every_rule(lines)
        self._print(Text())
        self._terminal.print(self._table(lines))
        for found in to_look_at(by_rule(self._contract.rules, lines)):
            if any(line.overlay is None for line in notable(found)):
                self._print(Text())
                self._rule(found)
        self._expected(line for line in lines if line.overlay is not None)
        self._print(Text())
        self._print(Text(f"{title(summary)}: ", _RESULT_STYLES[summary.result]) + Text(f"{sentence(summary)}."))
        said = expectations(summary)
        if said is not None:
            self._print(Text(f"{said}."))
        missing = not_judged(summary)
        if missing is not None:
            self._print(Text(f"{harmless(missing)}."))
        self._stale(summary)

    def nothing(self, why: str, summary: Summary) -> None:
        """Print that nothing was judged, and why."""
        self.stop()
        self._print(Text(f"Nothing was judged: {harmless(why)}", "bold magenta"))
        self._stale(summary)

    def _stale(self, summary: Summary) -> None:
        for text in summary.stale:
            self._print(Text(f"Stale expectation: {harmless(text)}", "yellow"))

    def _progress(self, line: Line) -> None:
        # A line that is written over needs neither a thread nor a hidden cursor, so an exception leaves nothing behind.
        done = sum(self._seen.values())
        counts = "  ".join(f"{self._seen[verdict]} {verdict}" for verdict in Verdict if verdict in self._seen)
        text = Text(f"{done}/{self._total}  {counts}  {line.case}")
        text.truncate(max(1, self._terminal.width - 1), overflow="ellipsis")
        self._terminal.control(_fresh_line())
        self._terminal.print(text, end="", soft_wrap=True)
        self._open = True

    def _every_rule(self, lines: Sequence[Line]) -> None:
        """Print the verdict on each rule, grouped by area, one in a line."""
        for area, verdicts in by_area(self._contract, lines).items():
            self._print(Text(area, "bold"))
            for found in verdicts:
                cases = f"{len(found.lines)} case{'' if len(found.lines) == 1 else 's'}"
                verdict = Text(f"  {found.verdict:14} ", _STYLES.get(found.verdict, "dim"))
                self._print(verdict + Text(f"{found.rule.id:40} ") + Text(cases, "dim"))

    def _table(self, lines: Sequence[Line]) -> Table:
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold", show_footer=True)
        areas = by_area(self._contract, lines)
        every = [found for verdicts in areas.values() for found in verdicts]
        table.add_column("area", footer="all")
        table.add_column("rules", footer=str(len(every)), justify="right")
        for verdict in _COLUMNS:
            table.add_column(verdict, footer=_count(every, verdict), justify="right")
        table.add_column("not judged", footer=_unjudged(every), justify="right")
        for area, verdicts in areas.items():
            table.add_row(
                area, str(len(verdicts)), *(_count(verdicts, verdict) for verdict in _COLUMNS), _unjudged(verdicts)
            )
        return table

    def _rule(self, found: RuleVerdict) -> None:
        rule = found.rule
        lines = [line for line in notable(found) if line.overlay is None]
        heading = Text(f"{found.verdict:5} ", _STYLES.get(found.verdict, "")) + Text(rule.id, "bold")
        self._print(heading)
        self._print(Text(f"      {rule.title}"))
        self._print(Text(f"      {rule.level} · {rule.basis} · {rule.source}", "dim"))
        for line in lines[:SHOWN_CASES]:
            self._case(line)
        if len(lines) > SHOWN_CASES:
            self._print(Text(f"      and {len(lines) - SHOWN_CASES} more", "dim"))

    def _expected(self, lines: Iterable[Line]) -> None:
        """Print the cases that an expectation speaks of, one in a line."""
        for number, line in enumerate(lines):
            if number == 0:
                self._print(Text())
            style = "yellow" if line.overlay is Overlay.XPASS else "dim"
            text = f"{line.overlay:5} {line.rule} {line.case}: {harmless(line.reason or '')}"
            self._print(Text(text, style))

    def _case(self, line: Line) -> None:
        self._print(Text(f"    • {line.case}: {harmless(line.reason or '')}"))
        evidence = telling(line)
        if evidence is None:
            return
        request = evidence.request
        sent = f"{request.method} {request.url} {short(request.body, SHOWN_BODY)}".rstrip()
        self._print(Text(f"      sent  {harmless(sent)}", "dim"))
        self._print(Text(f"      got   {harmless(short(reply_words(evidence), SHOWN_BODY))}", "dim"))
        self._print(Text(f"      {harmless(evidence.curl)}", "dim"))

    def _print(self, text: Text) -> None:
        # Lines are not broken, so that a command can be copied as it stands and a log can be searched.
        self._terminal.print(text, soft_wrap=True)


def harmless(text: str) -> str:
    """Return a text in one line with what is no visible character escaped, so that a terminal only shows it."""
    return "".join(sign if sign.isprintable() else _escaped(sign) for sign in text)


def _escaped(sign: str) -> str:
    return "\\n" if sign == "\n" else ascii(sign)[1:-1]


def _count(found: Iterable[RuleVerdict], verdict: Verdict) -> str:
    number = sum(one.verdict is verdict for one in found)
    return str(number) if number else "·"


def _unjudged(found: Iterable[RuleVerdict]) -> str:
    number = sum(one.verdict not in JUDGED | {Verdict.ERROR} for one in found)
    return str(number) if number else "·"


def _fresh_line() -> Control:
    return Control(ControlType.CARRIAGE_RETURN, (ControlType.ERASE_IN_LINE, 2))
