"""Expectations: strict both ways."""

from pathlib import Path

import pytest

from sora_conformance.contract import load
from sora_conformance.expectations import (
    Expectation,
    ExpectationError,
    known_server,
    load_expectations,
    overlaid,
    unmatched,
)
from sora_conformance.verdicts import Line, Overlay, Verdict

RULE = load("guide").rule("generation.scenes.form")
KNOWN = Expectation(rule="generation.scenes.*", reason="no storyboards")


def line(verdict, case="generation/scenes/form", reason=None):
    return Line(case=case, rule=RULE.id, level=RULE.level, basis=RULE.basis, verdict=verdict, reason=reason)


@pytest.mark.parametrize("verdict", [Verdict.FAIL, Verdict.WARN, Verdict.INFO])
def test_an_expected_deviation_is_marked(verdict):
    found = overlaid(line(verdict, reason="expected 4xx, found 200"), [KNOWN])
    assert (found.verdict, found.overlay) == (verdict, Overlay.XFAIL)
    assert found.reason == "expected 4xx, found 200 (expected: no storyboards)"


def test_a_deviation_that_does_not_happen_any_more_is_red():
    found = overlaid(line(Verdict.PASS), [KNOWN])
    assert found.overlay is Overlay.XPASS
    assert "does not" in found.reason


@pytest.mark.parametrize("verdict", [Verdict.SKIP, Verdict.INCONCLUSIVE, Verdict.NOT_APPLICABLE, Verdict.ERROR])
def test_what_was_not_judged_is_neither_excused_nor_belied(verdict):
    assert overlaid(line(verdict), [KNOWN]) == line(verdict)


@pytest.mark.parametrize("verdict", [Verdict.PASS, Verdict.FAIL])
def test_a_flaky_case_may_do_either(verdict):
    assert overlaid(line(verdict), [Expectation(rule="*", reason="r", flaky=True)]).overlay is Overlay.FLAKY


def test_a_case_pattern_narrows_a_rule():
    only = Expectation(rule="generation.scenes.*", case="*/empty", reason="r")
    assert overlaid(line(Verdict.FAIL), [only]).overlay is None
    assert overlaid(line(Verdict.FAIL, case="generation/scenes/empty"), [only]).overlay is Overlay.XFAIL


def test_an_expectation_that_no_case_is_covered_by_is_named():
    stale = Expectation(rule="generation.senes.*", reason="a slip")
    (words,) = unmatched([KNOWN, stale], [line(Verdict.PASS)])
    assert "generation.senes.*" in words


def test_a_file_is_read(tmp_path):
    file = tmp_path / "known.toml"
    file.write_text('[[expect]]\nrule = "limit.*"\nreason = "no limit"\n')
    assert load_expectations(file) == (Expectation(rule="limit.*", reason="no limit"),)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[[expect]]\nrule = 'a'\n", "reason"),
        ("[[expect]]\nrule = 'a'\nreason = ' '\n", r"expect\[0\].reason: expected a text"),
        ("[[expect]]\nrule = 'a'\nreason = 'b'\nwhen = 'c'\n", "when"),
        ("[[expect]\n", "line 1"),
    ],
)
def test_a_broken_file_is_refused_with_its_name(tmp_path, text, complaint):
    file = tmp_path / "known.toml"
    file.write_text(text)
    with pytest.raises(ExpectationError, match=complaint) as caught:
        load_expectations(file)
    assert str(caught.value).startswith(str(file))


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(ExpectationError, match="No such file"):
        load_expectations(tmp_path / "none.toml")


def test_a_server_of_a_known_name_has_a_file_with_the_suite():
    assert load_expectations(known_server("openai", Path("litellm")))


@pytest.mark.parametrize(
    ("dialect", "name"), [("openai", "nobody"), ("guide", "litellm"), ("openai", "../openai/litellm")]
)
def test_any_other_name_has_none(dialect, name):
    assert known_server(dialect, Path(name)) is None
