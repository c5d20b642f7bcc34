"""The kill matrices: which case notices which mutant, as pages of the documentation.

Owns the pages, one for each dialect. `python -m tests.mutants.matrix` writes them, from a run of every mutant; the
tests hold each row against a run of their own.
"""

from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from itertools import groupby
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from sora_conformance.contract import AREAS, load
from sora_conformance.verdicts import Line, Verdict, worst
from tests.mutants.judging import SAMPLED, deviant, judged
from tests.mutants.mutant import Mutant
from tests.mutants.registry import MUTANTS
from tests.mutants_openai.registry import MUTANTS as VIDEO_MUTANTS

DOCS = Path(__file__).resolve().parents[2] / "docs"
SHOWN = 2
"""How many of the cases that notice a mutant are named; the rest is counted."""


class Matrix(NamedTuple):
    """The matrix of a dialect: the title of its page, who states its rules, the file of the page, and the mutants."""

    dialect: str
    title: str
    stated: str
    path: Path
    mutants: tuple[Mutant, ...]


GUIDE = Matrix("guide", "The kill matrix", "the guide", DOCS / "kill-matrix.md", MUTANTS)
VIDEOS = Matrix(
    "openai",
    "The kill matrix of the Videos API",
    "an official source",
    DOCS / "kill-matrix-openai.md",
    VIDEO_MUTANTS,
)
MATRICES = (GUIDE, VIDEOS)


def row(mutant: Mutant, lines: Iterable[Line]) -> str:
    """Return the row of a mutant, given the lines of the rule that it breaks."""
    noticed = deviant(line for line in lines if line.rule == mutant.rule)
    verdict = worst(line.verdict for line in noticed) if noticed else Verdict.PASS
    names = [f"`{line.case}`" for line in noticed[:SHOWN]]
    rest = len(noticed) - SHOWN
    cases = "<br>".join([*names, *([f"and {rest} more"] if rest > 0 else [])]) or "**survived**"
    return f"| `{mutant.name}`<br>{mutant.why} | `{mutant.rule}` | {verdict} | {cases} |"


def page(matrix: Matrix, rows: dict[str, str]) -> str:
    """Return the page; `rows` are by the names of the mutants."""
    killed = sum("**survived**" not in text for text in rows.values())
    rules = {mutant.rule for mutant in matrix.mutants}
    sampled = ": what the sampled layers (schema, model) notice besides is not counted here"
    besides = sampled if SAMPLED[matrix.dialect] else ""
    lines = [
        f"# {matrix.title}",
        "",
        "Every rule of servers is broken on purpose, one at a time, in a mock that is otherwise sound; the suite",
        "has to notice it by the verdict of that very rule. `make kill-matrix` writes this page; the tests hold each",
        "row against a run of their own.",
        "",
        f"**{killed} of {len(rows)} mutants of {len(rules)} rules are noticed by the rule that they break**, by cases",
        f"that leave nothing to chance{besides}.",
        "",
        f"*Verdict*: FAIL where a MUST is broken that {matrix.stated} or an RFC states, WARN for other MUSTs and for",
        "SHOULDs, INFO for MAYs.",
    ]
    order = [rule.id for rule in sorted(load(matrix.dialect).rules, key=lambda rule: AREAS.index(rule.area))]
    ordered = sorted(matrix.mutants, key=lambda mutant: order.index(mutant.rule))
    for section, mutants in groupby(ordered, key=lambda mutant: _section(mutant.rule)):
        lines += ["", f"## {section}", "", "| mutant | rule | verdict | noticed by |", "|---|---|---|---|"]
        lines += [rows[mutant.name] for mutant in mutants]
    return "\n".join(lines) + "\n"


def _section(rule: str) -> str:
    """Return the area of a rule; that of videos is so large that what they are about comes along."""
    area, about, *_ = rule.split(".")
    return f"{area}.{about}" if area == "video" else area


def main() -> None:
    """Run every mutant, on all processors, and write the pages."""
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        for number, matrix in enumerate(MATRICES):
            count = len(matrix.mutants)
            found = pool.map(_measured, [number] * count, range(count))
            rows = dict(zip((mutant.name for mutant in matrix.mutants), found, strict=True))
            matrix.path.write_text(page(matrix, rows), encoding="utf-8")


def _measured(matrix: int, number: int) -> str:
    """Return the row of a mutant, from a run of the cases that decide."""
    mutant = MATRICES[matrix].mutants[number]
    return row(mutant, judged(mutant.app, mutant.rule, dialect=MATRICES[matrix].dialect))


if __name__ == "__main__":
    main()
