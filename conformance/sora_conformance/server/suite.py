"""The suite as pytest runs it: one test for each case.

Owns the way from a verdict to the outcome that pytest knows. The cases and the judge come from `plugin`.
"""

import msgspec
import pytest

from sora_conformance.server.cases import Case
from sora_conformance.server.plugin import LINE, Bench
from sora_conformance.verdicts import Line, Overlay, Verdict


def test_case(case: Case, bench: Bench, request: pytest.FixtureRequest) -> None:
    """Try one case."""
    line = bench.line(case)
    request.node.user_properties.append((LINE, msgspec.json.encode(line).decode()))
    _conclude(line)


def _conclude(line: Line) -> None:
    reason = f"{line.rule}: {line.reason}"
    if line.overlay is Overlay.XFAIL or (line.overlay is Overlay.FLAKY and line.verdict is not Verdict.PASS):
        pytest.xfail(reason)
    if line.overlay is Overlay.XPASS or line.verdict in {Verdict.FAIL, Verdict.ERROR}:
        pytest.fail(reason, pytrace=False)
    if line.verdict in {Verdict.SKIP, Verdict.NOT_APPLICABLE, Verdict.INCONCLUSIVE}:
        pytest.skip(reason)
