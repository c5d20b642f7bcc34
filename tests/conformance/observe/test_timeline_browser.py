import pytest

from sora_conformance.observe.drill import drill
from sora_conformance.observe.timeline_svg import timeline_html
from sora_conformance.report.html import html_text
from sora_conformance.report.summary import summarise
from tests.conformance.observe.by_hand import arrival, lost, traffic
from tests.conformance.report.support import CONTRACT, run, sound
from tests.conformance.report.test_html_browser import CONTRASTS, PHONE, browser

pytestmark = pytest.mark.browser
__all__ = ["browser"]

SOME = (arrival(0, 429, retry_after="3"), arrival(1), lost(3, took=2, body={"url": "b"}), arrival(6, body={"url": "b"}))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_drill_is_drawn_to_scale_and_fits_a_phone(browser, tmp_path, scheme):
    facts, lines, complaints = run(), sound(), []
    sections = (timeline_html(drill(traffic(*SOME, scenario="busy-hour"))),)
    page_text = html_text(CONTRACT, lines, summarise(CONTRACT, lines, facts), facts, sections=sections)
    (tmp_path / "report.html").write_text(page_text, encoding="utf-8")
    context = browser.new_context(viewport=PHONE, color_scheme=scheme)
    try:
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.goto((tmp_path / "report.html").as_uri())
        page.locator("#drill summary").click()

        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        boxes = [page.locator(f".row .{name}").first.bounding_box() for name in ("asked", "waited")]
        assert boxes[0]["width"] == pytest.approx(boxes[1]["width"] * 3 / 0.9, rel=0.05)
        assert page.locator(".try.limited").first.evaluate("one => getComputedStyle(one).fill") != "rgb(0, 0, 0)"
        assert page.locator("#drill tbody tr").count() == len(SOME)
        assert [text for contrast, text in page.evaluate(CONTRASTS) if contrast < 4.5] == []
        assert complaints == []
    finally:
        context.close()
