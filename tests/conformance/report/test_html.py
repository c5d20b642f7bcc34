import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import msgspec
import pytest

from sora_conformance.contract.markup import tag
from sora_conformance.report.html import html_text
from sora_conformance.verdicts import Overlay, Verdict
from tests.conformance.report.support import HOSTILE, but, exchange, line, run, sound, told

HOSTILE_LINES = but(
    line(
        "auth.scheme",
        Verdict.FAIL,
        HOSTILE,
        evidence=(exchange(HOSTILE, HOSTILE, party="bad", failure=HOSTILE),),
    ),
    line("error.shape", Verdict.SKIP, HOSTILE),
)


class Reader(HTMLParser):
    """Keeps what a browser would make of a page: elements with their attributes, and the text of scripts."""

    VOID = ("meta", "input", "link", "img", "br")

    def __init__(self, text):
        super().__init__()
        self.open, self.elements, self.scripts, self.words = [], [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        inside = self.open[-1] if self.open else ""
        if inside != "style":
            (self.scripts if inside == "script" else self.words).append(data)

    def named(self, *names):
        return [attributes for name, attributes in self.elements if name in names]


def page(lines, stale=(), **changes):
    return Reader(html_text(*told(lines, stale, run(**changes))))


def exhibits(found):
    return json.loads(found.scripts[0])


@pytest.mark.parametrize("lines", [sound(), HOSTILE_LINES, []])
def test_elements_are_closed_in_order(lines):
    assert page(lines).open == []


def test_sections_stand_before_all_that_is_told_of_the_rules():
    text = html_text(*told(sound()), sections=(tag("section", "first", id="first"),))
    assert text.index('<section id="first">first</section>') < text.index('aria-label="Rules"')


def test_it_asks_nothing_of_any_server():
    found = page(HOSTILE_LINES)

    addresses = [
        value for _, attributes in found.elements for name, value in attributes.items() if name in {"href", "src"}
    ]
    assert addresses
    assert all(address.startswith("#") for address in addresses)
    assert found.named("link", "img", "iframe", "object", "base") == []


def test_only_its_own_style_and_script_may_run():
    text = html_text(*told(HOSTILE_LINES))
    policy = next(meta["content"] for meta in Reader(text).named("meta") if "http-equiv" in meta)
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)[1]
    script = re.search(r"<script>(.*?)</script>", text, re.DOTALL)[1]

    def hashed(source):
        return f"'sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}'"

    assert policy.split("; ") == [
        "default-src 'none'",
        f"style-src {hashed(style)}",
        f"script-src {hashed(script)}",
        "base-uri 'none'",
        "form-action 'none'",
    ]


def test_no_element_has_a_handler_or_a_style_of_its_own():
    for _, attributes in page(HOSTILE_LINES).elements:
        assert not [name for name in attributes if name.startswith("on") or name == "style"]


def test_whatever_a_server_says_adds_no_element():
    def shape(lines):
        return [name for name, _ in page(lines).elements]

    plain = but(
        line("auth.scheme", Verdict.FAIL, "x", evidence=(exchange("x", "x", party="bad", failure="x"),)),
        line("error.shape", Verdict.SKIP, "x"),
    )
    assert shape(HOSTILE_LINES) == shape(plain)


def test_exchanges_come_back_out_of_the_page_as_they_were():
    found = exhibits(page(HOSTILE_LINES))

    hostile = [one for one in found if one["request"]["body"] == HOSTILE]
    assert [one["response"]["body"] for one in hostile] == [HOSTILE]
    assert hostile[0]["curl"].startswith("curl -i -X POST")


def test_an_exchange_that_several_cases_show_is_kept_once():
    assert len(exhibits(page(sound()))) == 1


def test_an_exchange_without_a_reply_says_why():
    lines = but(line("auth.scheme", evidence=(exchange(response=None, failure="timeout: 60 s"),)))
    found = [one for one in exhibits(page(lines)) if one["failure"]]

    assert [(one["response"], one["failure"]) for one in found] == [(None, "timeout: 60 s")]


def test_a_rule_says_what_filters_ask_for():
    rules = {attributes["id"]: attributes for attributes in page(sound()).named("details") if attributes.get("id")}

    assert list(rules) == [one.rule for one in sound()]
    assert rules["auth.challenge"] == {
        "class": "rule",
        "id": "auth.challenge",
        "data-verdict": "PASS",
        "data-level": "SHOULD",
        "data-basis": "protocol",
    }


def test_every_link_leads_somewhere():
    found = page(but(line("auth.scheme", Verdict.FAIL, "x"), line("error.shape", Verdict.SKIP, "needs a key")))
    ids = {attributes["id"] for _, attributes in found.elements if "id" in attributes}

    links = {attributes["href"].removeprefix("#") for attributes in found.named("a")}
    assert {"auth.scheme", "error.shape"} <= links <= ids


def test_ids_are_used_once():
    ids = [attributes["id"] for _, attributes in page(HOSTILE_LINES).elements if "id" in attributes]

    assert len(ids) == len(set(ids))


def words(lines, stale=(), **changes):
    return " ".join(" ".join(page(lines, stale, **changes).words).split())


def test_the_summary_says_what_was_judged_when_and_what_came_of_it():
    found = words(sound(), seconds=83.2, strict=True, second_key=True)

    for text in (
        "Conformant",
        "5 of 5 judged rules kept.",
        "https://api.example.com/v1/sora",
        "24 September 2026, 00:00 UTC",
        "1 min 23 s, 40 requests",
        "3 characters, 1 generation",
        "100% (5 of 5 rules)",
        "free, character",
        "guide 1.2.3",
        "9.9.9",
    ):
        assert text in found


def test_lead_expectations_and_reasons_are_told():
    lines = but(
        line("auth.scheme", Verdict.FAIL, "found 401 (expected: known)", overlay=Overlay.XFAIL),
        line("auth.challenge", overlay=Overlay.XPASS),
        line("error.shape", Verdict.SKIP, "needs a second key"),
    )
    found = words(lines, ["rule 'x' matches nothing"], lead="It is slow.")

    for text in (
        "It is slow.",
        "Stale expectation: rule 'x' matches nothing",
        "needs a second key",
        "Stale expectations",
    ):
        assert text in found
    assert "1 case deviates as expected, 1 case was expected to deviate and did not" in found
    assert "fail expected" in found
    assert "pass unexpected" in found


def test_without_lines_there_is_still_a_page():
    assert "Inconclusive" in words([])


def test_without_time_taken_there_are_no_timings():
    assert "Timings" in words(sound())
    assert "Timings" not in words([line("auth.scheme", seconds=0.0)])


def test_replies_are_timed_by_operation():
    request = msgspec.structs.replace(exchange().request, url="https://api.example.com/files/a.mp4")
    elsewhere = exchange(request=request, seconds=0.5)
    found = words(but(line("auth.scheme", evidence=(exchange(), elsewhere, exchange(response=None, seconds=9.0)))))

    assert "createCharacter 1 12 ms 12 ms other 1 500 ms 500 ms" in found


def test_the_slowest_cases_come_first():
    lines = [line("auth.scheme", case=f"case-{number}", seconds=float(number)) for number in range(1, 15)]
    found = words(lines)

    assert found.index("Slowest cases Case Took case-14 14.0 s case-13 13.0 s") > 0
    assert "case-4 4.0 s" not in found[found.index("Slowest cases") :]


def test_of_the_cases_of_a_rule_the_worst_comes_first():
    found = words(but(line("auth.scheme", case="good"), line("auth.scheme", Verdict.FAIL, "x", case="bad")))

    assert found.index("fail bad") < found.index("pass good")
