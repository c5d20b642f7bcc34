import base64
import json
from contextlib import suppress
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest
from msgspec.structs import replace

from sora_conformance.contract.markup import tag
from sora_conformance.exchanges import Exchange, Failure, Party, Sent, evidence
from sora_conformance.redacting import Redactor
from sora_conformance.report.json_report import Command
from sora_conformance.report.jsonl import read_lines
from sora_conformance.report.write import WRITERS, Extra, report_texts, write_reports
from sora_conformance.verdicts import Line, Verdict
from tests.conformance.report.support import HOSTILE, but, exchange, line, run, sound, texts, told

KEYS = {"sk-Canary/7+x=": "$SORA_API_KEY", "sk-\"<&>'é-second": "$SORA_SECOND_API_KEY"}
REDACT = Redactor(KEYS)


def forms(key):
    plain = [key, quote(key, safe=""), base64.b64encode(key.encode()).decode(), json.dumps(key)[1:-1]]
    return {form for text in plain for form in (text, text.lower(), text.upper(), text.swapcase())}


FORMS = sorted(form for key in KEYS for form in forms(key))
ECHO = " | ".join(FORMS)


def leaks(text):
    """Return what a reader finds of the keys in a report, as it stands and as a program reads it."""
    unescaped = [text]
    with suppress(ValueError):
        unescaped.append(json.dumps(json.loads(text), ensure_ascii=False))
    folded = "\n".join(unescaped).lower()
    marked = [form.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") for form in FORMS]
    quoted = [form.replace('"', "&quot;").replace("'", "&#x27;") for form in marked]
    return [form for form in {*FORMS, *marked, *quoted} if form.lower() in folded]


def leaking(told_by):
    return but(
        line("auth.scheme", Verdict.FAIL, f"expected 200, found {ECHO}", evidence=told_by),
        line("error.shape", Verdict.SKIP, f"needs {ECHO}"),
        line("auth.challenge", Verdict.WARN, ECHO, evidence=told_by),
    )


def raw_evidence():
    """Return an exchange as nobody has cleaned it."""
    plain = exchange(ECHO, ECHO)
    headers = {f"x-{form}": form for form in FORMS}
    return replace(
        plain,
        request=replace(plain.request, url=f"https://x/{ECHO}", headers=headers),
        response=replace(plain.response, headers=headers),
        failure=ECHO,
    )


def recorded_evidence():
    """Return exchanges with a server that repeats the key everywhere, as a run records them."""
    headers = tuple((f"x-echo-{number}", form) for number, form in enumerate(FORMS))
    sent = Sent(method="POST", url=f"https://x/?key={FORMS[0]}", headers=headers, body=ECHO.encode())
    replied = Exchange(sent=sent, status=200, headers=headers, body=ECHO.encode())
    broken = Exchange(party=Party.BAD, sent=sent, failure=Failure.BROKEN, detail=ECHO)
    return evidence([replied, broken], REDACT)


@pytest.mark.parametrize("told_by", [(raw_evidence(),), recorded_evidence()], ids=["raw", "recorded"])
@pytest.mark.parametrize("name", WRITERS)
def test_no_report_has_a_key_in_any_form_though_a_server_repeats_it_everywhere(name, told_by):
    facts = run(lead=f"it said {ECHO}", target=f"https://x.example/{quote(FORMS[0], safe='')}")
    text = texts(leaking(told_by), REDACT, [f"rule {ECHO}"], facts)[name]

    assert leaks(text) == []
    assert name == "badge.json" or "$SORA_API_KEY" in text


def test_a_key_that_slips_into_a_report_on_another_way_is_taken_out_at_last(monkeypatch):
    monkeypatch.setitem(
        WRITERS, "badge.json", lambda _c, lines, _s, _r: f"{{}} {'sk-canary/7+X=' if lines[0].evidence else ''}"
    )

    assert texts(sound(), REDACT)["badge.json"] == "{} $SORA_API_KEY"


@pytest.mark.parametrize("key", ["test", "a", "pass", "PASS", "case", "rule", "<", '"', "error", "5"])
def test_a_key_that_is_a_word_of_the_report_does_not_break_it(key, tmp_path):
    lines = but(line("auth.scheme", Verdict.FAIL, f"found {key}", evidence=(exchange(reply=f"key {key}!"),)))

    write_reports(tmp_path, *told(lines), Redactor({key: "$SORA_API_KEY"}))

    found = read_lines(tmp_path / "verdicts.jsonl")
    assert [(one.case, one.verdict) for one in found] == [(one.case, one.verdict) for one in lines]
    assert json.loads((tmp_path / "report.json").read_text())["summary"]["exit_code"] == 1
    assert ET.parse(tmp_path / "junit.xml").getroot().get("tests") == str(len(lines))
    assert json.loads((tmp_path / "badge.json").read_text())["message"] == "non-conformant"


KEY = "sk-watched-0123456789"
EXTRA = Extra(
    command=Command(argv=("npm", "test", f"--token={KEY}"), exit_code=1, signal=None),
    drill={"seen": [f"{KEY}\ud800", {KEY: None}], "grade": "A"},
    sections=(tag("section", f"with {KEY} and \ud800"),),
)


def test_what_is_told_of_a_command_has_no_key_and_no_halves_of_characters():
    found = report_texts(*told(sound()), Redactor({KEY: "$KEY"}), EXTRA)
    report = json.loads(found["report.json"])
    assert report["command"] == {"argv": ["npm", "test", "--token=$KEY"], "exit_code": 1, "signal": None}
    assert report["drill"] == {"seen": ["$KEY?", {"$KEY": None}], "grade": "A"}
    assert "<section>with $KEY and ?</section>" in found["report.html"]


def test_other_reports_are_the_same_whether_a_command_was_watched():
    plain, more = report_texts(*told(sound()), Redactor({})), report_texts(*told(sound()), Redactor({}), EXTRA)
    assert {name for name in plain if plain[name] != more[name]} == {"report.json", "report.html"}
    assert "command" not in json.loads(plain["report.json"])


def test_all_reports_are_there_and_nothing_else(tmp_path):
    folder = tmp_path / "new" / "folder"

    write_reports(folder, *told(sound()), REDACT)

    assert sorted(path.name for path in folder.iterdir()) == [
        "badge.json",
        "junit.xml",
        "report.html",
        "report.json",
        "verdicts.jsonl",
    ]


def test_reports_are_written_over_those_of_the_run_before(tmp_path):
    write_reports(tmp_path, *told([]), REDACT)
    write_reports(tmp_path, *told(sound()), REDACT)

    assert len(read_lines(tmp_path / "verdicts.jsonl")) == 6


def test_lines_without_a_key_in_them_are_kept_to_the_letter(tmp_path):
    lines = but(line("auth.scheme", Verdict.FAIL, HOSTILE, evidence=(exchange(HOSTILE, HOSTILE),)))

    write_reports(tmp_path, *told(lines), REDACT)

    assert read_lines(tmp_path / "verdicts.jsonl") == tuple(lines)


def test_halves_of_characters_do_no_harm(tmp_path):
    lines = but(line("auth.scheme", Verdict.FAIL, "found \ud83d", evidence=(exchange(reply="\udc4d"),)))

    write_reports(tmp_path, *told(lines), REDACT)

    found: Line = next(one for one in read_lines(tmp_path / "verdicts.jsonl") if one.rule == "auth.scheme")
    assert (found.reason, found.evidence[0].response.body) == ("found ?", "?")


def test_a_folder_that_cannot_be_made_is_an_os_error(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(OSError, match="file") as caught:
        write_reports(tmp_path / "file" / "folder", *told(sound()), REDACT)
    assert caught.value.filename


def test_a_report_that_cannot_be_written_leaves_no_part_of_it(tmp_path):
    (tmp_path / "verdicts.jsonl").mkdir()

    with pytest.raises(OSError, match=r"verdicts\.jsonl"):
        write_reports(tmp_path, *told(sound()), REDACT)
    assert [path.name for path in tmp_path.iterdir()] == ["verdicts.jsonl"]
