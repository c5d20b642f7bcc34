import io
import math
import re
from html.parser import HTMLParser
from importlib import resources

import pytest
from rich.console import Console

from sora_conformance.observe.drill import drill
from sora_conformance.observe.timeline import SHOWN_CALLS, terminal_timeline
from sora_conformance.observe.timeline_svg import SHOWN_CALLS as SHOWN_ROWS
from sora_conformance.observe.timeline_svg import timeline_html
from tests.conformance.observe.by_hand import arrival, generation, lost, poll, traffic

HOSTILE = '/v1/<script>alert(1)</script>"'


def other(number):
    return {"url": f"https://media.test/{number}.mp4"}


def busy(**how):
    some = [
        *(arrival(0, 429, retry_after="3"), arrival(1, 429, retry_after="2"), arrival(3.2)),
        *(generation(4, 503), generation(5)),
        *(lost(6, took=2, body=other(1)), arrival(9, body=other(1))),
        *(arrival(10, 400, body=other(2)), poll(11, None, took=math.inf)),
    ]
    return drill(traffic(*some, **how))


def many(number):
    return drill(
        traffic(*(arrival(at, body=other(at)) for at in range(number)), arrival(number, 429), arrival(number + 1))
    )


class Page(HTMLParser):
    """The elements of a page, each with its attributes and the text in it."""

    VOID = frozenset({"meta", "br"})

    def __init__(self, html):
        super().__init__()
        self.elements, self._open = [], []
        self.feed(html)
        assert self._open == [], "an element is not closed"

    def handle_starttag(self, tag, attrs):
        self.elements.append([tag, dict(attrs), ""])
        self._open.append(self.elements[-1])

    def handle_endtag(self, tag):
        assert self._open.pop()[0] == tag

    def handle_data(self, data):
        for element in self._open:
            element[2] += data

    def all(self, tag, **attrs):
        return [one for one in self.elements if one[0] == tag and attrs.items() <= one[1].items()]


def printed(found, width=80, encoding="utf-8"):
    out = io.TextIOWrapper(io.BytesIO(), encoding=encoding, newline="")
    console = Console(file=out, width=width, highlight=False)
    console.print(terminal_timeline(found, width))
    out.flush()
    return out.buffer.getvalue().decode(encoding).splitlines()


def test_the_section_says_grade_reasons_figures_and_draws():
    page = Page(timeline_html(busy(scenario="busy-hour")))
    ((_, section, text),) = page.all("section")
    assert section["aria-label"] == "Drill"
    assert page.all("h2")[0][2] == "Drill: busy-hour"
    assert page.all("p", role="img")[0][1]["aria-label"].startswith("grade ")
    assert all(reason in text for reason in busy().reasons)
    assert "9 in 5 calls" in text


def test_the_picture_has_words_for_those_who_do_not_see_it():
    page = Page(timeline_html(busy()))
    ((_, plot, _),) = page.all("div", role="img")
    assert plot["aria-label"].startswith("5 calls in 11.0 s: call 1 succeeded after 3 tries; call 2 succeeded")
    rows = page.all("tr")[1:]
    assert len(rows) == 9
    assert "429" in rows[0][2]
    assert "too early" in rows[1][2]


def test_there_is_a_row_for_each_call_and_a_bar_for_each_try():
    page = Page(timeline_html(busy()))
    assert len(page.all("div", **{"class": "row"})) == 5
    tries = [one for one in page.all("rect") if one[1]["class"].startswith("try ") and "%" in one[1]["x"]]
    assert [one[1]["class"].removeprefix("try ") for one in tries] == [
        *("limited", "limited", "done", "failed", "done", "lost", "done", "refused", "open"),
    ]
    assert tries[1][2] == "Call 1, try 2: answered 429, 1.00 s to 1.10 s"


def test_a_wait_is_drawn_as_asked_and_as_waited():
    page = Page(timeline_html(busy()))
    asked = [one[2] for one in page.all("rect", **{"class": "asked"}) if one[2]]
    assert asked == ["Asked to wait 3.0 s, waited 900 ms", "Asked to wait 2.0 s, waited 2.1 s"]
    assert [one[2] for one in page.all("circle", **{"class": "early"}) if one[2]] == ["Call 1, try 2: too early"]


def test_shapes_stay_within_the_picture():
    huge = drill(traffic(arrival(0, 429, retry_after="999999"), arrival(1)))
    for _, attributes, _ in Page(timeline_html(huge)).all("rect"):
        if attributes.get("x", "").endswith("%") and attributes["width"].endswith("%"):
            assert float(attributes["x"][:-1]) + float(attributes["width"][:-1]) <= 100.02


def test_every_bar_and_wait_of_a_call_has_a_title():
    page = Page(timeline_html(busy()))
    drawn = [one for one in page.all("rect") if one[1].get("x", "").endswith("%") and one[1]["class"] != "grid"]
    assert drawn
    assert all(one[2] for one in drawn)


def test_the_page_needs_no_style_of_its_own():
    html = timeline_html(busy())
    assert " style=" not in html
    assert "<style" not in html
    css = (resources.files("sora_conformance.report") / "assets" / "report.css").read_text(encoding="utf-8")
    names = {name for names in re.findall(r'class="([^"]+)"', html) for name in names.split()}
    assert [name for name in sorted(names - {"tick-label"}) if f".{name}" not in css] == []


def test_what_a_client_sends_cannot_become_markup():
    html = timeline_html(drill(traffic(arrival(0, 404, path=HOSTILE), arrival(1, 404, path=HOSTILE))))
    assert "<script" not in html


def test_many_calls_are_summarised_and_those_that_something_happened_to_are_drawn():
    page = Page(timeline_html(many(80)))
    assert len(page.all("div", **{"class": "row"})) == SHOWN_ROWS
    assert page.all("p", **{"class": "rest"})[0][2].startswith("and 21 more calls")
    assert "429 · 200" in page.all("div", **{"class": "row"})[-1][2]


def test_a_drill_without_requests_is_told_without_a_picture():
    page = Page(timeline_html(drill(traffic())))
    assert page.all("figure") == []
    assert page.all("p", role="img")[0][1]["aria-label"] == "not graded"


def test_a_single_instant_is_drawn_too():
    assert Page(timeline_html(drill(traffic(arrival(0, took=0.0))))).all("figure")
    assert printed(drill(traffic(arrival(0, took=0.0))))


def test_the_terminal_shows_a_line_for_each_call_with_tries_waits_and_what_was_early():
    lines = printed(busy(), 80)
    (first,) = [line for line in lines if line.startswith("1 create")]
    assert re.fullmatch(r"1 create   ▇·+!▇?·+▇ +429 429 200", first)
    assert lines[0].startswith("Grade ")
    assert lines[-1] == "▇ a try   · a wait   ! too early"


@pytest.mark.parametrize("width", [20, 40, 80, 200])
def test_the_terminal_drawing_is_no_wider_than_it_may_be(width):
    assert max(len(line) for line in printed(busy(), width)) <= width


def test_a_terminal_that_knows_ascii_only_gets_ascii_only():
    lines = printed(busy(), 80, encoding="ascii")
    assert any(re.match(r"1 create   #\.*!", line) for line in lines)
    assert not any("?" in line for line in lines)


def test_many_calls_are_counted_at_a_terminal():
    lines = printed(many(80))
    assert sum(" create " in line for line in lines) == SHOWN_CALLS
    assert "and 57 more calls" in lines
