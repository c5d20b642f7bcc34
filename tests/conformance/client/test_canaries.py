"""Canaries: keys are found in any form, and taken out whole or in part."""

import base64

import pytest

from sora_conformance.client.canaries import Canaries, new_canary, veiled

FORMS = {
    "plain": str,
    "base64": lambda key: base64.b64encode(f"user:{key}".encode()).decode(),
    "hexadecimal": lambda key: key.encode().hex(),
    "capitals": str.upper,
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_key_is_found_in_any_form(form):
    mine, other = new_canary(), new_canary()
    keys = Canaries({mine: "$MINE", other: "$OTHER"})
    text = f"a {form(mine)} b"
    assert keys.within(text) == (mine,)
    assert "$MINE" in keys(text)


def test_a_text_without_keys_stays_as_it_is():
    keys = Canaries({new_canary(): "$MINE"})
    assert keys.within("a text") == ()
    assert keys("a text") == "a text"


def test_the_beginning_of_a_key_is_taken_out_too():
    assert veiled(f"a {new_canary()[:20]} b") == "a $CANARY b"
