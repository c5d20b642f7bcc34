"""Time, faults, scenarios and the ends of tasks, over `/_mock`."""

import pytest

from tests.mock_server.support import BASE

SCENARIO = {
    "name": "rainy-day",
    "summary": "Two failures, then peace.",
    "knobs": {"creations_per_minute": 5},
    "faults": [{"effect": "processing-failed", "when": {"first": 2}}],
}


@pytest.mark.parametrize("about", ["", "/accounts/self"])
def test_time_is_moved(plane, about):
    before = plane.control("GET", f"{about}/clock")
    after = plane.control("POST", f"{about}/clock", json={"advance": 30})
    assert after == before | {"now": before["now"] + 30, "ahead": 30.0}
    assert plane.control("PATCH", f"{about}/clock", json={"speed": 10})["speed"] == 10
    frozen = plane.control("PATCH", f"{about}/clock", json={"frozen": True})
    assert (frozen["speed"], frozen["frozen"]) == (0, True)
    plane.clock.advance(5000)
    assert plane.control("GET", f"{about}/clock")["now"] == frozen["now"]
    assert plane.control("PATCH", f"{about}/clock", json={"frozen": False, "advance": 1})["now"] == frozen["now"] + 1
    assert plane.control("PATCH", f"{about}/clock", json={"speed": 3})["speed"] == 3
    assert plane.control("PATCH", f"{about}/clock", json={"frozen": False})["speed"] == 3


@pytest.mark.parametrize(
    ("order", "param", "words"),
    [
        ({}, "advance", "'advance', 'speed' or 'frozen'"),
        ({"advance": None}, "advance", "'advance', 'speed' or 'frozen'"),
        ({"advance": -1}, "advance", "expected 0 to 3.1536e+09 seconds, found -1"),
        ({"advance": 1e300}, "advance", "expected 0 to"),
        ({"advance": "30"}, "advance", "advance: expected number or null, found string"),
        ({"speed": -2}, "speed", "found -2"),
        ({"speed": 1e9}, "speed", "found 1e+09"),
        ({"speed": 2, "frozen": True}, "speed", "expected either 'frozen' or 'speed', found both"),
        ({"frozen": 1}, "frozen", "frozen: expected boolean or null, found integer"),
        ({"sped": 2}, "sped", "Did you mean 'speed'?"),
    ],
)
def test_time_that_makes_no_sense_is_refused(plane, order, param, words):
    message, named = plane.refused("PATCH", "/clock", json=order)
    assert words in message
    assert named == param
    assert plane.state() == {}


def test_a_number_that_no_number_holds_is_refused(plane):
    headers = {"content-type": "application/json"}
    plane.refused("PATCH", "/clock", content=b'{"advance": 1e999}', headers=headers)


@pytest.mark.parametrize("about", ["", "/accounts/self"])
def test_a_fault_is_put_in_place_strikes_and_is_taken_away(plane, about):
    fault = {"name": "bad-luck", "effect": "processing-failed", "match": {"operation": "createCharacter"}}
    added = plane.control("POST", f"{about}/faults", status=201, json=fault)
    assert (added["name"], added["fault"]["effect"], added["matched"]) == ("bad-luck", "processing-failed", 0)
    assert plane.create().status_code == 500
    assert plane.control("GET", f"{about}/faults/bad-luck")["matched"] == 1
    assert [one["name"] for one in plane.control("GET", f"{about}/faults")["faults"]] == ["bad-luck"]
    plane.control("DELETE", f"{about}/faults/bad-luck", status=204)
    assert plane.create().status_code == 200
    plane.control("POST", f"{about}/faults", status=201, json={"effect": {"type": "empty"}})
    plane.control("DELETE", f"{about}/faults", status=204)
    assert plane.control("GET", f"{about}/faults") == {"faults": []}


