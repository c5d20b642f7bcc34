"""The page in a browser: what a reader sees, what the script does, and what a hostile reply does not."""

import os
import shutil

import pytest

from sora_conformance.verdicts import Overlay, Verdict
from tests.conformance.report.support import HOSTILE, but, exchange, line, run, sound, texts

pytestmark = pytest.mark.browser

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE = {"width": 390, "height": 844}
LINES = but(
    line(
        "auth.scheme",
        Verdict.FAIL,
        HOSTILE,
        evidence=(exchange(HOSTILE, HOSTILE), exchange(response=None, failure=HOSTILE)),
    ),
    line("auth.challenge", Verdict.WARN, "expected a challenge", case="w" * 200),
    line("character.keeping", overlay=Overlay.XPASS),
    line("error.shape", Verdict.SKIP, "needs a second key"),
)
BIG = exchange(reply='{"id":12345678901234567890,"list":[{},[ ],1.50],"text":"a, b: {\\"c\\"}"}', seconds=0.25)

# Every text that is shown, with its contrast to what is behind it.
CONTRASTS = """() => {
  const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = rgb(getComputedStyle(at).backgroundColor);
      if (colour.length < 4 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const found = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!own || !element.checkVisibility()) continue;
    const [a, b] = [light(rgb(getComputedStyle(element).color)), light(behind(element))];
    found.push([(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), element.outerHTML.slice(0, 80)]);
  }
  return found;
}"""


