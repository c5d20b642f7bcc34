import pytest

from sora_conformance.contract.markup import Html, inline, join, prose, table, tag

HOSTILE = "<script>alert('1')</script>&\""
TAMED = "&lt;script&gt;alert(&#x27;1&#x27;)&lt;/script&gt;&amp;&quot;"


def test_text_in_an_element_is_escaped():
    assert tag("p", HOSTILE) == f"<p>{TAMED}</p>"


def test_text_in_an_attribute_is_escaped():
    assert tag("p", title=HOSTILE) == f'<p title="{TAMED}"></p>'


def test_markup_is_not_escaped_again():
    assert tag("p", tag("b", "&")) == "<p><b>&amp;</b></p>"


def test_an_attribute_named_like_a_keyword_loses_its_underscore():
    assert tag("p", class_="lead") == '<p class="lead"></p>'


def test_joined_text_is_escaped_and_joined_markup_is_not():
    assert join(["<", Html("<br>")], between=" ") == "&lt; <br>"


def test_what_stands_between_backticks_is_code():
    assert inline("send `a<b` now") == "send <code>a&lt;b</code> now"


def test_a_single_backtick_is_text():
    assert inline("a ` b") == "a ` b"


def test_blank_lines_separate_paragraphs_and_line_ends_do_not():
    assert prose("one\ntwo\n\nthree\n") == "<p>one two</p><p>three</p>"


def test_no_text_is_no_paragraph():
    assert prose("") == ""


def test_cells_carry_the_name_of_their_column():
    assert table(("A", 'B"'), [("1", "<")]) == (
        '<table><thead><tr><th scope="col">A</th><th scope="col">B&quot;</th></tr></thead>'
        '<tbody><tr><td data-label="A">1</td><td data-label="B&quot;">&lt;</td></tr></tbody></table>'
    )


def test_a_row_of_another_length_is_an_error():
    with pytest.raises(ValueError, match="shorter"):
        table(("A", "B"), [("1",)])


@pytest.mark.parametrize("made", [tag("p"), join([]), inline("x"), prose("x"), table((), [])])
def test_everything_made_is_markup(made):
    assert isinstance(made, Html)
