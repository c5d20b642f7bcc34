"""Where scenarios come from."""

import subprocess
import sys

import pytest

from sora_mock.scenarios import ScenarioError, builtin, load, names

DRILLS = (
    "brownout",
    "expired-tasks",
    "failing-sources",
    "flaky-network",
    "hostile-relay",
    "rate-limit-storm",
    "slow-render",
    "sunset",
)
TEXT = 'name = "mine"\nsummary = "Mine."\n'


def test_these_are_the_drills():
    assert names() == DRILLS


@pytest.mark.parametrize("name", DRILLS)
def test_a_drill_has_the_name_of_its_file_and_says_what_it_shows(name):
    scenario = builtin(name)
    assert scenario.name == name
    assert len(scenario.summary) > 100
    assert scenario == load(name)


def test_a_scenario_is_loaded_from_a_file(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(TEXT)
    assert load(path).name == load(str(path)).name == "mine"


def test_a_file_in_the_present_folder_needs_its_suffix(tmp_path, monkeypatch):
    (tmp_path / "mine.toml").write_text(TEXT)
    monkeypatch.chdir(tmp_path)
    assert load("mine.toml").name == "mine"
    with pytest.raises(ScenarioError, match="unknown scenario"):
        load("mine")


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("brownuot", "expected one of brownout, .*; found 'brownuot'; did you mean 'brownout'"),
        ("x", "found 'x'$"),
        ("", "Is a directory|unknown scenario"),
        ("nowhere/drill", "nowhere/drill: No such file or directory"),
        ("nowhere.toml", "nowhere.toml: No such file or directory"),
    ],
)
def test_what_is_not_there_is_told(asked, words):
    with pytest.raises(ScenarioError, match=words):
        load(asked)


def test_a_file_that_is_no_text_is_told(tmp_path):
    path = tmp_path / "drill.toml"
    path.write_bytes(b"name = '\xff'")
    with pytest.raises(ScenarioError, match="expected UTF-8; found the byte 0xff"):
        load(path)


def test_a_mistake_in_a_file_names_its_path(tmp_path):
    path = tmp_path / "drill.toml"
    path.write_text(TEXT + "x = 1")
    with pytest.raises(ScenarioError) as error:
        load(path)
    assert str(error.value).startswith(f"{path}:3: x: ")


def test_scenarios_are_loaded_without_a_server():
    script = "import sys; from sora_mock.scenarios.loading import names; print({'uvicorn', 'av'} & set(sys.modules))"
    assert subprocess.check_output([sys.executable, "-c", script], text=True) == "set()\n"
