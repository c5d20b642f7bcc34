import json

import pytest

from sora_conformance.budget import Budget, Limits
from sora_conformance.contract import Cost, load
from sora_conformance.server.cases import Case
from sora_conformance.server.features import FEATURES_OF, OPERATIONS, RULES, features_of, lacking
from sora_conformance.server.judge import Judge
from sora_conformance.server.stage import Stage
from sora_conformance.target import Target
from sora_conformance.verdicts import Verdict
from sora_conformance.wire import Wire
from tests.conformance.servers import answering


def error(code):
    body = {"error": {"message": "No.", "type": "invalid_request_error", "param": None, "code": code}}
    return json.dumps(body).encode()


def offering(*served, statuses=(404, 405)):
    """Return a server that knows no video and offers some of the features."""
    absent, unserved = statuses

    def answer(method, path, headers, body):
        del headers, body
        below = path.partition("/v1/sora")[2].partition("?")[0]
        words = {"/videos/edits": "edits", "/videos/extensions": "extensions", "/videos/characters": "characters"}
        name = words.get(below, "remix" if below.endswith("/remix") else "delete" if method == "DELETE" else "list")
        if below == "/models":
            name = "models"
        if below.startswith("/sora-conformance"):
            return absent, {}, error("not_found")
        if name not in served:
            return unserved, {}, error("method_not_allowed" if unserved == 405 else "not_found")
        if name in {"list", "models"}:
            return 200, {}, b'{"object": "list", "data": []}'
        return (
            (400, {}, error("missing_required_parameter"))
            if name == "characters"
            else (404, {}, error("video_not_found"))
        )

    return answer


def asked(answer, features=None):
    with answering(answer) as url:
        target = Target(url=url, api_key="sk-a", dialect="openai", features=features)
        with Wire(target, Budget(Limits())) as wire:
            return lacking(wire), len(wire.exchanges)


ALL = ("list", "models", "delete", "remix", "edits", "extensions", "characters")


def test_a_server_that_offers_everything_lacks_nothing():
    assert asked(offering(*ALL))[0] == {}


@pytest.mark.parametrize("unserved", [404, 405, 501])
def test_what_is_not_served_is_found_out(unserved):
    found, _ = asked(offering("list", "edits", statuses=(404, unserved)))
    assert set(found) == {"models", "delete", "remix", "extensions", "characters"}
    assert f"answered {unserved}" in found["remix"]


def test_a_declaration_is_believed_and_nothing_is_asked():
    found, calls = asked(offering(*ALL), features=frozenset({"list"}))
    assert set(found) == set(FEATURES_OF["openai"]) - {"list"}
    assert calls == 0


def test_the_guide_knows_no_features():
    with Wire(Target(url="http://127.0.0.1:1/v1/sora", api_key="sk-a"), Budget(Limits())) as wire:
        assert lacking(wire) == {}


def test_every_pattern_of_a_feature_matches_a_rule():
    rules = load("openai").rules
    for name, patterns in RULES.items():
        for pattern in patterns:
            assert any(name in features_of(rule.id) for rule in rules), (name, pattern)
    assert set(OPERATIONS.values()) <= set(RULES)


def test_a_case_of_what_is_not_offered_is_not_applicable():
    case = Case(
        id="a/b", rule="video.remix.created", cost=Cost.FREE, features=frozenset({"remix"}), run=lambda _: ["no"]
    )
    target = Target(url="http://127.0.0.1:1/v1", api_key="sk-a", dialect="openai")
    with Wire(target, Budget(Limits())) as wire:
        judge = Judge(
            Stage(wire), load("openai"), strict=True, allow=tuple(Cost), lacks={"remix": "POST is answered 405"}
        )
        line = judge.judge(case)
    assert line.verdict is Verdict.NOT_APPLICABLE
    assert line.reason == "the target does not offer remix: POST is answered 405"
