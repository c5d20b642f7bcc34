import json

import pytest

from sora_conformance.budget import Budget, Limits
from sora_conformance.contract import Cost, Side, load
from sora_conformance.server.features import FEATURES_OF, features_of, lacking
from sora_conformance.target import Target
from sora_conformance.wire import Wire
from tests.conformance.servers import answering


def error(code, param=None, message="No."):
    return json.dumps(
        {"error": {"message": message, "type": "invalid_request_error", "param": param, "code": code}}
    ).encode()


def relay(*, videos=400, model="ignore", task="require"):
    """Return a relay that has videos or not, and takes `model` and the timestamps of a task in one way or another."""

    def answer(method, path, headers, body):
        asked = json.loads(body)
        if path == "/v1/videos":
            return videos, {}, error("missing_required_parameter", "prompt")
        if model == "refuse" and "model" in asked:
            return 404, {}, b'{"code": "channel_not_found", "message": "no channel"}'
        if model == "gone":
            return 404, {}, error("model_not_found", "model")
        if model == "require" and "model" not in asked:
            return 400, {}, error("missing_required_parameter", "model")
        if "from_task" not in asked:
            return 400, {}, error("invalid_timestamps", "timestamps")
        if task == "require":
            return 400, {}, error("missing_required_parameter", "timestamps")
        return 404, {}, error("task_not_found", "from_task")

    return answer


def asked(answer, features=None):
    with answering(answer) as url:
        base = url.removesuffix("/v1/sora") + "/sora/v1"
        target = Target(url=base, api_key="sk-a", dialect="relay", features=features)
        with Wire(target, Budget(Limits(characters=0, generations=0))) as wire:
            return lacking(wire), len(wire.exchanges)


def test_a_relay_that_takes_everything_lacks_nothing():
    assert asked(relay())[0] == {}


@pytest.mark.parametrize("status", [401, 403, 404, 405, 501])
def test_a_relay_without_videos_is_found_out(status):
    found, _ = asked(relay(videos=status))
    assert set(found) == {"videos"}
    assert found["videos"].startswith("POST http://127.0.0.1:")
    assert f"/v1/videos is answered {status}" in found["videos"]


@pytest.mark.parametrize(("model", "lacks"), [("require", "without-model"), ("refuse", "with-model")])
def test_what_a_relay_makes_of_model_is_found_out(model, lacks):
    assert set(asked(relay(model=model))[0]) == {lacks}


@pytest.mark.parametrize("model", ["require", "refuse"])
def test_the_timestamps_of_a_task_are_asked_for_as_the_relay_wants_the_model(model):
    assert "task-timestamps" in asked(relay(model=model, task="ignore"))[0]


def test_a_model_that_is_gone_is_no_variant():
    assert asked(relay(model="gone"))[0].keys() & {"with-model", "without-model"} == set()


def test_a_declaration_is_believed_and_nothing_is_asked():
    found, calls = asked(relay(videos=404), features=frozenset({"videos", "with-model"}))
    assert set(found) == {"without-model", "task-timestamps"}
    assert calls == 0


def test_every_pattern_of_a_feature_matches_a_rule():
    rules = load("relay").rules
    for name in FEATURES_OF["relay"]:
        assert any(name in features_of(rule.id, dialect="relay") for rule in rules), name


def test_rules_that_cost_a_video_need_videos():
    rules = [rule for rule in load("relay").rules if rule.side is Side.SERVER and rule.untestable is None]
    dear = {rule.id for rule in rules if rule.cost is Cost.GENERATION}
    assert {rule.id for rule in rules if "videos" in features_of(rule.id, dialect="relay")} == dear
