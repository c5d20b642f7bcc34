import json

import pytest

from sora_conformance.contract import load
from sora_conformance.exchanges import Exchange, Sent
from sora_conformance.server.watch import watch
from sora_conformance.target import Target

TARGET = Target(url="http://127.0.0.1:1/sora/v1", api_key="sk-conformance-key", dialect="relay")
CHARACTER = {
    "id": "ch_0a1b",
    "username": "cameo.0a1b",
    "display_name": "Ada",
    "permalink": "https://sora.chatgpt.com/profile/cameo.0a1b",
    "profile_picture_url": "https://files.example.com/0a1b.webp",
}
REPLY = ("character.reply.fields", "character.reply.id-form", "character.reply.permalink")


def reply(body=None, *, status=200, headers=None, url=f"{TARGET.url}/characters", **about):
    given = {"content-type": "application/json", "x-request-id": "req_1"} | (headers or {})
    return Exchange(
        case="a/b",
        operation="createRelayCharacter",
        sent=Sent(method="POST", url=url),
        status=status,
        headers=tuple(given.items()),
        body=json.dumps(CHARACTER if body is None else body).encode(),
        **about,
    )


def made(**changes):
    return reply({name: value for name, value in (CHARACTER | changes).items() if value is not ...})


def findings(rule, *exchanges):
    return watch(list(exchanges), TARGET).of(rule).findings


def test_a_sound_character_keeps_every_rule():
    seen = watch([made()], TARGET)
    assert [(rule, seen.of(rule).exercised, seen.of(rule).findings) for rule in REPLY] == [
        (rule, 1, []) for rule in REPLY
    ]


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("character.reply.fields", {"display_name": ...}),
        ("character.reply.fields", {"profile_picture_url": None}),
        ("character.reply.fields", {"username": ""}),
        ("character.reply.fields", {"permalink": 5}),
        ("character.reply.id-form", {"id": "char_0a1b"}),
        ("character.reply.id-form", {"id": "ch_"}),
        ("character.reply.id-form", {"id": 7}),
        ("character.reply.permalink", {"permalink": "https://relay.example/profile/cameo.0a1b"}),
        ("character.reply.permalink", {"permalink": "https://sora.chatgpt.com/profile/ch_0a1b"}),
    ],
)
def test_what_is_wrong_with_a_character_is_found(rule, changes):
    assert len(findings(rule, made(**changes))) == 1


def test_a_reply_that_is_no_object_lacks_every_field():
    assert len(findings("character.reply.fields", reply([]))) == 5


def test_ids_and_usernames_are_given_once():
    again = made(permalink="x")
    assert len(findings("character.id.distinct", made(), again)) == 1
    assert len(findings("character.reply.username", made(), again)) == 1
    assert findings("character.reply.username", made(), made(username="cameo.2")) == []


def test_a_401_names_the_scheme():
    body = {"error": {"message": "No.", "type": "authentication_error", "param": None, "code": "invalid_api_key"}}
    assert len(findings("auth.challenge", reply(body, status=401))) == 1
    assert findings("auth.challenge", reply(body, status=401, headers={"www-authenticate": "Bearer"})) == []


def test_a_refusal_is_held_against_the_errors_of_relays():
    error = {"message": "No.", "type": "not_found_error", "param": "model", "code": "channel_not_found"}
    refusal = reply({"error": error}, status=400, refusal="channel_not_found", param="model")
    assert findings("error.status", refusal) == ["a/b: expected 404 for channel_not_found, found 400"]
    assert findings("error.code", refusal) == []


def test_replies_of_the_videos_beside_are_left_alone():
    video = reply({"id": 5}, url="http://127.0.0.1:1/v1/videos")
    assert watch([video], TARGET).of("character.reply.fields").exercised == 0


def test_every_look_is_for_a_rule_of_relays():
    from sora_conformance.server.relay_looks import RELAY_LOOKS

    assert {rule for rule, _, _ in RELAY_LOOKS} <= {rule.id for rule in load("relay").rules}