@pytest.fixture(scope="module")
def browser():
    required = os.environ.get("SORA_BROWSER") == "required"
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None and not required:
        pytest.skip("no Chromium on PATH: apt-get install chromium")
    assert path, "SORA_BROWSER=required, but there is no Chromium on PATH"
    if not required:
        pytest.importorskip("playwright", reason="playwright is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, headless=True, args=[*FLAGS])
        yield opened
        opened.close()


@pytest.fixture
def page(browser, tmp_path):
    """Opens reports; whatever a page complains of, or asks of a server, fails the test."""
    complaints, contexts = [], []

    def opened(lines=LINES, place="", **options):
        path = tmp_path / "report.html"
        path.write_text(texts(lines, facts=run(lead=HOSTILE))["report.html"], encoding="utf-8")
        context = browser.new_context(**({"viewport": {"width": 1200, "height": 900}} | options))
        contexts.append(context)
        context.set_default_timeout(10_000)
        made = context.new_page()
        made.on("console", lambda message: complaints.append(message.text))
        made.on("pageerror", lambda error: complaints.append(str(error)))
        made.on("request", lambda request: request.url.startswith("file:") or complaints.append(request.url))
        made.on("dialog", lambda dialog: complaints.append(dialog.message))
        made.goto(path.as_uri() + place)
        return made

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def shown_rules(page):
    return page.locator(".rule:visible").evaluate_all("rules => rules.map((rule) => rule.id)")


def open_evidence(page, rule_id="auth.scheme"):
    rule = page.locator(f"[id='{rule_id}']")
    rule.locator("> summary").click()
    rule.locator(".evidence > summary").first.click()
    shown = rule.locator(".exchange").first
    shown.wait_for()
    return shown


def open_everything(page):
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    page.wait_for_function("[...document.querySelectorAll('.evidence')].every((one) => one.querySelector('.exchange'))")


def test_the_summary_is_the_first_thing_to_be_seen(page):
    found = page()

    assert found.title() == "Non-conformant · https://api.example.com/v1/sora"
    assert found.locator("h1").inner_text() == "Non-conformant"
    assert found.locator("header").get_by_text("2 of 4 judged rules kept, 1 broken, 1 with a warning.").is_visible()
    assert found.locator(".bar svg").get_attribute("aria-label") == (
        "6 rules: 1 fail, 1 warn, 2 pass, 1 skipped, 1 untestable"
    )


def test_chips_choose_by_verdict(page):
    found = page()
    chip = found.get_by_role("button", name="fail 1")

    chip.click()
    assert chip.get_attribute("aria-pressed") == "true"
    assert shown_rules(found) == ["auth.scheme"]
    found.get_by_role("button", name="warn 1").click()
    assert shown_rules(found) == ["auth.scheme", "auth.challenge"]
    assert found.locator("#shown").inner_text() == "2 of 6 rules"
    assert found.locator(".area:visible").count() == 1
    chip.click()
    assert shown_rules(found) == ["auth.challenge"]


def test_search_level_and_basis_choose_as_well(page):
    found = page()

    found.get_by_label("Search").fill("second KEY")
    assert shown_rules(found) == ["error.shape"]
    found.get_by_label("Search").fill("")
    found.get_by_label("Level").select_option("SHOULD")
    assert shown_rules(found) == ["auth.challenge"]
    found.get_by_label("Basis").select_option("documented")
    assert shown_rules(found) == []
    found.get_by_label("Level").select_option("")
    assert shown_rules(found) == ["auth.scheme", "error.shape", "relay.price"]


def test_everything_can_be_done_with_the_keyboard(page):
    found = page()
    found.get_by_role("button", name="fail 1").focus()
    found.keyboard.press("Space")
    assert shown_rules(found) == ["auth.scheme"]

    for _ in range(30):
        found.keyboard.press("Tab")
        if found.evaluate("document.activeElement.matches('.rule > summary')"):
            break
    found.keyboard.press("Enter")
    found.keyboard.press("Tab")
    found.keyboard.press("Enter")
    found.locator(".exchange").first.wait_for()
    outline = found.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


def test_evidence_opens_on_click_and_shows_request_reply_and_command(page):
    found = page(but(line("auth.scheme", Verdict.FAIL, "x", evidence=(BIG,))))
    assert found.locator(".exchange").count() == 0

    shown = open_evidence(found)

    assert shown.locator(".line").all_inner_texts() == ["POST https://api.example.com/v1/sora/characters", "400"]
    assert "authorization: Bearer $SORA_API_KEY" in shown.locator(".headers").first.inner_text()
    assert shown.locator(".command pre").inner_text() == BIG.curl
    assert "after 250 ms" in shown.locator("h4").last.inner_text()


def test_a_body_of_json_is_laid_out_without_changing_a_token(page):
    shown = open_evidence(page(but(line("auth.scheme", Verdict.FAIL, "x", evidence=(BIG,)))))

    assert shown.locator(".body").last.inner_text() == (
        "{\n"
        '  "id": 12345678901234567890,\n'
        '  "list": [\n    {},\n    [],\n    1.50\n  ],\n'
        '  "text": "a, b: {\\"c\\"}"\n'
        "}"
    )


def test_evidence_is_built_once(page):
    found = page()
    open_evidence(found)
    toggle = found.locator("[id='auth.scheme'] .evidence > summary").first
    toggle.click()
    toggle.click()

    assert found.locator("[id='auth.scheme'] .exchange").count() == 2


def test_a_command_can_be_copied(page):
    found = page(permissions=["clipboard-read", "clipboard-write"])
    shown = open_evidence(found, "auth.challenge")

    shown.get_by_role("button", name="Copy").click()

    found.get_by_role("button", name="Copied").wait_for()
    assert found.evaluate("navigator.clipboard.readText()") == exchange().curl


def test_a_link_to_a_rule_opens_it_even_if_it_is_filtered_out(page):
    found = page(place="#error.shape")
    found.locator("[id='error.shape'][open]").wait_for()

    found.get_by_role("button", name="skipped 1").click()
    found.locator(".findings a").first.click()

    found.locator("[id='auth.scheme'] .cases").wait_for()
    assert len(shown_rules(found)) == 6


@pytest.mark.parametrize("bypass", [False, True], ids=["guarded by the policy", "by escaping alone"])
def test_a_hostile_reply_runs_nothing(page, bypass):
    found = page(bypass_csp=bypass)
    shown = open_evidence(found)
    open_everything(found)

    assert found.evaluate("window.pwned") is None
    assert found.locator("img").count() == 0
    assert "<img src=x onerror=" in shown.locator(".body").last.inner_text()
    assert "<img src=x onerror=" in found.locator("[id='auth.scheme'] .reason").inner_text()


@pytest.mark.parametrize("lines", [LINES, sound()], ids=["broken", "sound"])
def test_a_phone_needs_no_scrolling_sideways(page, lines):
    found = page(lines, viewport=PHONE)
    open_evidence(found)
    open_everything(found)

    assert found.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert found.locator("h1").is_visible()


def test_light_and_dark_follow_the_reader(page):
    grounds = {
        scheme: page(color_scheme=scheme).evaluate("getComputedStyle(document.body).backgroundColor")
        for scheme in ("light", "dark")
    }

    assert grounds == {"light": "rgb(251, 250, 247)", "dark": "rgb(20, 23, 28)"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_its_ground(page, scheme):
    lines = [
        *LINES,
        line("character.delete", Verdict.INFO, "x"),
        line("character.delete", Verdict.INCONCLUSIVE, "x", case="b"),
        line("character.delete", Verdict.ERROR, "x", case="c"),
    ]
    found = page(lines, color_scheme=scheme)
    open_evidence(found)
    found.get_by_role("button", name="fail 1").click()

    contrasts = found.evaluate(CONTRASTS)

    assert len(contrasts) > 50
    assert [text for contrast, text in contrasts if contrast < 4.5] == []


def test_without_a_script_summary_and_rules_are_there(page):
    found = page(java_script_enabled=False)

    assert found.locator("h1").is_visible()
    assert found.locator(".rule").count() == 6
    assert found.locator("#filters").is_hidden()
    found.locator("[id='auth.scheme'] > summary").click()
    assert found.locator("[id='auth.scheme'] .reason").is_visible()
    found.locator("[id='auth.scheme'] .evidence > summary").click()
    assert found.get_by_text("verdicts.jsonl has them").first.is_visible()


def test_on_paper_there_are_no_controls(page):
    found = page()
    found.emulate_media(media="print")

    assert found.locator("#filters").is_hidden()
    assert found.locator(".findings").is_visible()
    assert found.pdf().startswith(b"%PDF")
