import re
from html.parser import HTMLParser

import pytest

from sora_conformance.contract import Contract, Rule, load
from sora_conformance.contract.page import page
from sora_conformance.contract.page_operation import operations

GUIDE = load("guide")
HTML = page(GUIDE)
VOID = {"meta", "br", "hr", "img", "link"}
HOSTILE = "<script>alert(1)</script>\"'&"


class Reader(HTMLParser):
    """Notes what a browser would see, and fails on a tag that closes what is not open."""

    def __init__(self, html):
        super().__init__()
        self.open, self.tags, self.ids, self.targets, self.text = [], [], [], [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.ids += [value for name, value in attrs if name == "id"]
        self.targets += [value for name, value in attrs if name in {"href", "src"}]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


READER = Reader(HTML)


def contract(document, **rule):
    values = {"id": "auth.scheme", "title": "A title.", "level": "MUST", "basis": "assumed", "source": "FAQ"}
    made = Contract(
        dialect="toy",
        version="0.1",
        base_path="/v1",
        rules=(Rule(**(values | {"side": "server", "cost": "free"} | rule)),),
    )
    vars(made)["openapi"] = document
    return made


def hostile_document():
    error = {"message": HOSTILE, "type": HOSTILE, "param": HOSTILE, "code": HOSTILE}
    schema = {
        "title": HOSTILE,
        "description": HOSTILE,
        "properties": {HOSTILE: {"const": HOSTILE, "description": HOSTILE}},
    }
    content = {
        "application/json": {"schema": schema, "examples": {HOSTILE: {"summary": HOSTILE, "value": {"error": error}}}}
    }
    reply = {
        "description": HOSTILE,
        "x-rules": [HOSTILE],
        "headers": {HOSTILE: {"example": HOSTILE}},
        "content": content,
    }
    operation = {
        "operationId": HOSTILE,
        "summary": HOSTILE,
        "description": HOSTILE,
        "parameters": [{"name": HOSTILE, "in": HOSTILE, "description": HOSTILE}],
        "requestBody": {"content": content},
        "responses": {"200": reply, "400": reply},
    }
    return {
        "info": {"title": HOSTILE, "summary": HOSTILE, "description": HOSTILE},
        "paths": {f"/{HOSTILE}": {"post": operation}},
    }


def test_the_page_is_well_formed():
    assert HTML.startswith("<!doctype html>\n<html")
    assert READER.open == []


def test_ids_are_unique():
    assert len(READER.ids) == len(set(READER.ids))


def test_every_link_leads_to_a_place_on_the_page():
    assert READER.targets
    assert [target for target in READER.targets if target.removeprefix("#") not in READER.ids] == []


def test_the_page_needs_neither_script_nor_network():
    assert not {"script", "link", "img", "iframe"} & set(READER.tags)
    assert "url(" not in HTML
    assert "@import" not in HTML


def test_the_page_is_the_same_every_time():
    assert page(GUIDE) == HTML


def test_the_page_follows_the_readers_choice_of_light_and_dark():
    assert "prefers-color-scheme: dark" in HTML


def test_the_page_fits_a_phone():
    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in HTML
    assert "@media (max-width" in HTML


@pytest.mark.parametrize("operation", [pytest.param(each, id=each.id) for each in operations(GUIDE.openapi)])
def test_every_operation_has_its_section(operation):
    section = HTML.partition(f'<section id="{operation.id}"')[2].partition("</section>")[0]

    assert f'<span class="method">{operation.method}</span><code>/v1/sora{operation.path}</code>' in section
    assert "<pre><code>curl http://127.0.0.1:8000/v1/sora/" in section
    assert re.findall(r'<span class="status status-\d">(\d+)</span>', section) == list(operation.node["responses"])


def test_every_rule_has_its_row():
    for rule in GUIDE.rules:
        row = HTML.partition(f'<code id="{rule.id}">')[2].partition("</tr>")[0]

        assert f'<span class="badge {rule.level}">' in row, rule.id
        assert f'<span class="badge {rule.basis}">' in row, rule.id
        assert f'<td data-label="Source">{rule.source}</td>' in row, rule.id
        assert f"cost: {rule.cost}" in row, rule.id


def test_a_knob_and_a_reason_not_to_judge_are_told():
    html = page(contract({"info": {"title": "T"}}, knob="max_span", untestable="Nobody `sees` it."))

    assert "flipped by <code>max_span</code> · not judged: Nobody <code>sees</code> it." in html


@pytest.mark.parametrize(
    ("status", "code", "param", "rule"),
    [
        ("400", "invalid_timestamps", "timestamps", "character.timestamps.format"),
        ("403", "link_expired", "", "generation.result.signed"),
        ("404", "not_found", "", "character.unlisted"),
        ("429", "rate_limit_exceeded", "", "limit.characters"),
        ("500", "processing_failed", "url", "character.source.decodable"),
    ],
)
def test_the_error_table_tells_status_code_field_and_rule(status, code, param, rule):
    table = HTML.partition('<section id="errors"')[2].partition("</section>")[0]
    row = (
        rf"<tr><td[^>]*><span[^>]*>{status}</span></td><td[^>]*><code>{code}</code></td><td[^>]*>[^<]+</td>"
        rf'<td[^>]*>{f"<code>{param}</code>" if param else ""}</td><td[^>]*><a href="#{rule}">'
    )

    assert re.search(row, table)


def test_the_error_table_repeats_nothing():
    rows = re.findall(r"<tr>.*?</tr>", HTML.partition('<section id="errors"')[2].partition("</section>")[0])

    assert len(rows) > 40
    assert len(rows) == len(set(rows))


def test_hostile_text_is_escaped_wherever_it_stands():
    made = page(contract(hostile_document(), title=HOSTILE, source=HOSTILE, knob=HOSTILE, untestable=HOSTILE))
    reader = Reader(made)

    assert "script" not in reader.tags
    assert made.count("&lt;script&gt;") > 20
    assert reader.open == []
