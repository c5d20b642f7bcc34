import gc
import logging

import pytest

from sora_conformance.reference.hush import LOGGERS, Hush
from sora_conformance.reference.secret import Secret
from tests.conformance.reference.support import KEY


class Owner:
    pass


def filters():
    return [len(logging.getLogger(name).filters) for name in LOGGERS]


@pytest.mark.parametrize("name", LOGGERS)
def test_the_key_is_hidden_in_the_logs_of_the_library(name, caplog):
    caplog.set_level(logging.DEBUG)
    owner = Owner()
    hush = Hush(Secret(KEY), owner=owner)
    logging.getLogger(name).debug("reply headers: %r and %s", [(b"x-echo", KEY.encode())], "others")
    logging.getLogger(name).debug("nothing of %s", "note")
    hush.end()
    assert caplog.messages == ["reply headers: [(b'x-echo', b'[key]')] and others", "nothing of note"]


def test_it_ends_with_its_owner():
    gc.collect()
    before = filters()
    owner, other = Owner(), Owner()
    hush = Hush(Secret(KEY), owner=owner)
    Hush(Secret(KEY), owner=other)
    hush.end()
    hush.end()
    del other
    gc.collect()
    assert filters() == before
