import json

import pytest

from sora_conformance.report.jsonl import LinesError, lines_text, read_lines
from sora_conformance.verdicts import Overlay, Verdict
from tests.conformance.report.support import HOSTILE, but, exchange, line

LINES = tuple(
    but(
        line("auth.scheme", Verdict.FAIL, HOSTILE, overlay=Overlay.XFAIL, evidence=(exchange(reply="a\u2028b\nc\x85"),))
    )
)


def test_what_is_written_can_be_read_back(tmp_path):
    path = tmp_path / "verdicts.jsonl"
    path.write_text(lines_text(LINES), encoding="utf-8")

    assert read_lines(path) == LINES


def test_each_line_is_one_object_with_the_promised_fields():
    texts = lines_text(LINES).split("\n")

    assert texts.pop() == ""
    assert len(texts) == len(LINES)
    for text in texts:
        assert list(json.loads(text)) == [
            "case",
            "rule",
            "level",
            "basis",
            "verdict",
            "overlay",
            "reason",
            "evidence",
            "seconds",
        ]


def test_no_lines_are_an_empty_file():
    assert lines_text(()) == ""


def test_a_broken_line_is_named(tmp_path):
    path = tmp_path / "verdicts.jsonl"
    path.write_text(lines_text(LINES[:1]) + '\n{"case": 1}\n')

    with pytest.raises(LinesError, match=r"verdicts\.jsonl:3: .*`str`"):
        read_lines(path)


def test_bytes_that_are_no_text_are_a_broken_line(tmp_path):
    path = tmp_path / "verdicts.jsonl"
    path.write_bytes(b'{"case": "\xff"}\n')

    with pytest.raises(LinesError, match=r"verdicts\.jsonl:1: "):
        read_lines(path)


def test_a_missing_file_is_an_os_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_lines(tmp_path / "none.jsonl")
