"""Writing: all reports of a run, put into one folder.

Owns the names of the files, that each is there whole or not at all, and the last look for keys. What stands in a
report is the business of its own module.
"""

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from sora_conformance.contract import Contract
from sora_conformance.contract.markup import Html
from sora_conformance.redacting import Redactor
from sora_conformance.report.badge import badge
from sora_conformance.report.cleaning import (
    Clean,
    bare,
    cleaned_json,
    cleaned_lines,
    cleaned_run,
    cleaned_summary,
    whole,
)
from sora_conformance.report.html import html_text
from sora_conformance.report.json_report import Command, report_of, report_text
from sora_conformance.report.jsonl import lines_text
from sora_conformance.report.junit import junit_text
from sora_conformance.report.summary import Run, Summary
from sora_conformance.verdicts import Line

Told = tuple[Contract, Sequence[Line], Summary, Run]

WRITERS: dict[str, Callable[[Contract, Sequence[Line], Summary, Run], str]] = {
    "verdicts.jsonl": lambda _contract, lines, _summary, _run: lines_text(lines),
    "report.json": lambda *told: report_text(report_of(*told)),
    "junit.xml": junit_text,
    "report.html": html_text,
    "badge.json": lambda _contract, _lines, summary, _run: json.dumps(badge(summary), indent=2) + "\n",
}
"""The reports, by the names of their files."""


class Extra(msgspec.Struct, frozen=True, kw_only=True):
    """What the reports of a watched command tell besides: how it ended, what it did, and the same as parts of the page.

    `drill` is a JSON object.
    """

    command: Command
    drill: dict[str, Any]
    sections: tuple[Html, ...]


def write_reports(
    folder: Path,
    contract: Contract,
    lines: Sequence[Line],
    summary: Summary,
    run: Run,
    redact: Redactor,
    extra: Extra | None = None,
) -> None:
    """Write all reports into a folder, which is made if need be. Raises OSError where that cannot be done."""
    texts = report_texts(contract, lines, summary, run, redact, extra)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        _put(folder / name, text)


def report_texts(
    contract: Contract,
    lines: Sequence[Line],
    summary: Summary,
    run: Run,
    redact: Redactor,
    extra: Extra | None = None,
) -> dict[str, str]:
    """Return the texts of all reports by the names of their files; no key stands in any of them."""

    def clean(text: str) -> str:
        return redact(whole(text))

    told = contract, cleaned_lines(lines, clean), cleaned_summary(summary, clean), cleaned_run(run, clean)
    plain = contract, bare(lines), cleaned_summary(summary, lambda _: ""), cleaned_run(run, lambda _: "")
    writers = WRITERS if extra is None else {**WRITERS, **_telling(_cleaned(extra, clean))}
    return {name: _last_look(write(*told), lambda: WRITERS[name](*plain), redact) for name, write in writers.items()}  # noqa: B023 - called at once


def _telling(extra: Extra) -> dict[str, Callable[[Contract, Sequence[Line], Summary, Run], str]]:
    """Return the writers of the reports that tell more of a command."""
    return {
        "report.json": lambda *told: report_text(report_of(*told, command=extra.command, drill=extra.drill)),
        "report.html": lambda *told: html_text(*told, sections=extra.sections),
    }


def _cleaned(extra: Extra, clean: Clean) -> Extra:
    command = extra.command
    return Extra(
        command=msgspec.structs.replace(command, argv=tuple(clean(word) for word in command.argv)),
        drill=cleaned_json(extra.drill, clean),
        sections=tuple(Html(clean(section)) for section in extra.sections),
    )


def _last_look(text: str, plain: Callable[[], str], redact: Redactor) -> str:
    """Return the text of a report without keys, however they came into it.

    A key may also be a word that the report uses itself (`test`, say): such a word is no secret, and taking it out
    would break the report. The report without anything that came from outside shows whether it is one.
    """
    found = redact(text)
    if found == text:
        return text
    own = plain()
    return found if redact(own) == own else text


def _put(path: Path, text: str) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_text(text, encoding="utf-8", newline="\n")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
