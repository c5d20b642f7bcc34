import json

import pytest

from sora_conformance.budget import Budget, Limits, NotJudged
from sora_conformance.server.relay_mentions import MENTIONS, explore
from sora_conformance.server.stage import Stage
from sora_conformance.server.survey import Sightings
from sora_conformance.target import Target
from sora_conformance.wire import Wire
from tests.conformance.servers import answering

USERNAMES = {"Bearer sk-a": "cameo.a", "Bearer sk-b": "cameo.b"}


class Relay:
    """Makes characters, and of prompts what it is told; `prompts` are those that it was asked for."""

    def __init__(self, fate=lambda _: "completed", *, named=True):
        self.prompts = []
        self._fate = fate
        self._named = named

    def answer(self, method, path, headers, body):
        """Answer a request."""
        if path == "/sora/v1/characters":
            character = {"id": "ch_a"} | ({"username": USERNAMES[headers["authorization"]]} if self._named else {})
            return 200, {}, json.dumps(character).encode()
        if method == "POST":
            self.prompts.append(json.loads(body)["prompt"])
            if self._fate(self.prompts[-1]) == "refused":
                return 400, {}, b'{"error": {"code": "invalid_request"}}'
            return 200, {}, json.dumps({"id": f"video_{len(self.prompts) - 1}", "status": "queued"}).encode()
        prompt = self.prompts[int(path.rpartition("_")[2])]
        return 200, {}, json.dumps({"status": self._fate(prompt)}).encode()


def explored(relay, *, second=None):
    seen = Sightings()
    with answering(relay.answer) as url:
        base = url.removesuffix("/v1/sora") + "/sora/v1"
        target = Target(url=base, api_key="sk-a", second_api_key=second, dialect="relay")
        with Wire(target, Budget(Limits(generations=MENTIONS.price.generations, characters=2))) as wire:
            explore(Stage(wire), seen)
    return seen


def test_every_way_of_mentioning_is_tried_and_kept():
    relay = Relay()
    seen = explored(relay, second="sk-b")
    assert all(seen.of(rule).exercised and not seen.of(rule).findings for rule in MENTIONS.rules)
    told = "\n".join(relay.prompts)
    assert all(mention in told for mention in ("@cameo.a ", "@{cameo.a}", "@ch_a ", "@cameo.b "))
    assert len(relay.prompts) == MENTIONS.price.generations


def test_the_other_account_is_left_out_where_there_is_none():
    relay = Relay()
    explored(relay)
    assert "cameo.b" not in "\n".join(relay.prompts)


@pytest.mark.parametrize(
    ("mention", "rule"),
    [
        ("@cameo.a", "video.mention.username"),
        ("@{cameo.a}", "video.mention.braces"),
        ("@ch_a", "video.mention.id"),
        ("@nobody", "video.mention.unknown"),
        ("@cameo.b", "video.mention.unknown"),
    ],
)
@pytest.mark.parametrize("fate", ["refused", "failed"])
def test_a_mention_that_goes_wrong_is_told_of_its_own_rule(mention, rule, fate):
    seen = explored(Relay(lambda prompt: fate if mention in prompt else "completed"), second="sk-b")
    assert {name for name in MENTIONS.rules if seen.of(name).findings} == {rule}


def test_without_a_username_only_the_id_is_judged():
    seen = explored(Relay(named=False))
    assert {rule for rule in MENTIONS.rules if seen.of(rule).exercised} == {"video.mention.id", "video.mention.unknown"}


def test_where_no_video_is_completed_nothing_is_said():
    with pytest.raises(NotJudged):
        explored(Relay(lambda _: "failed"))
