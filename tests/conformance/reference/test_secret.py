import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_conformance.reference import MissingKeyError
from sora_conformance.reference.secret import HIDDEN, Secret

KEY = "sk-a/b+c~canary"


@pytest.mark.parametrize("key", [None, "", " ", "sk a", "sk-a\n", "sk-ä", "sk-a\x00", "\ud800", 7])
def test_what_is_no_key_is_refused_without_being_repeated(key):
    with pytest.raises(MissingKeyError) as caught:
        Secret(key)
    assert "sk" not in str(caught.value)


def test_it_does_not_show_and_is_not_to_be_copied():
    assert KEY not in repr(Secret(KEY))
    for write in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError):
            write(Secret(KEY))


@pytest.mark.parametrize("form", [KEY, KEY.upper(), "sk-a%2Fb%2Bc~canary", "sk-a%2fb%2bc~canary", "sk-a/b%2Bc~canary"])
def test_it_is_hidden_however_it_is_spelled(form):
    assert Secret(KEY).hide(f"key={form}.") == f"key={HIDDEN}."


def test_it_is_hidden_in_every_text_of_json():
    found = {"a": [KEY, {f"x{KEY}": f"Bearer {KEY}"}], "n": 1, "t": True, "z": None}
    assert Secret(KEY).hide_in(found) == {
        "a": [HIDDEN, {f"x{HIDDEN}": f"Bearer {HIDDEN}"}],
        "n": 1,
        "t": True,
        "z": None,
    }


def test_what_is_nested_beyond_reason_is_left_out():
    deep = [KEY]
    for _ in range(200):
        deep = [deep]
    assert KEY not in repr(Secret(KEY).hide_in(deep))


def test_a_short_key_is_not_looked_for_in_ids():
    assert not Secret("a").shows_in("char_abc")
    assert Secret(KEY).shows_in(f"char_{KEY}")


@given(st.text(alphabet=[chr(code) for code in range(0x21, 0x7F)], min_size=1), st.text(), st.text())
def test_no_text_shows_any_key(key, before, after):
    secret = Secret(key)
    assert secret.header == f"Bearer {key}"
    shown = secret.hide(before + key + after)
    assert HIDDEN in shown
    assert not any(key in part for part in shown.split(HIDDEN))
