"""The documentation says what the code says."""

import re

import pytest

from docs import generate
from sora_conformance.contract import dialects, load
from sora_mock.cli import main
from sora_mock.engine.policy import KNOBS


@pytest.mark.parametrize("dialect", dialects())
def test_the_rules_page_is_as_it_would_be_written_now(dialect):
    assert generate.RULES[dialect].read_text(encoding="utf-8") == generate.rules_page(load(dialect))


def test_the_published_schemas_are_those_of_the_code():
    for path, text in generate.schemas().items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name} is stale: `make docs` writes it anew"


def test_the_lifecycle_in_the_architecture_is_the_engines():
    text = generate.ARCHITECTURE.read_text(encoding="utf-8")
    assert text == generate.architecture_page(text)
    assert generate.lifecycle_table() in text


def test_every_option_of_serve_is_documented():
    text = (generate.ROOT / "docs" / "serving.md").read_text(encoding="utf-8")
    for option in main.commands["serve"].params:
        assert f"`{option.opts[0]}" in text
        assert f"`{option.envvar}`" in text


def test_every_knob_is_documented():
    text = (generate.ROOT / "docs" / "serving.md").read_text(encoding="utf-8")
    assert [knob for knob in KNOBS if f"`{knob}`" not in text] == []


PAGES = sorted([*generate.ROOT.glob("*.md"), *generate.ROOT.glob("docs/*.md"), *generate.ROOT.glob("benchmarks/*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(generate.ROOT)))
def test_links_between_pages_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target
