"""Accounts, their state and what is settled for them."""

import json

import pytest

from tests.mock_server.control.support import KEY, Plane
from tests.mock_server.support import CHARACTER


def test_an_account_that_is_opened_is_there_and_its_key_opens_it(plane):
    order = {"account": "studio", "key": "sk-studio", "tier": 2}
    view = plane.control("POST", "/accounts", status=201, json=order)
    assert view == {"account": "studio", "characters": 0, "generations": 0, "faults": 0, "scenarios": []}
    assert plane.control("GET", "/accounts")["accounts"] == [view]
    answer = plane.ask("POST", "/v1/sora/characters", key="sk-studio", json=CHARACTER)
    assert answer.headers["x-ratelimit-limit-requests"] == "120"
    assert plane.control("GET", "/accounts/studio")["characters"] == 1
    assert plane.control("GET", "/accounts/self", key="sk-studio")["account"] == "studio"


def test_an_account_that_is_deleted_is_gone(plane):
    plane.control("POST", "/accounts", status=201, json={"account": "studio", "key": "sk-studio"})
    plane.control("DELETE", "/accounts/studio", status=204)
    assert plane.control("GET", "/accounts")["accounts"] == []
    assert plane.refused("GET", "/accounts/studio", status=404)[0] == "No such account: 'studio'."


@pytest.mark.parametrize(
    ("order", "param", "words"),
    [
        ({}, "account", "Missing required parameter: 'account'."),
        ({"account": "a"}, "key", "Missing required parameter: 'key'."),
        ({"account": "a", "key": "sk-x", "teir": 1}, "teir", "expected one of account, key, tier; found 'teir'."),
        ({"account": "a", "key": "sk-x", "tier": 9}, "tier", "expected 1 to 5, found 9"),
        ({"account": "a", "key": "sk-x", "tier": "1"}, "tier", "tier: expected integer, found string"),
        ({"account": "a b", "key": "sk-x"}, "account", "found 'a b'"),
        ({"account": "self", "key": "sk-x"}, "account", "means the caller's own"),
        ({"account": "a", "key": "sk x"}, "key", "visible ASCII characters"),
        ({"account": "a", "key": ""}, "key", "visible ASCII characters"),
        ({"account": "a", "key": 77001}, "key", "key: expected string, found integer"),
        ({"account": "a", "key": "sk-revoked-1"}, "key", "none that begins with sk-revoked"),
    ],
)
def test_an_account_that_cannot_be_opened_is_refused(plane, order, param, words):
    message, named = plane.refused("POST", "/accounts", json=order)
    assert words in message
    assert named == param
    assert "77001" not in message
    assert plane.state() == {}


def test_a_key_opens_one_account_only(plane, tmp_path):
    order = {"account": "a", "key": "sk-one"}
    plane.control("POST", "/accounts", status=201, json=order)
    plane.refused("POST", "/accounts", status=409, json=order | {"account": "b"})
    keys = tmp_path / "keys.toml"
    keys.write_text('[accounts.listed]\nkeys = ["sk-listed"]')
    closed = Plane(keys=keys)
    closed.refused("POST", "/accounts", key="sk-listed", status=409, json={"account": "a", "key": "sk-listed"})
    assert closed.control("GET", "/accounts/listed", key=None)["account"] == "listed"
    assert "Did you mean" not in closed.refused("GET", "/accounts/lister", key=None, status=404)[0]


@pytest.mark.parametrize("account", ["*", "nobody", "a/b"])
def test_an_account_that_there_is_not_is_told(plane, account):
    plane.control("GET", f"/accounts/{account}/clock", status=404)


@pytest.mark.parametrize("key", [None, "sk-revoked-1"])
def test_without_a_usable_key_there_is_no_self(plane, key):
    assert plane.control("GET", "/accounts/self", key=key, status=401)["error"]["code"] == "invalid_api_key"


def test_a_state_comes_back_as_it_was(plane):
    character, task = plane.create().json()["character_id"], plane.task()
    plane.control("POST", "/accounts/self/faults", status=201, json={"effect": "slow"})
    state = plane.control("GET", "/accounts/self/state")
    plane.control("POST", "/reset", status=204)
    assert plane.control("GET", "/accounts/self")["characters"] == 0
    plane.control("PUT", "/accounts/self/state", status=204, json=state)
    again = plane.control("GET", "/accounts/self/state")
    assert (list(again["characters"]), list(again["generations"])) == ([character], [task])
    assert again == state | {"version": again["version"], "count": again["count"]}


@pytest.fixture
def state(plane):
    plane.create()
    plane.task()
    return plane.control("GET", "/accounts/self/state")


