"""The video in parts: the parts that need no server."""

import pytest

from sora_conformance.exchanges import Exchange, Sent
from sora_conformance.server.probes_content import Part, parts_of

WHOLE = bytes(range(200))


def reply(body, lies, status=206):
    headers = () if lies is None else (("content-range", lies),)
    return Exchange(sent=Sent(method="GET", url="http://localhost/"), status=status, headers=headers, body=body)


@pytest.mark.parametrize("length", [2, 3, 99, 200, 10_000])
def test_parts_lie_within_the_video(length):
    for part in parts_of(length):
        assert 0 <= part.first <= part.last < length


def test_a_part_is_exactly_what_was_asked_for():
    part = Part("bytes=5-9", 5, 9)
    assert part.findings(reply(WHOLE[5:10], "bytes 5-9/200"), WHOLE) == []
    assert part.findings(reply(WHOLE[5:10], "bytes 5-9/*"), WHOLE) == []


@pytest.mark.parametrize(
    "exchange",
    [
        reply(WHOLE, None, status=200),
        reply(WHOLE[5:10], None),
        reply(WHOLE[5:11], "bytes 5-10/200"),
        reply(WHOLE[5:10], "bytes 5-9/100"),
        reply(WHOLE[5:11], "bytes 5-9/200"),
        reply(WHOLE[6:11], "bytes 5-9/200"),
    ],
)
def test_any_other_part_is_told(exchange):
    assert len(Part("bytes=5-9", 5, 9).findings(exchange, WHOLE)) == 1
