"""Which account a key opens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_mock.engine.problems import Refused
from sora_mock.keys import Caller, KeysError, OpenKeys, authenticate, load_keys

VISIBLE = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1)


@pytest.fixture
def keys_file(tmp_path):
    def write(text):
        path = tmp_path / "keys.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@given(VISIBLE, VISIBLE)
def test_every_key_opens_its_own_account(one, other):
    if one.startswith("sk-revoked") or other.startswith("sk-revoked"):
        return
    accounts = [authenticate(OpenKeys().caller, f"Bearer {key}").account for key in (one, other)]
    assert (accounts[0] == accounts[1]) == (one == other)
    assert len(one) < 6 or one not in accounts[0]


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic YTpi", "sk-a", "Bearer a b", "Bearer é"])
def test_a_missing_or_malformed_header_is_refused(header):
    with pytest.raises(Refused) as caught:
        authenticate(OpenKeys().caller, header)
    problem = caught.value.problem
    assert (problem.status, problem.code, problem.rule) == (401, "invalid_api_key", "auth.key.required")


@pytest.mark.parametrize("header", ["bearer sk-a", "BEARER sk-a", "Bearer   sk-a", "Bearer sk-a "])
def test_the_scheme_is_read_as_http_has_it(header):
    assert authenticate(OpenKeys().caller, header) == authenticate(OpenKeys().caller, "Bearer sk-a")


def test_a_revoked_key_is_refused_without_being_repeated():
    with pytest.raises(Refused) as caught:
        authenticate(OpenKeys().caller, "Bearer sk-revoked-123")
    assert caught.value.problem.rule == "auth.key.refused"
    assert "123" not in caught.value.problem.message


def test_a_keys_file_names_accounts_tiers_and_shared_keys(keys_file):
    keys = load_keys(
        keys_file('[accounts.studio]\ntier = 3\nkeys = ["sk-a", "sk-b"]\n[accounts.solo]\nkeys = ["sk-c"]')
    )
    assert keys.caller("sk-a") == keys.caller("sk-b") == Caller("studio", 3)
    assert keys.caller("sk-c") == Caller("solo", 1)


def test_a_key_that_is_not_listed_is_refused(keys_file):
    keys = load_keys(keys_file('[accounts.solo]\nkeys = ["sk-c"]'))
    with pytest.raises(Refused) as caught:
        authenticate(keys.caller, "Bearer sk-d")
    assert caught.value.problem.rule == "auth.key.refused"


def test_a_revoked_key_stays_refused_when_it_is_listed(keys_file):
    keys = load_keys(keys_file('[accounts.solo]\nkeys = ["sk-revoked-1"]'))
    with pytest.raises(Refused):
        authenticate(keys.caller, "Bearer sk-revoked-1")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("not toml", "Expected '='"),
        ("", "missing required field `accounts`"),
        ("[accounts.a]", r"missing required field `keys` - at `\$.accounts"),
        ("[accounts.a]\nkeys = 'sk'", "Expected `array`, got `str`"),
        ("[accounts.a]\nkeys = [1]", "Expected `str`, got `int`"),
        ("[accounts.a]\nkeys = ['x']\ntier = 6", r"<= 5 - at `\$.accounts\[...\].tier`"),
        ("[accounts.a]\nkeys = ['x']\nteir = 2", "unknown field `teir`"),
        ("[accounts.'a b']\nkeys = ['x']", "matching regex"),
        ("[accounts.a]\nkeys = ['']", r"accounts.a.keys\[0\]: expected visible ASCII characters"),
        ("[accounts.a]\nkeys = ['x', 'y z']", r"accounts.a.keys\[1\]: expected visible"),
        (
            "[accounts.a]\nkeys = ['x']\n[accounts.b]\nkeys = ['x']",
            r"b.keys\[0\]: this key is already listed for account a",
        ),
    ],
)
def test_a_bad_keys_file_is_refused_with_the_place(keys_file, text, message):
    with pytest.raises(KeysError, match=rf"keys file .*keys\.toml: .*{message}"):
        load_keys(keys_file(text))


def test_a_keys_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(KeysError, match="No such file"):
        load_keys(tmp_path / "none.toml")


def test_a_keys_file_that_is_no_text_is_refused(tmp_path):
    path = tmp_path / "keys.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(KeysError, match="utf-8"):
        load_keys(path)
