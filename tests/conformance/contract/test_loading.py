import subprocess
import sys

import pytest

from sora_conformance.contract import Basis, ContractError, Rule, dialects, load, loading

RULES = """
contract_version = "0.1"
dialect = "{dialect}"
base_path = "/v1"
[[rule]]
id = "auth.scheme"
title = "A title."
level = "MUST"
basis = "documented"
source = "FAQ"
side = "server"
cost = "free"
"""


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A folder of dialects in place of the real one, with one in it; nothing loaded from it outlives the test."""
    (tmp_path / "toy").mkdir()
    (tmp_path / "toy" / "rules.toml").write_text(RULES.format(dialect="toy"), encoding="utf-8")
    (tmp_path / "notes").mkdir()
    monkeypatch.setattr(loading, "_home", lambda: tmp_path)
    loading._load.cache_clear()
    yield tmp_path
    loading._load.cache_clear()


def run(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def test_the_guide_is_the_dialect_by_default():
    assert load().dialect == "guide"


def test_a_contract_is_loaded_once():
    assert load() is load("guide")


def test_dialects_are_the_folders_that_hold_rules(home):
    assert dialects() == ("toy",)


def test_a_contract_states_what_its_file_says(home):
    contract = load("toy")

    assert (contract.dialect, contract.version, contract.base_path) == ("toy", "0.1", "/v1")
    assert [rule.id for rule in contract.rules] == ["auth.scheme"]


def test_an_unknown_dialect_is_told_with_the_known_ones():
    with pytest.raises(LookupError, match=r"^unknown dialect 'guid'; expected one of guide, openai, relay$"):
        load("guid")


def test_a_dialect_does_not_lead_out_of_the_folder():
    with pytest.raises(LookupError, match="unknown dialect"):
        load("../contract/guide")


def test_broken_rules_are_told_with_their_file(home):
    (home / "toy" / "rules.toml").write_text("rule = [", encoding="utf-8")

    with pytest.raises(ContractError, match=r"^toy/rules\.toml: not valid TOML: "):
        load("toy")


def test_rules_in_the_wrong_folder_are_told(home):
    (home / "toy" / "rules.toml").write_text(RULES.format(dialect="guide"), encoding="utf-8")

    with pytest.raises(ContractError, match="dialect: expected 'toy', the name of its folder, found 'guide'"):
        load("toy")


def test_a_rule_is_found_by_its_id():
    rule = load().rule("character.timestamps.format")

    assert isinstance(rule, Rule)
    assert rule.basis is Basis.DOCUMENTED


def test_a_slip_in_an_id_is_told_with_the_nearest_one():
    with pytest.raises(KeyError, match=r"no rule 'character\.timestamp\.format' in the guide contract; did you mean "):
        load().rule("character.timestamp.format")


def test_an_id_near_to_none_is_told_without_advice():
    with pytest.raises(KeyError) as caught:
        load().rule("zzz")

    assert caught.value.args == ("no rule 'zzz' in the guide contract",)


def test_the_description_is_parsed_once():
    assert load().openapi is load().openapi


def test_a_description_that_is_not_yaml_is_told(home):
    (home / "toy" / "openapi.yaml").write_text("a: [", encoding="utf-8")

    with pytest.raises(ContractError, match=r"^toy/openapi\.yaml: not valid YAML: "):
        _ = load("toy").openapi


def test_a_description_that_is_no_mapping_is_told(home):
    (home / "toy" / "openapi.yaml").write_text("- a\n", encoding="utf-8")

    with pytest.raises(ContractError, match=r"^toy/openapi\.yaml: expected a mapping at the top$"):
        _ = load("toy").openapi


def test_rules_do_not_cost_a_yaml_parser():
    code = "import sys; from sora_conformance.contract import load; load('guide').rules; print('yaml' in sys.modules)"

    assert run(code) == "False\n"


def test_the_description_does_cost_one():
    code = "import sys; from sora_conformance.contract import load; load().openapi; print('yaml' in sys.modules)"

    assert run(code) == "True\n"


def test_the_import_brings_in_nothing_heavy():
    code = (
        "import sys; before = set(sys.modules); import sora_conformance.contract;"
        "print(*{name.partition('.')[0] for name in set(sys.modules) - before} - sys.stdlib_module_names)"
    )
    # msgspec takes typing_extensions along where it is installed
    assert set(run(code).split()) - {"typing_extensions"} == {"msgspec", "sora_conformance"}
