"""Webhooks over `/_mock`: added, listed, taken away; a secret is shown once."""

import pytest

SECRET = "whsec_c2VjcmV0LWNhbmFyeQ=="
HOOKS = "/accounts/self/webhooks"


def add(plane, **changes):
    return plane.control("POST", HOOKS, status=201, json={"url": "http://127.0.0.1:1/hook"} | changes)


def test_a_webhook_is_added_with_all_that_is_asked(plane):
    added = add(plane, secret=SECRET, events=["video.failed"])
    assert added == {
        "id": added["id"],
        "url": "http://127.0.0.1:1/hook",
        "secret": SECRET,
        "events": ["video.failed"],
    }
    assert add(plane)["events"] == ["video.completed", "video.failed"]
    assert add(plane, secret=None)["secret"].startswith("whsec_")


def test_a_secret_is_never_shown_again(plane):
    add(plane, secret=SECRET)
    plane.task()
    for path in (HOOKS, "/accounts/self", "/accounts", "/accounts/self/journal", "/journal"):
        answer = plane.ask("GET", f"/_mock{path}")
        assert answer.status_code == 200
        assert SECRET not in answer.text


def test_webhooks_are_listed_with_what_they_wait_for(plane):
    plane.control("PATCH", "/settings", json={"knobs": {"latency": "generation=60"}})
    first, second = add(plane), add(plane)
    plane.task()
    listed = plane.control("GET", HOOKS)["webhooks"]
    assert [one["id"] for one in listed] == [first["id"], second["id"]]
    assert set(listed[0]) == {"id", "url", "events", "since", "waiting", "attempts"}
    assert (listed[0]["since"], listed[0]["waiting"], listed[0]["attempts"]) == (1_700_000_000, 1, [])


def test_webhooks_are_taken_away_one_by_one_or_all(plane):
    first, second, third = add(plane), add(plane), add(plane)
    plane.control("DELETE", f"{HOOKS}/{second['id']}", status=204)
    assert [one["id"] for one in plane.control("GET", HOOKS)["webhooks"]] == [first["id"], third["id"]]
    message, _ = plane.refused("DELETE", f"{HOOKS}/{second['id']}", status=404)
    assert second["id"] in message
    plane.control("DELETE", HOOKS, status=204)
    assert plane.control("GET", HOOKS) == {"webhooks": []}


@pytest.mark.parametrize(
    ("order", "param", "words"),
    [
        ({}, "url", "url"),
        ({"url": 5}, "url", "url: expected string, found integer"),
        ({"url": "a.test"}, "url", "expected an http or https url"),
        ({"url": "http://a.test/", "secret": "canary"}, "secret", "expected whsec_ and the base64"),
        ({"url": "http://a.test/", "secret": ["canary"]}, "secret", "secret: expected"),
        ({"url": "http://a.test/", "events": []}, "events", "expected some of video.completed, video.failed"),
        (
            {"url": "http://a.test/", "events": ["video.done"]},
            "events[0]",
            'events[0]: expected one of video.completed, video.failed, found "video.done"',
        ),
        ({"url": "http://a.test/", "uri": 1}, "uri", "Did you mean 'url'?"),
    ],
)
def test_a_webhook_that_cannot_be_is_refused(plane, order, param, words):
    message, named = plane.refused("POST", HOOKS, json=order)
    assert words in message
    assert "canary" not in message
    assert named == param
    assert plane.state() == {}


def test_webhooks_are_of_one_account_alone(plane):
    assert plane.ask("GET", "/_mock/webhooks").status_code == 404
    add(plane)
    assert plane.control("GET", HOOKS, key="sk-other") == {"webhooks": []}


def test_a_state_keeps_webhooks_with_their_secrets(plane):
    added = add(plane, secret=SECRET)
    state = plane.control("GET", "/accounts/self/state")
    plane.control("POST", "/accounts/self/reset", status=204)
    assert plane.control("GET", HOOKS) == {"webhooks": []}
    plane.control("PUT", "/accounts/self/state", status=204, json=state)
    assert [one["id"] for one in plane.control("GET", HOOKS)["webhooks"]] == [added["id"]]
    assert plane.control("GET", "/accounts/self/state")["webhooks"][added["id"]]["secret"] == SECRET
