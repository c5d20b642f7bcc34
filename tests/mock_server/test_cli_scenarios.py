"""Scenarios on the command line: listed, explained, and playing from the start."""

import pytest
from click.testing import CliRunner

from sora_mock.app import create_app
from sora_mock.cli import main
from sora_mock.control.desk import Desk
from sora_mock.engine.faults import Fault
from sora_mock.engine.problems import Refused
from sora_mock.engine.scenario import Scenario
from sora_mock.scenarios import builtin, names
from sora_mock.settings import Settings
from sora_mock.visit import HOUSE


def run(*arguments, **environment):
    return CliRunner().invoke(main, list(arguments), env=environment, prog_name="sora-mock")


def test_the_drills_are_listed_with_what_they_are_about():
    out = run("scenarios").stdout
    for name in names():
        assert f"{name}\n  {builtin(name).summary.splitlines()[0]}\n" in out


def test_a_drill_is_explained():
    out = run("scenarios", "rate-limit-storm").stdout
    assert "creations_per_minute = 6" in out
    assert "1. opening: createCharacter: answers 429 rate_limit_exceeded, Retry-After: 1; only the first 2" in out


def test_a_scenario_of_ones_own_is_explained(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('name = "mine"\nsummary = "Mine."\n[[fault]]\neffect = "hang"\n')
    assert "1. every operation: never answers" in run("scenarios", str(path)).stdout


@pytest.mark.parametrize("arguments", [("scenarios",), ("serve", "--port", "0", "--scenario")])
def test_an_unknown_scenario_is_told_in_one_line(arguments):
    result = run(*arguments, "brownuot")
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert "did you mean 'brownout'?" in result.stderr


def test_an_unknown_scenario_in_the_environment_is_told_the_same_way():
    result = run("serve", "--port", "0", SORA_MOCK_SCENARIO="nowhere.toml")
    assert (result.exit_code, result.stderr) == (2, "sora-mock: nowhere.toml: No such file or directory\n")


def playing(app):
    return Desk(app.exchange.understudy, app.exchange.journal).account(HOUSE).scenarios


def test_a_scenario_plays_for_all_accounts_from_the_start():
    assert playing(create_app(Settings(scenario=builtin("brownout")))) == ("brownout",)


def test_a_scenario_that_a_state_file_has_playing_goes_on(tmp_path):
    settings = Settings(state=tmp_path / "state.db", scenario=builtin("brownout"))
    for _ in range(2):
        app = create_app(settings)
        assert playing(app) == ("brownout",)
        app.exchange.understudy.close()


def test_a_scenario_that_cannot_play_is_refused():
    with pytest.raises(Refused, match="rest"):
        create_app(Settings(scenario=Scenario(name="x", summary="", faults=(Fault(effect="rest"),))))
