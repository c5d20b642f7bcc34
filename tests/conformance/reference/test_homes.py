import pytest

from sora_conformance.reference import LocalValidationError, MissingKeyError
from sora_conformance.reference.homes import GUIDE, VIDEOS, address_of, base_address, secret_of


@pytest.mark.parametrize(
    ("home", "address"), [(GUIDE, "https://api.openai.com/v1/sora"), (VIDEOS, "https://api.openai.com/v1")]
)
def test_each_api_is_looked_for_where_it_is_at_home(home, address, monkeypatch):
    monkeypatch.delenv(home.address_variable, raising=False)
    assert address_of(None, home) == address
    monkeypatch.setenv(home.address_variable, "http://relay.test/v1/")
    assert address_of(None, home) == "http://relay.test/v1"
    assert address_of("http://other.test", home) == "http://other.test"


@pytest.mark.parametrize(("home", "variable"), [(GUIDE, "SORA_API_KEY"), (VIDEOS, "OPENAI_API_KEY")])
def test_a_key_is_looked_for_in_the_variable_of_its_api_and_in_no_other(home, variable, monkeypatch):
    for name in ("SORA_API_KEY", "OPENAI_API_KEY"):
        monkeypatch.setenv(name, f"key-of-{name}")
    assert secret_of(None, home).header == f"Bearer key-of-{variable}"
    assert secret_of("given", home).header == "Bearer given"
    monkeypatch.delenv(variable)
    with pytest.raises(MissingKeyError, match=variable):
        secret_of(None, home)
    with pytest.raises(MissingKeyError, match=variable):
        secret_of("", home)


@pytest.mark.parametrize("given_", ["http://a/v1/sora", "http://a/v1/sora/", "http://a/v1/sora//"])
def test_a_base_address_ends_without_a_slash(given_):
    assert base_address(given_) == "http://a/v1/sora"


@pytest.mark.parametrize(
    "address",
    ["", "/v1/sora", "a.example/v1", "ftp://a/v1", "http://", "http://a:b/v1", "http://a:99999/v1", "http://[/v1", None]
    + ["http://me:pass@a/v1", "http://a/v1?key=x", "http://a/v1#x"],
)
def test_what_is_no_base_address_is_refused_without_being_repeated(address):
    with pytest.raises(LocalValidationError, match="base_url") as caught:
        base_address(address)
    assert "pass" not in str(caught.value)
