"""Writes the generated parts of the documentation: tables of rules, lifecycle and effects, and the published schemas.

Owns what is derived from the contract, the engine and the suite. A test compares the files with what this would write.
"""

import json
import re
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import msgspec

from sora_conformance.client import protocol
from sora_conformance.contract import AREAS, Contract, Rule, load
from sora_conformance.report.json_report import schema_text
from sora_conformance.server import table_form
from sora_conformance.server.layers import all_cases
from sora_conformance.server.table import table_rows
from sora_mock.engine.effects import NAMED
from sora_mock.engine.lifecycle import LIFECYCLE
from sora_mock.scenarios.words import effect_words
from tests.mutants.matrix import MATRICES
from tests.mutants.registry import MUTANTS
from tests.mutants_openai.registry import MUTANTS as VIDEO_MUTANTS
from tests.mutants_relay.mutants import MUTANTS as RELAY_MUTANTS

ROOT = Path(__file__).resolve().parent.parent
RULES = {
    "guide": ROOT / "docs" / "rules.md",
    "openai": ROOT / "docs" / "rules-openai.md",
    "relay": ROOT / "docs" / "rules-relay.md",
}
PROVED = {"guide": MUTANTS, "openai": VIDEO_MUTANTS, "relay": RELAY_MUTANTS}
"""The dialects that the judge has cases for, with the broken mocks that it is tried on."""

PAGES = {matrix.dialect: matrix.path.name for matrix in MATRICES}
"""The pages that tell which case notices which of them."""

ARCHITECTURE = ROOT / "ARCHITECTURE.md"
FAULTS = ROOT / "docs" / "faults.md"
SUITE = ROOT / "conformance" / "sora_conformance"

_BASES = {
    "guide": (
        "*Basis*: **documented** – the guide says so; **implied** – it follows from what it says; **protocol** – an",
        "RFC says so; **assumed** – the guide is silent and this is our choice, which the knob flips if there is one.",
    ),
    "openai": (
        "*Basis*: **documented** – an official source says so; **implied** – it follows from what they say;",
        "**protocol** – an RFC says so; **assumed** – they are silent or differ; this is our choice, which the knob",
        "flips if there is one.",
    ),
    "relay": (
        "*Basis*: **documented** – the relay under *source* says so in its own documentation; **implied** – it follows",
        "from what one says; **protocol** – an RFC says so; **assumed** – they are silent or differ, or it was only",
        "observed; this is our choice, which the knob flips if there is one.",
    ),
}


def rules_page(contract: Contract) -> str:
    """Return the page of all rules, by side and area."""
    lines = [
        "# The rules",
        "",
        f"Every rule of the dialect `{contract.dialect}`, contract version {contract.version}; written by `make docs`.",
        "The mock names the rule behind a refusal in the header `x-sora-mock-rule`.",
        "",
        *_BASES[contract.dialect],
    ]
    matrix = PAGES.get(contract.dialect)
    if contract.dialect in PROVED:
        lines += [
            "*Code*: the errors that refuse by the rule. *Cases* of the judge are for it, *mutants* break it",
            f"([{matrix}]({matrix}))." if matrix else "and are noticed.",
        ]
    for side in ("server", "client"):
        rules = [rule for rule in contract.rules if rule.side == side]
        lines += ["", f"## {side.capitalize()}: {len(rules)} rules"]
        by_area = sorted(rules, key=lambda rule: AREAS.index(area(rule)))
        for name, members in groupby(by_area, key=area):
            proved = side == "server" and contract.dialect in PROVED
            head, rule = ("| code | cases | mutants |", "---|---|---|") if proved else ("|", "")
            lines += [
                "",
                f"### {name}",
                "",
                f"| rule | level | basis | source | knob {head}",
                f"|---|---|---|---|---|{rule}",
            ]
            lines += [_row(member) + (_proof(member, contract.dialect) if proved else "") for member in members]
    return "\n".join(lines) + "\n"