def _generation(state):
    return next(iter(state["generations"].values()))


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda state: state.update(character_s={}), "Did you mean 'characters'?"),
        (lambda state: state.pop("seed"), "'seed'"),
        (lambda state: state.update(seed=-1), "'seed': expected 0 to"),
        (lambda state: state.update(count=0), "'count': expected 2 to"),
        (lambda state: state.update(creations=[5, 4]), "'creations': expected instants in their order"),
        (lambda state: state.update(creations=["now"]), "creations[0]: expected integer, found string"),
        (lambda state: state.update(characters={"char_1": -1}), "'characters.char_1': expected 0 to"),
        (lambda state: state.update(knobs={"speed": "9"}), "knobs: unknown knob 'speed'"),
        (lambda state: state.update(scenarios={"x": {"max_scenes": "0"}}), "scenarios.x: knob 'max_scenes'"),
        (lambda state: state["pace"].update(speed=-1), "'pace.speed': expected"),
        (lambda state: state["pace"].update(virtual=1e300), "pace.virtual"),
        (lambda state: _generation(state).update(id="task_x"), "id': expected 'task_"),
        (lambda state: _generation(state).update(duration=10**9), "duration': expected 1 to 120"),
        (lambda state: _generation(state).update(resolution="8k"), "resolution': expected one of 480p, 720p, 1080p"),
        (lambda state: _generation(state).update(ends_at=0), "ends_at': expected"),
        (lambda state: _generation(state).update(colour="red"), "colour"),
        (lambda state: _generation(state).update(scenes=[{"prompt": "a", "duration": 0}]), "scenes[0].duration"),
        (
            lambda state: state.update(faults={"a": {"fault": {"effect": "nope"}, "since": 0}}),
            "faults.a.fault.effect",
        ),
        (
            lambda state: state.update(faults={"a": {"fault": {"effect": "slow", "when": {"first": 0}}, "since": 0}}),
            "when.first: expected integer >= 1.",
        ),
        (
            lambda state: state.update(faults={"a": {"fault": {"effect": "slow"}, "since": 0, "matched": -1}}),
            "'faults.a.matched'",
        ),
        (
            lambda state: state.update(doors={"00": {"account": "a", "tier": 1}}),
            "'doors': expected no keys",
        ),
    ],
)
def test_a_broken_state_is_refused_and_changes_nothing(plane, state, spoil, words):
    before = plane.state()
    spoil(state)
    message, _ = plane.refused("PUT", "/accounts/self/state", json=state)
    assert words in message
    assert plane.state() == before


def test_a_state_that_is_too_long_is_refused(plane, monkeypatch):
    monkeypatch.setattr("sora_mock.control.accounts_routes.MAX_STATE", 100)
    message, _ = plane.refused("PUT", "/accounts/self/state", status=413, json={"name": "x" * 100})
    assert message == "Request too large: expected at most 100 bytes."


@pytest.mark.parametrize(
    ("body", "kind", "status", "words"),
    [
        (b"{", "application/json", 400, "Invalid JSON"),
        (b"[]", "application/json", 400, "expected an object, found an array"),
        (b"\xff", "application/json", 400, "Invalid JSON"),
        (b"{}", "text/plain", 415, "expected application/json, found 'text/plain'"),
        (b"{}", None, 415, "expected application/json"),
        (b"x" * 1_048_577, "application/json", 413, "at most 1048576 bytes"),
    ],
)
@pytest.mark.parametrize(("method", "path"), [("POST", "/accounts"), ("PATCH", "/clock"), ("POST", "/faults")])
def test_a_body_that_is_no_json_object_is_refused(plane, method, path, body, kind, status, words):
    headers = {} if kind is None else {"content-type": kind}
    message, _ = plane.refused(method, path, status=status, content=body, headers=headers)
    assert words in message


def test_settings_hold_for_one_account_or_for_all(plane):
    settled = plane.control("PATCH", "/settings", json={"knobs": {"creations_per_minute": 7}})
    assert settled["knobs"] == {"creations_per_minute": "7"}
    own = plane.control("PATCH", "/accounts/self/settings", json={"knobs": {"max_prompt": 5}, "seed": 3})
    assert (own["seed"], own["knobs"]) == (3, {"max_prompt": "5"})
    assert (own["effective"]["creations_per_minute"], own["effective"]["max_prompt"]) == (7, 5)
    back = plane.control("PATCH", "/accounts/self/settings", json={"knobs": {"max_prompt": None}})
    assert (back["knobs"], back["effective"]["max_prompt"]) == ({}, 32_000)
    assert plane.control("GET", "/accounts/self/settings") == back


@pytest.mark.parametrize(
    ("order", "param", "words"),
    [
        ({"knob": {}}, "knob", "expected one of knobs, seed; found 'knob'. Did you mean 'knobs'?"),
        ({"knobs": {"speed": 1}}, "knobs", "unknown knob 'speed'; expected one of creations_per_minute"),
        ({"knobs": {"speed": None}}, "knobs", "unknown knob 'speed'"),
        ({"knobs": {"max_scenes": 0}}, "knobs", "knob 'max_scenes'"),
        ({"knobs": {"max_body": [1]}}, "knobs[...]", "found array"),
        ({"seed": -1}, "seed", "seed: expected integer >= 0, found -1"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(plane, order, param, words):
    message, named = plane.refused("PATCH", "/settings", json=order)
    assert words in message
    assert named == param
    assert plane.state() == {}


def test_a_reset_of_one_account_leaves_the_others(plane):
    plane.create()
    plane.control("POST", "/accounts", status=201, json={"account": "studio", "key": "sk-studio"})
    plane.ask("POST", "/v1/sora/characters", key="sk-studio", json=CHARACTER)
    plane.control("POST", "/accounts/studio/reset", status=204)
    assert plane.control("GET", "/accounts/studio")["characters"] == 0
    assert plane.control("GET", "/accounts/self")["characters"] == 1
    assert [entry["account"] for entry in plane.control("GET", "/journal")["entries"]] != ["studio"]


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/reset"), ("DELETE", "/faults"), ("DELETE", "/journal"), ("GET", "/accounts")]
)
def test_what_takes_no_words_refuses_them(plane, method, path):
    plane.create()
    before = plane.state()
    assert plane.refused(method, path, content=json.dumps({"account": "a"}).encode())[1] == "body"
    assert "found 'akount'" in plane.refused(method, f"{path}?akount={KEY}")[0]
    assert plane.state() == before
