"""`badge.json`: a run as a badge, in the form that shields.io reads from an endpoint.

Owns its words and colours.
"""

from typing import Any

from sora_conformance.report.summary import Result, Summary

LABEL = "sora contract"

_COLOURS = {
    Result.CONFORMANT: "brightgreen",
    Result.NON_CONFORMANT: "red",
    Result.ERROR: "lightgrey",
    Result.INCONCLUSIVE: "yellow",
    Result.STALE: "orange",
}


def badge(summary: Summary) -> dict[str, Any]:
    """Return the badge; the numbers say how many of the rules that can be judged were judged and kept."""
    message, colour = str(summary.result), _COLOURS[summary.result]
    if summary.result is Result.CONFORMANT:
        word = "partial" if summary.partial else "conformant"
        message = f"{word} {summary.passed}/{summary.testable}"
        colour = "green" if summary.partial else colour
    found = {"schemaVersion": 1, "label": LABEL, "message": message, "color": colour}
    return {**found, "isError": True} if summary.result is Result.ERROR else found
