"""The kill matrix of clients: which case notices which faulty client, as a page of the documentation.

Owns the page. `python -m tests.clients.matrix` writes it, from a run of every faulty client; the tests hold each row
against a run of their own.
"""

from collections.abc import Iterable, Mapping
from itertools import groupby
from pathlib import Path

from sora_conformance.verdicts import Line, Verdict, worst
from tests.clients.benign import BENIGN
from tests.clients.judging import CONTRACT, all_judged, deviant
from tests.clients.registry import FAULTY
from tests.clients.variant import Faulty

PAGE = Path(__file__).resolve().parents[2] / "docs" / "client-kill-matrix.md"
SURVIVED = "**survived**"
RULES = [rule.id for rule in CONTRACT.rules]


def row(faulty: Faulty, lines: Iterable[Line]) -> str:
    """Return the row of a faulty client, given the lines of the rule that it breaks."""
    noticed = deviant(line for line in lines if line.rule == faulty.rule)
    verdict = worst(line.verdict for line in noticed) if noticed else Verdict.PASS
    cases = "<br>".join(f"`{line.case}`" for line in noticed) or SURVIVED
    level = CONTRACT.rule(faulty.rule).level
    return f"| `{faulty.rule}` | {level} | `{faulty.name}` | {faulty.why} | {cases} | {verdict} |"


def page(rows: Mapping[str, str]) -> str:
    """Return the page; `rows` are by the names of the faulty clients."""
    caught = sum(SURVIVED not in text for text in rows.values())
    lines = [
        "# The kill matrix of clients",
        "",
        "Every rule of clients is broken on purpose, one at a time, by a client that is otherwise the reference; the",
        "judge has to notice it by the verdict of that very rule. `make kill-matrix` writes this page; the tests hold",
        "each row against a run of their own.",
        "",
        f"**{caught} of {len(rows)} faulty clients are caught by the rule that they break**, which are all",
        f"{len({faulty.rule for faulty in FAULTY})} rules of clients.",
        "",
        "*Verdict*: FAIL where a MUST is broken that the guide or an RFC states, WARN for other MUSTs and for SHOULDs,",
        "INFO for MAYs.",
    ]
    ordered = sorted(FAULTY, key=lambda faulty: RULES.index(faulty.rule))
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
        f"These {len(BENIGN)} clients differ from the reference in what the contract leaves open. Each is judged by",
        "every case, and nothing is said against any of them.",
        "",
        "| client | why it may |",
        "|---|---|",
    ]
    lines += [f"| `{benign.name}` | {benign.why} |" for benign in BENIGN]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Run every faulty client, and write the page."""
    lines = all_judged(FAULTY)
    PAGE.write_text(page({faulty.name: row(faulty, lines[faulty.name]) for faulty in FAULTY}), encoding="utf-8")


if __name__ == "__main__":
    main()
