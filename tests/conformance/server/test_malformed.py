"""Messages that are not valid HTTP."""

import pytest
from httptools import HttpParserError, HttpRequestParser

from sora_conformance.server.malformed import MESSAGES, Place

PLACE = Place(
    task=b"/v1/sora/generations/task_x",
    characters=b"/v1/sora/characters",
    headers=(b"Host: localhost", b"Authorization: Bearer sk-a"),
)


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.name)
def test_a_strict_parser_refuses_it(message):
    with pytest.raises(HttpParserError):
        HttpRequestParser(object()).feed_data(message.data(PLACE))


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.name)
def test_nobody_has_to_wait_for_more(message):
    assert message.data(PLACE).count(b"\r\n\r\n") >= 1


@pytest.mark.parametrize("data", [PLACE.look(), PLACE.send(b"{}", b"Content-Length: 2")])
def test_what_it_is_made_of_is_valid(data):
    HttpRequestParser(object()).feed_data(data)
