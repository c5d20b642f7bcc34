"""Keys taken out of texts; how evidence is spared them is tried with exchanges."""

import pytest

from sora_conformance.redacting import Redactor


@pytest.mark.parametrize("key", ["k", "sk", "sk-a"])
def test_a_short_key_is_looked_for_as_it_is(key):
    assert Redactor({key: "$KEY"})(f"a {key}, b{key}") == f"a $KEY, b{key}"


def test_an_empty_key_takes_nothing_out():
    assert Redactor({"": "$NOTHING"})("some text") == "some text"
