"""`report.json`: a run for programs, rule by rule.

Owns the form of the file and its schema, which lies beside this module as `report.schema.json`. Evidence is left to
`verdicts.jsonl`, where the same cases have it.
"""

import json
from collections.abc import Sequence
from importlib import resources
from inspect import cleandoc
from typing import Any

import msgspec

from sora_conformance.contract import Basis, Contract, Cost, Level
from sora_conformance.report.summary import Run, Summary
from sora_conformance.verdicts import DEVIATIONS, Line, Overlay, RuleVerdict, Verdict, by_rule

SCHEMA_FILE = "report.schema.json"


class CaseReport(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one case; `exchanges` is how many of them `verdicts.jsonl` shows."""

    case: str
    verdict: Verdict
    overlay: Overlay | None
    reason: str | None
    seconds: float
    exchanges: int


class RuleReport(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one rule, with its cases; `excused` tells that every deviation was expected."""

    id: str
    area: str
    title: str
    level: Level
    basis: Basis
    source: str
    cost: Cost
    verdict: Verdict
    excused: bool
    cases: tuple[CaseReport, ...]


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """A command that was watched: its words, and how it ended, with an exit code of its own or by a signal."""

    argv: tuple[str, ...]
    exit_code: int | None
    signal: str | None


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The report of a run. `format` changes when a program that reads it would have to.

    Of a command that was watched, `command` says how it ended, and `drill` what it did and was answered, call by call.
    """

    run: Run
    summary: Summary
    rules: tuple[RuleReport, ...]
    format: int = 1
    command: Command | msgspec.UnsetType = msgspec.UNSET
    drill: dict[str, Any] | msgspec.UnsetType = msgspec.UNSET


def report_of(
    contract: Contract,
    lines: Sequence[Line],
    summary: Summary,
    run: Run,
    *,
    command: Command | msgspec.UnsetType = msgspec.UNSET,
    drill: dict[str, Any] | msgspec.UnsetType = msgspec.UNSET,
) -> Report:
    """Return the report of a run; rules without a line are in the summary only."""
    rules = tuple(_rule(found) for found in by_rule(contract.rules, lines))
    return Report(run=run, summary=summary, rules=rules, command=command, drill=drill)


def report_text(report: Report) -> str:
    """Return the report as the text of a file."""
    return msgspec.json.format(msgspec.json.encode(report), indent=2).decode() + "\n"


def schema_text() -> str:
    """Return the JSON Schema of reports as it follows from the code."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **msgspec.json.schema(Report)}
    for definition in schema["$defs"].values():
        if "description" in definition:
            definition["description"] = cleandoc(definition["description"])
    return json.dumps(schema, indent=2) + "\n"


def published_schema() -> str:
    """Return the JSON Schema of reports as it lies in the package."""
    return (resources.files("sora_conformance.report") / SCHEMA_FILE).read_text(encoding="utf-8")


def _rule(found: RuleVerdict) -> RuleReport:
    rule = found.rule
    return RuleReport(
        id=rule.id,
        area=rule.area,
        title=rule.title,
        level=rule.level,
        basis=rule.basis,
        source=rule.source,
        cost=rule.cost,
        verdict=found.verdict,
        excused=found.verdict in DEVIATIONS and found.excused,
        cases=tuple(_case(line) for line in found.lines),
    )


def _case(line: Line) -> CaseReport:
    return CaseReport(
        case=line.case,
        verdict=line.verdict,
        overlay=line.overlay,
        reason=line.reason,
        seconds=line.seconds,
        exchanges=len(line.evidence),
    )
