import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_conformance.reference import LocalValidationError
from sora_conformance.reference import video_calls as calls
from sora_conformance.reference.uploads import Upload

CLIP = Upload("ada.mp4", b"\x00\xff")


def body(call):
    return json.loads(call.body)


def creation(prompt="a boat", seconds="8", size="1280x720", model="sora-2", character_ids=()):
    return calls.creation(prompt, seconds=seconds, size=size, model=model, character_ids=character_ids)


def test_each_operation_has_exactly_the_fields_of_the_contract():
    assert body(creation()) == {"model": "sora-2", "prompt": "a boat", "seconds": "8", "size": "1280x720"}
    assert body(creation(character_ids=["char_a", "char_b"]))["characters"] == [{"id": "char_a"}, {"id": "char_b"}]
    assert body(creation(character_ids="char_a"))["characters"] == [{"id": "char_a"}]
    assert body(calls.remix("video_a", "in snow")) == {"prompt": "in snow"}
    assert body(calls.edit("video_a", "in red")) == {"prompt": "in red", "video": {"id": "video_a"}}
    assert body(calls.extension("video_a", "on", seconds="4")) == {
        "prompt": "on",
        "seconds": "4",
        "video": {"id": "video_a"},
    }


def test_each_operation_stands_where_the_contract_has_it():
    found = {
        (call.method, call.path)
        for call in (
            creation(),
            calls.character_creation("Ada", CLIP),
            calls.remix("v", "p"),
            calls.edit("v", "p"),
            calls.extension("v", "p", seconds="4"),
            calls.retrieval("v"),
            calls.listing(limit=None, after=None),
            calls.content("v", "video", most=1),
            calls.deletion("v"),
        )
    }
    assert found == {
        ("POST", "/videos"),
        ("POST", "/videos/characters"),
        ("POST", "/videos/v/remix"),
        ("POST", "/videos/edits"),
        ("POST", "/videos/extensions"),
        ("GET", "/videos/v"),
        ("GET", "/videos"),
        ("GET", "/videos/v/content"),
        ("DELETE", "/videos/v"),
    }


def test_a_character_is_a_form_with_a_file():
    call = calls.character_creation("Ada", CLIP)
    assert call.content_type.startswith("multipart/form-data; boundary=")
    assert b'name="name"\r\n\r\nAda\r\n' in call.body
    assert b'name="video"; filename="ada.mp4"\r\nContent-Type: video/mp4\r\n\r\n\x00\xff\r\n' in call.body


def test_a_page_and_a_variant_are_asked_for_in_the_query():
    assert calls.listing(limit=0, after=None).path == "/videos?limit=0"
    assert calls.listing(limit=100, after="v/ä").path == "/videos?limit=100&after=v%2F%C3%A4"
    assert calls.content("v", "thumbnail", most=1).path == "/videos/v/content?variant=thumbnail"
    assert calls.content("v", "video", most=7).most == 7


WRONG = {
    "an empty prompt": (creation, (" ",), {}, "prompt"),
    "a prompt without end": (calls.remix, ("v", "p" * 32_001), {}, "prompt: expected at most 32000"),
    "a number for the seconds": (creation, (), {"seconds": 8}, 'seconds: expected a text such as "8", found 8'),
    "no seconds": (calls.extension, ("v", "p"), {"seconds": "0"}, "seconds"),
    "words for the seconds": (creation, (), {"seconds": "eight"}, "seconds"),
    "half a size": (creation, (), {"size": "1280"}, 'size: expected a text such as "1280x720"'),
    "a pair for a size": (creation, (), {"size": (1280, 720)}, "size"),
    "no model": (creation, (), {"model": None}, "model"),
    "three characters": (creation, (), {"character_ids": ["a", "b", "c"]}, "character_ids: expected at most 2"),
    "an empty id": (creation, (), {"character_ids": [""]}, "character_ids"),
    "no name": (calls.character_creation, ("", CLIP), {}, "name"),
    "a name of 81": (calls.character_creation, ("n" * 81, CLIP), {}, "name: expected at most 80"),
    "a way out of the path": (calls.retrieval, ("..",), {}, "video_id"),
    "nothing for a video": (calls.edit, (None, "p"), {}, "video_id"),
    "too long a page": (calls.listing, (), {"limit": 101, "after": None}, "limit: expected a whole number"),
    "a truth for a page": (calls.listing, (), {"limit": True, "after": None}, "limit"),
    "an empty last one": (calls.listing, (), {"limit": None, "after": ""}, "after"),
    "another variant": (calls.content, ("v", "poster"), {"most": 1}, "variant: expected video, thumbnail"),
    "no bytes": (calls.content, ("v", "video"), {"most": 0}, "most"),
    "half a byte": (calls.content, ("v", "video"), {"most": 0.5}, "most"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_can_never_work_is_refused_and_names_the_argument(name):
    make, args, named, says = WRONG[name]
    with pytest.raises(LocalValidationError, match=says):
        make(*args, **named)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_text_arrives_as_it_was_given(prompt):
    if prompt.strip():
        assert body(creation(prompt))["prompt"] == body(calls.remix("v", prompt))["prompt"] == prompt
