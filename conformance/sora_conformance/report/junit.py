"""`junit.xml`: a run in the form that build servers read.

Owns which verdict becomes which outcome, and that the file is XML whatever a server has said. One case is one
testcase, one area one testsuite.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from xml.etree import ElementTree as ET

from sora_conformance.contract import Contract, Rule
from sora_conformance.exchanges import Evidence
from sora_conformance.report.summary import Run, Summary
from sora_conformance.report.words import by_area, reply_words, short, telling
from sora_conformance.verdicts import DEVIATIONS, Line, Overlay, RuleVerdict, Verdict

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

SHOWN_MESSAGE = 300
"""How many characters of a reason stand in the attribute; the whole of it is in the text."""


class Outcome(StrEnum):
    """What a build server tells apart; the values are the names of the elements."""

    PASSED = "passed"
    FAILURE = "failure"
    ERROR = "error"
    SKIPPED = "skipped"


def outcome(line: Line) -> Outcome:
    """Return what a build server is told of a case."""
    if line.overlay is Overlay.XPASS:
        return Outcome.FAILURE
    if line.verdict is Verdict.ERROR:
        return Outcome.ERROR
    if line.overlay is not None and line.verdict in DEVIATIONS:
        return Outcome.SKIPPED
    if line.verdict is Verdict.FAIL:
        return Outcome.FAILURE
    if line.verdict in {Verdict.SKIP, Verdict.NOT_APPLICABLE, Verdict.INCONCLUSIVE}:
        return Outcome.SKIPPED
    return Outcome.PASSED


def junit_text(contract: Contract, lines: Sequence[Line], summary: Summary, run: Run) -> str:
    """Return the run as JUnit's XML."""
    areas = by_area(contract, lines)
    root = ET.Element("testsuites", {"name": f"sora contract: {summary.result}", **_totals(lines)})
    for area, found in areas.items():
        root.append(_suite(area, found, run))
    ET.indent(root)
    return f"<?xml version='1.0' encoding='utf-8'?>\n{ET.tostring(root, encoding='unicode')}\n"


def _suite(area: str, found: Iterable[RuleVerdict], run: Run) -> ET.Element:
    pairs = [(verdict.rule, line) for verdict in found for line in verdict.lines]
    name = f"{run.side}.{area}"
    stamp = datetime.fromtimestamp(run.started, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    suite = ET.Element("testsuite", {"name": name, **_totals([line for _, line in pairs]), "timestamp": stamp})
    _properties(
        suite,
        {
            "target": run.target,
            "dialect": run.dialect,
            "contract": run.contract_version,
            "suite": run.suite_version,
            "seed": str(run.seed),
            "strict": str(run.strict).lower(),
        },
    )
    for rule, line in pairs:
        suite.append(_case(name, rule, line))
    return suite


def _totals(lines: Sequence[Line]) -> dict[str, str]:
    outcomes = Counter(outcome(line) for line in lines)
    return {
        "tests": str(len(lines)),
        "failures": str(outcomes[Outcome.FAILURE]),
        "errors": str(outcomes[Outcome.ERROR]),
        "skipped": str(outcomes[Outcome.SKIPPED]),
        "time": f"{sum(line.seconds for line in lines):.3f}",
    }


def _case(classname: str, rule: Rule, line: Line) -> ET.Element:
    case = ET.Element("testcase", classname=classname, name=_xml(line.case), time=f"{line.seconds:.3f}")
    facts = {"rule": rule.id, "level": rule.level, "basis": rule.basis, "source": rule.source, "verdict": line.verdict}
    _properties(case, facts if line.overlay is None else {**facts, "overlay": line.overlay})
    found, reason = outcome(line), line.reason or ""
    if found is Outcome.PASSED:
        if line.verdict is not Verdict.PASS or reason:
            ET.SubElement(case, "system-out").text = _xml(f"{line.verdict}: {_told(rule, line)}")
        return case
    if found is Outcome.SKIPPED:
        label = "expected deviation" if line.overlay is not None else str(line.verdict)
        ET.SubElement(case, found, message=_xml(short(f"{label}: {reason}", SHOWN_MESSAGE)))
        return case
    kind = line.overlay or line.verdict
    # `type` comes last, as the schemas of build servers have it.
    element = ET.SubElement(case, found, message=_xml(short(reason, SHOWN_MESSAGE)), type=str(kind))
    element.text = _xml(_told(rule, line))
    return case


def _told(rule: Rule, line: Line) -> str:
    """Return what a person needs to know who sees nothing but the build server's page."""
    parts = [line.reason or "", f"{rule.id}: {rule.title}", f"{rule.level}, {rule.basis}: {rule.source}"]
    evidence = telling(line)
    return "\n".join([*parts, *([] if evidence is None else _shown(evidence))])


def _shown(evidence: Evidence) -> list[str]:
    return ["", evidence.curl, f"→ {reply_words(evidence)}"]


def _properties(parent: ET.Element, facts: dict[str, str]) -> None:
    properties = ET.SubElement(parent, "properties")
    for name, value in facts.items():
        ET.SubElement(properties, "property", name=name, value=_xml(value))


def _xml(text: str) -> str:
    """Return a text without what XML cannot contain, not even escaped."""
    return _NOT_XML.sub("", text)