def area(rule: Rule) -> str:
    """Return the first segment of a rule's id."""
    return rule.id.partition(".")[0]


def lifecycle_table() -> str:
    """Return the engine's lifecycle as a Markdown table."""
    holds = {None: "every task", False: "tasks that succeed", True: "tasks that fail"}
    rows = [f"| `{row.status}` | `{row.since}` | {holds[row.fails]} |" for row in LIFECYCLE]
    return "\n".join(["| status | from | holds for |", "|---|---|---|", *rows])


def architecture_page(text: str) -> str:
    """Return the architecture page with its lifecycle table written anew."""
    block = f"<!-- lifecycle -->\n{lifecycle_table()}\n<!-- /lifecycle -->"
    return re.sub(r"<!-- lifecycle -->.*?<!-- /lifecycle -->", lambda _: block, text, flags=re.DOTALL)


def effects_table() -> str:
    """Return the ready-made effects as a Markdown table."""
    rows = [f"| `{name}` | `{_settings(name)}` | {effect_words(effect)} |" for name, effect in NAMED.items()]
    return "\n".join(["| name | spelled out | the mock … |", "|---|---|---|", *rows])


def faults_page(text: str) -> str:
    """Return the page of faults with its table of ready-made effects written anew."""
    block = f"<!-- effects -->\n{effects_table()}\n<!-- /effects -->"
    return re.sub(r"<!-- effects -->.*?<!-- /effects -->", lambda _: block, text, flags=re.DOTALL)


def schemas() -> dict[Path, str]:
    """Return the published JSON Schemas by their files: of reports, of tables of cases, of the adapter protocol."""
    return {
        SUITE / "report" / "report.schema.json": schema_text(),
        SUITE / "server" / "tables" / "table.schema.json": _pretty(table_form.schema()),
        SUITE / "contract" / "adapter.schema.json": _pretty(protocol.schema()),
    }


def _pretty(schema: dict[str, Any]) -> str:
    return json.dumps(schema, indent=2) + "\n"


def _settings(name: str) -> str:
    told = msgspec.to_builtins(NAMED[name]).items()
    settings = {key: value for key, value in told if value not in (None, {}) and value is not False}
    return msgspec.json.format(msgspec.json.encode(settings), indent=0).decode()


def _row(rule: Rule) -> str:
    title = rule.title.replace("|", "\\|")
    if rule.untestable is not None:
        title += f" *Not judged over the wire: {rule.untestable}*"
    return f"| `{rule.id}`<br>{title} | {rule.level} | {rule.basis} | {rule.source} | {rule.knob or ''} |"


def _proof(rule: Rule, dialect: str) -> str:
    """Return the rest of a row: the errors that refuse by the rule, and how many cases and mutants it has."""
    cases = [case for case in all_cases(dialect) if case.rule == rule.id]
    mutants = sum(mutant.rule == rule.id for mutant in PROVED[dialect])
    codes = "<br>".join(f"`{code}`" for code in _codes(dialect).get(rule.id, ()))
    return f" {codes} | {len(cases) or ''} | {mutants or ''} |"


@cache
def _codes(dialect: str) -> dict[str, tuple[str, ...]]:
    """Return, by rule, the errors that the tables' cases expect for it."""
    codes: dict[str, dict[str, None]] = {}
    for row in table_rows(dialect):
        for step in row.step:
            if step.refused and not step.setup:
                codes.setdefault(row.rule, {})[step.refused] = None
    return {rule: tuple(found) for rule, found in codes.items()}


if __name__ == "__main__":
    for dialect, file in RULES.items():
        file.write_text(rules_page(load(dialect)), encoding="utf-8")
    ARCHITECTURE.write_text(architecture_page(ARCHITECTURE.read_text(encoding="utf-8")), encoding="utf-8")
    for path, text in schemas().items():
        path.write_text(text, encoding="utf-8")
    FAULTS.write_text(faults_page(FAULTS.read_text(encoding="utf-8")), encoding="utf-8")
