"""Scenarios as values."""

import msgspec
import pytest

from sora_mock.engine.faults import Fault
from sora_mock.engine.scenario import Scenario


def test_faults_are_named_after_their_scenario_by_name_or_number():
    faults = (Fault(effect="hang"), Fault(effect="reset", name="cut"), Fault(effect="html"))
    assert list(Scenario(name="storm", summary="", faults=faults).named_faults()) == ["storm/1", "storm/cut", "storm/3"]


@pytest.mark.parametrize("name", ["", "Storm", "a b", "-a", "a\n", "a/b", "a" * 65])
def test_a_name_that_could_not_stand_in_a_path_is_refused(name):
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"name": name, "summary": ""}, Scenario)
