import shlex

import pytest

from sora_conformance.contract.page_operation import operation_card, operations, rule_links


def document(**changes):
    operation = {
        "operationId": "makeTea",
        "summary": "Make tea",
        "description": "Boils `water`.",
        "responses": {"204": {"description": "Made."}},
    }
    parameter = {"name": "cup", "in": "path", "required": True, "description": "Which cup.", "example": "mug"}
    return {
        "paths": {
            "/tea/{cup}": {
                "parameters": [{"$ref": "#/components/parameters/Cup"}],
                "post": operation | changes,
                "summary": "Tea",
            }
        },
        "components": {"parameters": {"Cup": parameter}},
    }


def card(**changes):
    described = document(**changes)
    (operation,) = operations(described)
    return operation_card(described, operation, base_path="/v9")


def body(value, *, schema=None):
    media = {"schema": schema or {"type": "object"}, "examples": {"plain": {"summary": "Plain", "value": value}}}
    return {"content": {"application/json": media}}


def test_operations_are_found_with_their_parameters():
    (operation,) = operations(document())

    assert (operation.id, operation.method, operation.path) == ("makeTea", "POST", "/tea/{cup}")
    assert [parameter["name"] for parameter in operation.parameters] == ["cup"]


def test_parameters_of_the_operation_itself_come_too():
    own = {"name": "sugar", "in": "query"}
    (operation,) = operations(document(parameters=[own]))

    assert [parameter["name"] for parameter in operation.parameters] == ["cup", "sugar"]


def test_the_card_says_what_is_called():
    html = card()

    assert html.startswith('<section id="makeTea" class="card"><h2>Make tea</h2>')
    assert '<span class="method">POST</span><code>/v9/tea/{cup}</code>' in html
    assert "<p>Boils <code>water</code>.</p>" in html


def test_the_card_tells_the_parameters():
    assert "<code>cup</code>" in card()
    assert "Which cup." in card()


def test_the_example_call_fills_in_the_path():
    assert "curl http://127.0.0.1:8000/v9/tea/mug" in card()


def test_a_call_whose_reply_is_no_json_saves_it():
    assert "-o video.mp4" in card()
    assert "-o video.mp4" not in card(responses={"200": {"description": "Made."} | body({})})


def test_the_example_body_survives_a_shell(monkeypatch):
    monkeypatch.setattr("sora_conformance.contract.markup.escape", lambda text: text)
    html = card(requestBody=body({"note": "the cook's $HOME `tea`"}))
    call = html.partition("<pre><code>")[2].partition("</code></pre>")[0]

    words = shlex.split(call.replace("\\\n", " "))
    assert words[words.index("-d") + 1] == '{\n  "note": "the cook\'s $HOME `tea`"\n}'


def test_the_fields_of_a_body_are_told():
    schema = {
        "type": "object",
        "required": ["leaf"],
        "properties": {"leaf": {"type": "string", "description": "Which."}},
    }
    html = card(requestBody=body({"leaf": "green"}, schema=schema))

    assert (
        '<td data-label="Field"><code>leaf</code></td><td data-label="Type"><code>string</code></td>'
        '<td data-label="Required">yes</td><td data-label="Meaning">Which.</td>'
    ) in html


def test_a_reply_is_told_with_status_headers_and_examples():
    header = {"description": "How hot.", "required": True, "example": 80}
    html = card(responses={"200": {"description": "Made.", "headers": {"x-heat": header}} | body({"ok": True})})

    assert '<details open=""><summary><span class="status status-2">200</span>Made.</summary>' in html
    assert "<code>x-heat</code></td>" in html
    assert "<code>80</code></td>" in html
    assert "&quot;ok&quot;: true" in html


def test_an_error_is_folded():
    assert '<details><summary><span class="status status-4">418</span>' in card(
        responses={"418": {"description": "No."}}
    )


def test_rules_are_linked():
    assert rule_links({"x-rules": ["a.b"]}) == '<p class="rules">Rules: <a href="#a.b">a.b</a></p>'


def test_no_rules_are_no_paragraph():
    assert rule_links({}) == ""


@pytest.mark.parametrize("place", ["summary", "description"])
def test_hostile_text_is_escaped(place):
    html = card(**{place: "<img src=x onerror=alert(1)>"})

    assert "<img" not in html
    assert "&lt;img src=x onerror=alert(1)&gt;" in html
