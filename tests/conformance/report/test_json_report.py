import json

import jsonschema

from sora_conformance.report.json_report import published_schema, report_of, report_text, schema_text
from sora_conformance.verdicts import Overlay, Verdict
from tests.conformance.report.support import HOSTILE, but, line, sound, told

LINES = but(
    line("auth.scheme", Verdict.FAIL, HOSTILE, overlay=Overlay.XFAIL),
    line("error.shape", Verdict.SKIP, "needs a second key"),
    line("auth.challenge", Verdict.WARN, "expected a challenge"),
)


def report(lines, stale=()):
    return json.loads(report_text(report_of(*told(lines, stale))))


def test_the_published_schema_is_that_of_the_code():
    assert published_schema() == schema_text(), "report.schema.json is stale: `make docs` writes it anew"


def test_reports_fit_the_schema():
    schema = json.loads(published_schema())
    jsonschema.Draft202012Validator.check_schema(schema)

    for lines in (sound(), LINES, []):
        jsonschema.validate(report(lines, ["rule 'x'"]), schema, cls=jsonschema.Draft202012Validator)


def test_facts_and_summary_stand_in_front():
    found = report(LINES)

    assert list(found) == ["run", "summary", "rules", "format"]
    assert found["run"]["target"] == "https://api.example.com/v1/sora"
    assert (found["summary"]["result"], found["summary"]["exit_code"], found["summary"]["partial"]) == (
        "conformant",
        0,
        True,
    )
    assert found["summary"]["rules"]["SKIP"] == 1
    assert found["format"] == 1


def test_a_rule_has_what_it_asks_and_what_came_of_its_cases():
    found = report(LINES)["rules"][0]

    assert found == {
        "id": "auth.scheme",
        "area": "auth",
        "title": "The `title` of auth.scheme.",
        "level": "MUST",
        "basis": "documented",
        "source": "FAQ",
        "cost": "free",
        "verdict": "FAIL",
        "excused": True,
        "cases": [
            {
                "case": "table/auth/scheme",
                "verdict": "FAIL",
                "overlay": "XFAIL",
                "reason": HOSTILE,
                "seconds": 0.02,
                "exchanges": 1,
            }
        ],
    }


def test_only_deviations_are_excused():
    assert [rule["excused"] for rule in report(but(line("auth.scheme", overlay=Overlay.XPASS)))["rules"]] == [False] * 6
