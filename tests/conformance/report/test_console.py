import io

import pytest
from rich.console import Console as Terminal

from sora_conformance.report.console import Console, harmless
from sora_conformance.verdicts import Overlay, Verdict
from tests.conformance.report.support import CONTRACT, HOSTILE, but, exchange, line, sound, told


def printed(lines, stale=(), *, terminal=False, finish=True, total=None):
    out = io.StringIO()
    console = Console(CONTRACT, Terminal(file=out, force_terminal=terminal, width=100, highlight=False, _environ={}))
    console.start(len(lines) if total is None else total)
    for one in lines:
        console.line(one)
    if finish:
        console.finish(told(lines, stale)[2], lines)
    return out.getvalue()


def test_every_rule_is_told_by_area():
    told = printed(sound()).split("\n")
    assert told[2:6] == [
        "auth",
        f"  PASS           {'auth.scheme':40} 1 case",
        told[4],
        "character",
    ]
    assert told[4].startswith("  PASS           auth.")


def test_a_sound_server_takes_a_table_and_a_sentence():
    lines = printed(sound()).split("\n")
    assert lines[:2] == ["Trying 6 cases", ""]
    assert lines[lines.index("", 2) + 1 :] == [
        "area       rules  PASS  FAIL  WARN  INFO  ERROR  not judged",
        "auth           2     2     ·     ·     ·      ·           ·",
        "character      2     2     ·     ·     ·      ·           ·",
        "error          1     1     ·     ·     ·      ·           ·",
        "relay          1     ·     ·     ·     ·      ·           1",
        "all            6     5     ·     ·     ·      ·           1",
        "",
        "Conformant: 5 of 5 judged rules kept.",
        "",
    ]


def test_a_broken_rule_is_told_with_its_source_the_reason_and_a_command_to_repeat_it():
    found = printed(but(line("auth.scheme", Verdict.FAIL, "expected 200, found 400")))

    assert (
        "\nFAIL  auth.scheme\n"
        "      The `title` of auth.scheme.\n"
        "      MUST · documented · FAQ\n"
        "    • table/auth/scheme: expected 200, found 400\n"
        '      sent  POST https://api.example.com/v1/sora/characters {"model":"x"}\n'
        '      got   400 {"error":{"code":"invalid_value"}}\n'
        '      curl -i -X POST https://api.example.com/v1/sora/characters -H "authorization: Bearer $SORA_API_KEY"'
    ) in found
    assert found.endswith("\nNon-conformant: 4 of 5 judged rules kept, 1 broken.\n")


def test_without_an_exchange_the_reason_stands_alone():
    found = printed(but(line("auth.scheme", Verdict.FAIL, "no such thing", evidence=())))

    assert "    • table/auth/scheme: no such thing\n\nNon-conformant" in found


def test_of_many_cases_of_a_rule_the_rest_is_counted():
    lines = [line("auth.scheme", Verdict.FAIL, "x", case=f"case-{number}") for number in range(5)]
    found = printed(but(*lines))

    assert "case-2" in found
    assert "case-3" not in found
    assert "      and 2 more\n" in found


def test_what_was_not_judged_is_told_with_the_reason():
    found = printed(but(line("auth.scheme", Verdict.SKIP, "needs a second key")))

    assert found.endswith(
        "\nConformant in part: 4 of 4 judged rules kept.\n1 rule not judged: needs a second key (1).\n"
    )


def test_expected_deviations_take_one_line_each():
    lines = but(
        line("auth.scheme", Verdict.FAIL, "found 400 (expected: known)", overlay=Overlay.XFAIL),
        line("error.shape", Verdict.PASS, "expected to deviate, and does not: old", overlay=Overlay.XPASS),
    )
    found = printed(lines, ["rule 'x': no case of this run matches"])

    assert "XFAIL auth.scheme table/auth/scheme: found 400 (expected: known)\n" in found
    assert "XPASS error.shape table/error/shape: expected to deviate, and does not: old\n" in found
    assert "curl" not in found
    assert found.endswith("Stale expectation: rule 'x': no case of this run matches\n")


def test_where_there_is_no_terminal_there_are_neither_progress_nor_codes():
    found = printed(but(line("auth.scheme", Verdict.FAIL, "x")))

    assert "\x1b" not in found
    assert "\r" not in found


def test_a_terminal_shows_how_far_it_is_and_is_left_clean():
    found = printed(sound(), terminal=True)

    assert "2/6  2 PASS  table/auth/challenge" in found
    assert "Trying" not in found
    assert found.index("5/6") < found.index("\r\x1b[2K\n")


def test_progress_goes_away_with_the_last_line_even_if_nothing_is_told():
    assert printed(sound(), terminal=True, finish=False).endswith("\r\x1b[2K")


def test_progress_fits_into_a_line():
    long = [line("auth.scheme", case="x" * 300), line("auth.challenge")]

    assert "x" * 80 in printed(long, terminal=True, finish=False)
    assert "x" * 100 not in printed(long, terminal=True, finish=False)


def test_no_server_commands_a_terminal():
    lines = but(line("auth.scheme", Verdict.FAIL, HOSTILE, evidence=(exchange(HOSTILE, HOSTILE),)))
    found = printed(lines)

    assert "\x1b" not in found
    assert "\x00" not in found
    assert "\\x1b[31m\\x00" in found


def test_markup_in_a_reply_is_text():
    assert "[bold]x[/bold] [/nothing]" in printed(but(line("auth.scheme", Verdict.FAIL, "[bold]x[/bold] [/nothing]")))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb", "a\\nb"),
        ("\u202eabc", "\\u202eabc"),
        ("\x9b31m", "\\x9b31m"),
        ("é ☃ 👍", "é ☃ 👍"),
        ("\ud800", "\\ud800"),
    ],
)
def test_what_is_no_visible_character_is_escaped(text, shown):
    assert harmless(text) == shown
