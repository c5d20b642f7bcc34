"""The kill matrices of clients: which case notices which faulty client, as pages of the documentation.

Owns the pages, one for each dialect. `python -m tests.clients.matrix` writes them, from a run of every faulty client;
the tests hold each row against a run of their own.
"""

from collections.abc import Iterable, Mapping
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from sora_conformance.contract import Contract
from sora_conformance.verdicts import Line, Verdict, worst
from tests.clients.judging import CONTRACTS, all_judged, deviant
from tests.clients.registry import BENIGN, FAULTY
from tests.clients.variant import Benign, Faulty

DOCS = Path(__file__).resolve().parents[2] / "docs"
SURVIVED = "**survived**"


class Matrix(NamedTuple):
    """The matrix of a dialect: the title of its page, who states its rules, and the file of the page."""

    dialect: str
    title: str
    stated: str
    path: Path

    @property
    def contract(self) -> Contract:
        """Return the contract that is broken."""
        return CONTRACTS[self.dialect]

    @property
    def faulty(self) -> tuple[Faulty, ...]:
        """Return the clients that break it."""
        return FAULTY[self.dialect]

    @property
    def benign(self) -> tuple[Benign, ...]:
        """Return the clients that do not."""
        return BENIGN[self.dialect]


MATRICES = (
    Matrix("guide", "The kill matrix of clients", "the guide", DOCS / "client-kill-matrix.md"),
    Matrix(
        "openai",
        "The kill matrix of clients of the Videos API",
        "an official source",
        DOCS / "client-kill-matrix-openai.md",
    ),
)


def row(matrix: Matrix, faulty: Faulty, lines: Iterable[Line]) -> str:
    """Return the row of a faulty client, given the lines of the rule that it breaks."""
    noticed = deviant(line for line in lines if line.rule == faulty.rule)
    verdict = worst(line.verdict for line in noticed) if noticed else Verdict.PASS
    cases = "<br>".join(f"`{line.case}`" for line in noticed) or SURVIVED
    level = matrix.contract.rule(faulty.rule).level
    return f"| `{faulty.rule}` | {level} | `{faulty.name}` | {faulty.why} | {cases} | {verdict} |"


def page(matrix: Matrix, rows: Mapping[str, str]) -> str:
    """Return the page; `rows` are by the names of the faulty clients."""
    caught = sum(SURVIVED not in text for text in rows.values())
    lines = [
        f"# {matrix.title}",
        "",
        "Every rule of clients is broken on purpose, one at a time, by a client that is otherwise the reference; the",
        "judge has to notice it by the verdict of that very rule. `make kill-matrix` writes this page; the tests hold",
        "each row against a run of their own.",
        "",
        f"**{caught} of {len(rows)} faulty clients are caught by the rule that they break**, which are all",
        f"{len({faulty.rule for faulty in matrix.faulty})} rules of clients.",
        "",
        f"*Verdict*: FAIL where a MUST is broken that {matrix.stated} or an RFC states, WARN for other MUSTs and for",
        "SHOULDs, INFO for MAYs.",
    ]
    rules = [rule.id for rule in matrix.contract.rules]
    ordered = sorted(matrix.faulty, key=lambda faulty: rules.index(faulty.rule))
    for area, clients in groupby(ordered, key=lambda faulty: faulty.rule.split(".")[1]):
        lines += [
            "",
            f"## {area}",
            "",
            "| rule | level | faulty client | what it does | caught by | verdict |",
            "|---|---|---|---|---|---|",
        ]
        lines += [rows[faulty.name] for faulty in clients]
    lines += [
        "",
        "## No false alarms",
        "",
        f"These {len(matrix.benign)} clients differ from the reference in what the contract leaves open. Each is",
        "judged by every case, and nothing is said against any of them.",
        "",
        "| client | why it may |",
        "|---|---|",
    ]
    lines += [f"| `{benign.name}` | {benign.why} |" for benign in matrix.benign]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Run every faulty client, and write the pages."""
    for matrix in MATRICES:
        lines = all_judged(matrix.faulty, dialect=matrix.dialect)
        rows = {faulty.name: row(matrix, faulty, lines[faulty.name]) for faulty in matrix.faulty}
        matrix.path.write_text(page(matrix, rows), encoding="utf-8")


if __name__ == "__main__":
    main()
