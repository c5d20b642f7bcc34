"""Cleaning: the texts of a run made fit to be written.

Owns which texts of a line, a summary and the facts come from outside, and takes keys and halves of characters out of
them. What the suite says in its own words is left alone, so that a key that happens to be such a word does no harm.
"""

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from sora_conformance.exchanges import Evidence, Request, Response
from sora_conformance.report.summary import Run, Summary
from sora_conformance.verdicts import Line

Clean = Callable[[str], str]


def whole(text: str) -> str:
    """Return a text that can be encoded: halves of characters, which JSON may contain, become question marks."""
    return text.encode(errors="replace").decode()


def cleaned_lines(lines: Iterable[Line], clean: Clean) -> tuple[Line, ...]:
    """Return the lines with everything in them cleaned that a server may have had a hand in."""
    return tuple(
        msgspec.structs.replace(
            line,
            reason=_optional(line.reason, clean),
            evidence=tuple(_evidence(evidence, clean) for evidence in line.evidence),
        )
        for line in lines
    )


def bare(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Return the lines with nothing in them but the suite's own words."""
    return tuple(msgspec.structs.replace(line, reason=None, evidence=()) for line in lines)


def cleaned_summary(summary: Summary, clean: Clean) -> Summary:
    """Return the summary with its reasons cleaned."""
    unjudged = tuple(msgspec.structs.replace(group, reason=clean(group.reason)) for group in summary.unjudged)
    return msgspec.structs.replace(summary, unjudged=unjudged, stale=tuple(clean(text) for text in summary.stale))


def cleaned_run(run: Run, clean: Clean) -> Run:
    """Return the facts with address and lead cleaned."""
    return msgspec.structs.replace(run, target=clean(run.target), lead=_optional(run.lead, clean))


def cleaned_json(value: Any, clean: Clean) -> Any:  # noqa: ANN401 - JSON
    """Return a JSON value with all its texts cleaned, the names in it too."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list | tuple):
        return [cleaned_json(item, clean) for item in value]
    if isinstance(value, dict):
        return {clean(name): cleaned_json(item, clean) for name, item in value.items()}
    return value


def _optional(text: str | None, clean: Clean) -> str | None:
    return None if text is None else clean(text)


def _evidence(evidence: Evidence, clean: Clean) -> Evidence:
    request, response = evidence.request, evidence.response
    return Evidence(
        party=evidence.party,
        request=Request(
            method=clean(request.method),
            url=clean(request.url),
            headers=_headers(request.headers, clean),
            body=clean(request.body),
        ),
        response=None
        if response is None
        else Response(status=response.status, headers=_headers(response.headers, clean), body=clean(response.body)),
        failure=_optional(evidence.failure, clean),
        seconds=evidence.seconds,
    )


def _headers(headers: dict[str, str], clean: Clean) -> dict[str, str]:
    return {clean(name): clean(value) for name, value in headers.items()}
