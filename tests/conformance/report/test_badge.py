import pytest

from sora_conformance.report.badge import badge
from sora_conformance.verdicts import Overlay, Verdict
from tests.conformance.report.support import but, line, sound, told


@pytest.mark.parametrize(
    ("lines", "message", "colour"),
    [
        (sound(), "conformant 5/5", "brightgreen"),
        (but(line("auth.challenge", Verdict.WARN, "x")), "conformant 4/5", "brightgreen"),
        (but(line("error.shape", Verdict.SKIP, "x")), "partial 4/5", "green"),
        (but(line("error.shape", Verdict.FAIL, "x")), "non-conformant", "red"),
        (but(line("error.shape", Verdict.INCONCLUSIVE, "x")), "inconclusive", "yellow"),
        (but(line("error.shape", overlay=Overlay.XPASS)), "stale", "orange"),
    ],
)
def test_a_badge_says_the_result_and_how_much_of_the_contract_is_kept(lines, message, colour):
    assert badge(told(lines)[2]) == {
        "schemaVersion": 1,
        "label": "sora contract",
        "message": message,
        "color": colour,
    }


def test_a_failure_of_the_suite_is_marked_as_an_error():
    found = badge(told(but(line("error.shape", Verdict.ERROR, "x")))[2])

    assert (found["message"], found["color"], found["isError"]) == ("error", "lightgrey", True)
