"""The video host: every source is what its name says."""

import io

import av
import httpx2
import pytest

from sora_conformance.server.videos import CLIPS, VideoHost
from sora_conformance.target import SOURCE_SECONDS, SOURCES


@pytest.fixture(scope="module")
def host():
    with VideoHost() as host:
        yield host


def test_the_sources_have_the_names_that_cases_ask_for():
    assert set(CLIPS) == set(SOURCES) - {"empty"}


@pytest.mark.parametrize(
    ("name", "container", "height"),
    [("video", "mp4", 360), ("mov", "mov", 360), ("webm", "webm", 360), ("avi", "avi", 360), ("tall", "mp4", 1440)],
)
def test_a_source_is_a_video_of_its_kind(host, name, container, height):
    with av.open(io.BytesIO(httpx2.get(host.sources[name]).content)) as clip:
        assert container in clip.format.name
        assert clip.streams.video[0].height == height
        assert clip.duration / av.time_base == pytest.approx(SOURCE_SECONDS, abs=0.3)


def test_a_broken_source_cannot_be_opened(host):
    with pytest.raises(av.error.FFmpegError):
        av.open(io.BytesIO(httpx2.get(host.sources["broken"]).content))


@pytest.mark.parametrize(("name", "status"), [("private", 403), ("missing", 404)])
def test_a_source_that_cannot_be_fetched_says_so(host, name, status):
    assert httpx2.get(host.sources[name]).status_code == status


def test_a_signed_source_needs_its_query(host):
    signed = host.sources["signed"]
    assert httpx2.head(signed).status_code == 200
    assert httpx2.head(signed.partition("?")[0]).status_code == 404
