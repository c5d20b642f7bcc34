from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import xmlschema
from hypothesis import given
from hypothesis import strategies as st

from sora_conformance.report.cleaning import whole
from sora_conformance.report.junit import Outcome, junit_text, outcome
from sora_conformance.verdicts import Overlay, Verdict
from tests.conformance.report.support import HOSTILE, but, exchange, line, sound, told

SCHEMA = xmlschema.XMLSchema(str(Path(__file__).with_name("junit.xsd")))

EVERYTHING = but(
    line("auth.scheme", Verdict.FAIL, HOSTILE, case="a"),
    line("auth.scheme", Verdict.FAIL, "known", case="b", overlay=Overlay.XFAIL),
    line("auth.scheme", Verdict.PASS, "may deviate: x", case="c", overlay=Overlay.FLAKY),
    line("auth.challenge", Verdict.WARN, "expected a challenge"),
    line("character.delete", Verdict.INFO, "taken the other way"),
    line("character.keeping", Verdict.INCONCLUSIVE, "setup: 500"),
    line("error.shape", Verdict.ERROR, "KeyError", case="d"),
    line("error.shape", Verdict.SKIP, "needs a second key", case="e"),
    line("error.shape", Verdict.PASS, "expected to deviate, and does not", case="f", overlay=Overlay.XPASS),
)


def parsed(lines):
    text = junit_text(*told(lines))
    SCHEMA.validate(text)
    return ET.fromstring(text.encode())


def case_named(root, name):
    return next(case for case in root.iter("testcase") if case.get("name") == name)


@pytest.mark.parametrize(
    ("verdict", "overlay", "found"),
    [
        (Verdict.PASS, None, Outcome.PASSED),
        (Verdict.PASS, Overlay.FLAKY, Outcome.PASSED),
        (Verdict.PASS, Overlay.XPASS, Outcome.FAILURE),
        (Verdict.FAIL, None, Outcome.FAILURE),
        (Verdict.FAIL, Overlay.XFAIL, Outcome.SKIPPED),
        (Verdict.FAIL, Overlay.FLAKY, Outcome.SKIPPED),
        (Verdict.WARN, None, Outcome.PASSED),
        (Verdict.WARN, Overlay.XFAIL, Outcome.SKIPPED),
        (Verdict.INFO, None, Outcome.PASSED),
        (Verdict.SKIP, None, Outcome.SKIPPED),
        (Verdict.NOT_APPLICABLE, None, Outcome.SKIPPED),
        (Verdict.INCONCLUSIVE, None, Outcome.SKIPPED),
        (Verdict.ERROR, None, Outcome.ERROR),
    ],
)
def test_verdicts_become_the_outcomes_that_build_servers_know(verdict, overlay, found):
    assert outcome(line("auth.scheme", verdict, overlay=overlay)) is found


def test_the_counts_are_those_of_the_elements():
    root = parsed(EVERYTHING)

    for counted in (root, *root.iter("testsuite")):
        assert int(counted.get("tests")) == len(list(counted.iter("testcase")))
        for attribute, name in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(counted.get(attribute)) == len(list(counted.iter(name)))
    assert (root.get("tests"), root.get("failures"), root.get("errors"), root.get("skipped")) == ("10", "2", "1", "4")


def test_an_area_is_a_suite_and_a_case_a_testcase_with_its_rule():
    root = parsed(sound())
    case = case_named(root, "table/character/keeping")

    assert [suite.get("name") for suite in root] == ["server.auth", "server.character", "server.error", "server.relay"]
    assert (case.get("classname"), case.get("time")) == ("server.character", "0.020")
    assert {one.get("name"): one.get("value") for one in case.iter("property")} == {
        "rule": "character.keeping",
        "level": "MUST",
        "basis": "assumed",
        "source": "FAQ",
        "verdict": "PASS",
    }


def test_a_suite_says_what_was_judged_and_when():
    suite = parsed(sound())[0]
    facts = {one.get("name"): one.get("value") for one in suite.find("properties")}

    assert facts["target"] == "https://api.example.com/v1/sora"
    assert (facts["seed"], facts["strict"], suite.get("timestamp")) == ("7", "false", "2026-09-24T00:00:00")


def test_a_failure_tells_reason_rule_command_and_reply():
    root = parsed(but(line("auth.scheme", Verdict.FAIL, "expected 200, found 401")))
    failure = case_named(root, "table/auth/scheme").find("failure")

    assert (failure.get("message"), failure.get("type")) == ("expected 200, found 401", "FAIL")
    for words in ("auth.scheme: The `title`", "MUST, documented: FAQ", "curl -i -X POST", "→ 400 {"):
        assert words in failure.text


def test_what_is_skipped_says_why():
    root = parsed(EVERYTHING)

    messages = {name: case_named(root, name).find("skipped").get("message") for name in ("b", "e")}
    assert messages == {"b": "expected deviation: known", "e": "SKIP: needs a second key"}


def test_a_warning_passes_and_is_told():
    case = case_named(parsed(EVERYTHING), "table/auth/challenge")

    assert case.find("failure") is None
    assert case.find("system-out").text.startswith("WARN: expected a challenge\n")


def test_a_pass_has_nothing_to_tell():
    assert case_named(parsed(sound()), "table/auth/scheme").find("system-out") is None


def test_no_lines_are_an_empty_report():
    assert parsed([]).get("tests") == "0"


@given(st.text(st.characters()))
def test_it_is_xml_whatever_a_server_says(text):
    text = whole(text)
    lines = but(
        line("auth.scheme", Verdict.FAIL, text, evidence=(exchange(reply=text),)),
        line("auth.challenge", Verdict.WARN, text),
        line("error.shape", Verdict.SKIP, text),
    )
    root = parsed(lines)

    kept = "".join(sign for sign in text if sign in "\t\r\n" or (sign >= " " and sign not in "\ufffe\uffff"))
    kept = kept.replace("\r\n", "\n").replace("\r", "\n")  # as every reader of XML does
    assert case_named(root, "table/auth/scheme").find("failure").text.startswith(kept)
