"""The kill matrix: which case notices which mutant, as a page of the documentation.

Owns the page. `python -m tests.mutants.matrix` writes it, from a run of every mutant; the tests hold each row against
a run of their own.
"""

from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from itertools import groupby
from multiprocessing import get_context
from pathlib import Path

from sora_conformance.contract import AREAS
from sora_conformance.verdicts import Line, Verdict, worst
from tests.mutants.judging import CONTRACT, deviant, judged
from tests.mutants.mutant import Mutant
from tests.mutants.registry import MUTANTS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "kill-matrix.md"
SHOWN = 2
"""How many of the cases that notice a mutant are named; the rest is counted."""


def row(mutant: Mutant, lines: Iterable[Line]) -> str:
    """Return the row of a mutant, given the lines of the rule that it breaks."""
    noticed = deviant(line for line in lines if line.rule == mutant.rule)
    verdict = worst(line.verdict for line in noticed) if noticed else Verdict.PASS
    names = [f"`{line.case}`" for line in noticed[:SHOWN]]
    rest = len(noticed) - SHOWN
    cases = "<br>".join([*names, *([f"and {rest} more"] if rest > 0 else [])]) or "**survived**"
    return f"| `{mutant.name}`<br>{mutant.why} | `{mutant.rule}` | {verdict} | {cases} |"


def measured(mutant: Mutant) -> str:
    """Return the row of a mutant, from a run of the cases that decide."""
    return row(mutant, judged(mutant.app, mutant.rule))


def page(rows: dict[str, str]) -> str:
    """Return the page; `rows` are by the names of the mutants."""
    killed = sum("**survived**" not in text for text in rows.values())
    rules = {mutant.rule for mutant in MUTANTS}
    lines = [
        "# The kill matrix",
        "",
        "Every rule of servers is broken on purpose, one at a time, in a mock that is otherwise sound; the suite",
        "has to notice it by the verdict of that very rule. `make kill-matrix` writes this page; the tests hold each",
        "row against a run of their own.",
        "",
        f"**{killed} of {len(rows)} mutants of {len(rules)} rules are noticed by the rule that they break**, by cases",
        "that leave nothing to chance: what the sampled layers (schema, model) notice besides is not counted here.",
        "",
        "*Verdict*: FAIL where a MUST is broken that the guide or an RFC states, WARN for other MUSTs and for SHOULDs,",
        "INFO for MAYs.",
    ]
    ordered = sorted(MUTANTS, key=lambda mutant: AREAS.index(CONTRACT.rule(mutant.rule).area))
    for area, mutants in groupby(ordered, key=lambda mutant: CONTRACT.rule(mutant.rule).area):
        lines += ["", f"## {area}", "", "| mutant | rule | verdict | noticed by |", "|---|---|---|---|"]
        lines += [rows[mutant.name] for mutant in mutants]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Run every mutant, on all processors, and write the page."""
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        rows = dict(zip((mutant.name for mutant in MUTANTS), pool.map(_measured, range(len(MUTANTS))), strict=True))
    PAGE.write_text(page(rows), encoding="utf-8")


def _measured(number: int) -> str:
    return measured(MUTANTS[number])


if __name__ == "__main__":
    main()