@pytest.mark.parametrize(
    ("fault", "param", "words"),
    [
        ({}, "effect", "Missing required parameter: 'effect'."),
        ({"effect": "nope"}, "effect", "expected one of rate-limit,"),
        ({"effect": 3}, "effect", "effect: expected string or object, found integer"),
        ({"effect": {}}, "effect.type", "Missing required parameter: 'effect.type'."),
        ({"effect": {"type": "nope"}}, "effect.type", "expected one of problem, latency,"),
        ({"effect": {"type": "problem", "code": "x"}}, "effect.code", "expected one of"),
        ({"effect": {"type": "truncate", "keep": 2}}, "effect.keep", "expected number < 1.0, found 2"),
        ({"effect": {"type": "latency", "second": "2"}}, "effect.second", "expected one of seconds, type"),
        ({"effect": {"type": "problem", "code": "bad_gateway", "retry_after": "x"}}, "effect.retry_after", "garbage"),
        ({"effect": "slow", "math": {}}, "math", "Did you mean 'match'?"),
        ({"effect": "slow", "match": {"operation": "creatCharacter"}}, "match.operation", "one of createCharacter"),
        ({"effect": "slow", "match": {"model": "x"}}, "match.model", "expected one of account, method, operation"),
        ({"effect": "slow", "when": {"first": 0}}, "when.first", "when.first: expected integer >= 1, found 0"),
        ({"effect": "slow", "when": {"first": 1.5}}, "when.first", "expected integer or null, found number"),
        ({"effect": "slow", "when": {"probability": 2}}, "when.probability", "<= 1"),
        ({"effect": "slow", "when": {"start": 5, "end": 5}}, "when.end", "expected more than when.start, 5; found 5"),
        ({"effect": "slow", "when": {"start": -5}}, "when.start", "found -5"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(plane, fault, param, words):
    message, named = plane.refused("POST", "/faults", json=fault)
    assert words in message
    assert named == param
    assert plane.state() == {}


def test_a_fault_that_there_is_not_is_told(plane):
    plane.control("POST", "/faults", status=201, json={"effect": "slow", "name": "slow-one"})
    for method in ("GET", "DELETE"):
        message, _ = plane.refused(method, "/faults/slow-on", status=404)
        assert message == "No such fault: 'slow-on'. Did you mean 'slow-one'?"
    plane.refused("POST", "/faults", status=409, json={"effect": "slow", "name": "slow-one"})


def test_the_scenarios_that_come_with_the_mock_are_listed_and_played(plane):
    found = plane.control("GET", "/scenarios")["scenarios"]
    assert "rate-limit-storm" in [one["name"] for one in found]
    assert all(one["summary"] for one in found)
    for one in found:
        playing = plane.control("POST", "/scenarios/playing", status=201, json={"name": one["name"]})
        assert playing["name"] == one["name"]
    assert plane.control("GET", "/scenarios/playing")["scenarios"][-1] == playing
    plane.control("DELETE", "/scenarios/playing", status=204)
    assert plane.control("GET", "/scenarios/playing") == {"scenarios": []}


@pytest.mark.parametrize("about", ["", "/accounts/self"])
def test_a_scenario_that_comes_with_the_request_is_played(plane, about):
    playing = plane.control("POST", f"{about}/scenarios/playing", status=201, json=SCENARIO)
    assert playing == {"name": "rainy-day", "knobs": {"creations_per_minute": "5"}, "faults": ["rainy-day/1"]}
    assert [plane.create().status_code for _ in range(3)] == [500, 500, 200]
    assert plane.control("GET", f"{about}/faults/rainy-day/1")["matched"] == 3
    plane.refused("POST", f"{about}/scenarios/playing", status=409, json=SCENARIO)
    plane.control("DELETE", f"{about}/scenarios/playing/rainy-day", status=204)
    plane.refused("DELETE", f"{about}/scenarios/playing/rainy-day", status=404)
    assert plane.control("GET", f"{about}/faults") == {"faults": []}


def test_a_scenario_may_be_toml(plane):
    text = 'name = "rainy-day"\nsummary = "Rain."\n[[fault]]\neffect = "unavailable"\n'
    toml = {"content-type": "application/toml; charset=utf-8"}
    playing = plane.control("POST", "/scenarios/playing", status=201, content=text.encode(), headers=toml)
    assert playing["faults"] == ["rainy-day/1"]
    message, param = plane.refused("POST", "/scenarios/playing", content=b'name = "x"\nsumary = "x"', headers=toml)
    assert (message[:25], param) == ("Invalid value: body:2: su", "body")
    assert "UTF-8" in plane.refused("POST", "/scenarios/playing", content=b"\xff", headers=toml)[0]


@pytest.mark.parametrize(
    ("order", "param", "words"),
    [
        ({}, "name", "Missing required parameter: 'name'."),
        ({"name": "rainy"}, "name", "expected one of brownout,"),
        ({"name": 5}, "name", "name: expected string, found integer"),
        ({"name": "x", "faults": []}, "summary", "Missing required parameter: 'summary'."),
        (SCENARIO | {"name": "Rainy Day"}, "name", 'found "Rainy Day"'),
        (SCENARIO | {"knobs": {"speed": 1}}, "knobs", "unknown knob 'speed'"),
        (SCENARIO | {"faults": [{"effect": "nope"}]}, "faults[0].effect", "expected one of rate-limit"),
        (SCENARIO | {"faults": [{"effect": "slow", "wen": {}}]}, "faults[0].wen", "expected one of effect, match"),
        (SCENARIO | {"fault": []}, "fault", "Did you mean 'faults'?"),
    ],
)
def test_a_scenario_that_makes_no_sense_is_refused(plane, order, param, words):
    message, named = plane.refused("POST", "/scenarios/playing", json=order)
    assert words in message
    assert named == param
    assert plane.state() == {}


@pytest.mark.parametrize("about", ["", "/accounts/self"])
def test_tasks_are_brought_to_their_ends(plane, about):
    plane.control("PATCH", "/settings", json={"knobs": {"latency": "generation=60"}})
    first, second = plane.task(), plane.task()
    assert plane.control("POST", f"{about}/generations/{first}/complete")["status"] == "completed"
    assert plane.ask("GET", f"{BASE}/generations/{first}").json()["video_url"]
    assert plane.control("POST", f"{about}/generations/{first}/expire")["status"] == "expired"
    failed = plane.control("POST", f"{about}/generations/{second}/fail")
    assert (failed["status"], failed["error"]["code"]) == ("failed", "processing_failed")
    message, _ = plane.refused("POST", f"{about}/generations/{second}/expire", status=409)
    assert "expected a task that is completed, found failed" in message
    assert "No such task" in plane.refused("POST", f"{about}/generations/task_0/fail", status=404)[0]
