"""Links and videos: the parts that need no server."""

import pytest

from sora_conformance.server.playback import Played
from sora_conformance.server.probes_result import alterations, as_asked_for, is_address

LINK = "https://a.example/files/task_1.mp4"


@pytest.mark.parametrize(
    ("query", "altered"),
    [
        (
            "expires=99&signature=abcd",
            {"signature": "expires=99&signature=ab0d", "time of expiry": "expires=100&signature=abcd"},
        ),
        ("raw&Signature=abc", {"signature": "raw&Signature=a0c"}),
        ("X-Amz-SignedHeaders=host&X-Amz-Signature=00", {"signature": "X-Amz-SignedHeaders=host&X-Amz-Signature=01"}),
        ("t=longest-of-all&n=1", {"signature": "t=longes0-of-all&n=1"}),
        ("sig=%2F%2F0%2F", {"signature": "sig=%2F%2F1%2F"}),
        ("", {}),
        ("flag", {}),
    ],
)
def test_a_link_is_altered_in_its_query_only(query, altered):
    found = alterations(f"{LINK}?{query}" if query else LINK)
    assert {about: link.removeprefix(LINK + "?") for about, link in found.items()} == altered


@pytest.mark.parametrize("link", [LINK, "http://127.0.0.1:8000/x", "http://[::1]/x"])
def test_an_absolute_address_is_one(link):
    assert is_address(link)


@pytest.mark.parametrize("link", [None, 5, "", "/files/x", "ftp://a.example/x", "http://", "http://[x/"])
def test_anything_else_is_no_address(link):
    assert not is_address(link)


@pytest.mark.parametrize(
    ("length", "height", "number"),
    [(2.0, 480, 0), (2.5, 480, 0), (2.6, 480, 1), (1.4, 480, 1), (2.0, 720, 1), (9.0, 1, 2)],
)
def test_a_video_is_as_asked_for(length, height, number):
    assert len(as_asked_for(Played(length=length, height=height, frames=8))) == number
