import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_mock.engine.usernames import mentioned_in, own_id, relay_id, username

IDS = st.from_regex(r"char_[0-9A-Za-z_]{1,30}", fullmatch=True)
OWN = {"char_a1", "char_b2"}


@given(IDS)
def test_an_id_at_a_relay_leads_back_to_the_character(character):
    assert own_id(relay_id(character)) == character


@pytest.mark.parametrize("name", ["char_a1", "ada", "", "cameo.a1"])
def test_other_names_stay_as_they_are(name):
    assert own_id(name) == name


@given(IDS, st.sampled_from(["@{}", "@{{{}}}"]), st.sampled_from([str, relay_id, username]))
def test_every_spelling_mentions_the_character(character, form, name):
    assert mentioned_in(f"Then {form.format(name(character))}, smiling", {character}) == (character,)


@given(st.text())
def test_any_prompt_can_be_read(prompt):
    assert set(mentioned_in(prompt, OWN)) <= OWN


def test_mentions_come_once_and_in_the_order_of_the_prompt():
    assert mentioned_in("@cameo.b2 @ch_a1 @{ch_b2}", OWN) == ("char_b2", "char_a1")


@pytest.mark.parametrize("prompt", ["a1", "@ch_a12", "@ ch_a1", "@{ch_a1", "@{ cameo.a1 }", "@cameo.", "@CH_a1"])
def test_what_is_not_quite_a_mention_is_text(prompt):
    assert mentioned_in(prompt, OWN) == ()
