"""What is known of a video without fetching it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sora_mock.engine.problems import Refused
from sora_mock.engine.source import SourceVideo, defect, describe

MAGIC = "https://videos.sora-mock.test/hero.mp4"


def test_any_url_is_a_reachable_minute_at_1080p():
    assert describe("https://example.com/watch?v=1") == SourceVideo(seconds=60, height=1080, status=200)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.com/a.MP4", "mp4"),
        ("https://example.com/a.webm?sig=x.avi", "webm"),
        ("https://example.com/a.b/clip", None),
        ("https://example.com/.mp4", None),
        ("https://example.com/", None),
        ("https://example.com/clip.v1.mkv", "mkv"),
    ],
)
def test_the_extension_tells_the_format(url, expected):
    assert describe(url).format == expected


def test_the_query_of_the_magic_host_is_the_description():
    assert describe(MAGIC + "?length=12.5&height=2160&status=403&characters=2&decode=fail") == SourceVideo(
        seconds=12.5, height=2160, status=403, characters=2, decodable=False, format="mp4"
    )


def test_the_same_query_elsewhere_means_nothing():
    assert describe("https://example.com/a.mp4?status=403").status == 200


@pytest.mark.parametrize(
    "query",
    ["length=abc", "length=0", "length=-1", "length=inf", "length=nan", "height=0", "height=1.5", "status=99"]
    + ["status=600", "characters=-1", "decode=maybe", "decode=", "colour=red", "length="]
    + ["status=2_0_0", "status=%20200", "status=+200", "status=%2B200", "characters=%D9%A2", "height=%EF%BC%97"]
    + ["length=1e1", "length=1_0", "length=%205", "length=.5", "length=5.", "length=%D9%A2", "length=86401"]
    + ["length=" + "9" * 5000, "height=" + "9" * 5000],
)
def test_a_description_of_no_video_is_refused_with_its_name(query):
    with pytest.raises(Refused) as caught:
        describe(f"{MAGIC}?{query}")
    assert caught.value.problem.code == "invalid_url"
    assert query.partition("=")[0] in caught.value.problem.message


@pytest.mark.parametrize(
    "url",
    ["", "clip.mp4", "/clip.mp4", "//host/clip.mp4", "ftp://host/clip.mp4", "file:///clip.mp4", "http://", "https:clip"]
    + [
        "http://[::1",
        "http://host:port/",
        "http://host:99999/",
        "http://ho st/a",
        "http://host/a b",
        "http://host/\x00",
    ]
    + ["javascript:alert(1)", "http://host/" + "a" * 9000, "http:///path"],
)
def test_what_is_no_absolute_http_address_is_refused(url):
    with pytest.raises(Refused) as caught:
        describe(url)
    assert (caught.value.problem.status, caught.value.problem.code) == (400, "invalid_url")


@given(st.text())
def test_every_text_is_described_or_refused(text):
    try:
        assert describe(text).status == 200
    except Refused as refused:
        assert refused.problem.code == "invalid_url"


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"status": 403}, "character.source.reachable"),
        ({"status": 302}, "character.source.reachable"),
        ({"format": "avi"}, "character.source.format"),
        ({"decodable": False}, "character.source.decodable"),
        ({"height": 1081}, "character.source.resolution"),
        ({"characters": 0}, "character.source.character-present"),
    ],
)
def test_each_defect_fails_the_processing_by_its_own_rule(changes, rule):
    problem = defect(SourceVideo(**changes))
    assert problem is not None
    assert (problem.status, problem.code, problem.rule) == (500, "processing_failed", rule)
    assert problem.message.startswith("Processing failed")


@pytest.mark.parametrize("name", ["mp4", "mov", "webm", None])
def test_a_video_within_the_limits_has_no_defect(name):
    assert defect(SourceVideo(format=name, height=1080, characters=3, status=206)) is None


def test_the_longest_length_is_told():
    with pytest.raises(Refused) as caught:
        describe(f"{MAGIC}?length=86401")
    assert "seconds above 0, at most 86400" in caught.value.problem.message
