"""Webhooks in the hands of a test."""

import pytest

import sora_mock
from sora_mock import inprocess


@pytest.fixture
def sora():
    with sora_mock.running() as handle:
        yield handle


def test_webhooks_are_added_listed_and_deleted(sora):
    first = sora.webhooks.add("http://127.0.0.1:1/a", secret="whsec_a2V5", events=["video.failed"])
    second = sora.webhooks.add("http://127.0.0.1:1/b")
    assert (first.secret, first.events) == ("whsec_a2V5", ("video.failed",))
    assert [one.id for one in sora.webhooks.list()] == [first.id, second.id]
    sora.webhooks.delete(first.id)
    assert [one.url for one in sora.webhooks.list()] == ["http://127.0.0.1:1/b"]
    sora.webhooks.delete()
    assert sora.webhooks.list() == []


def test_a_webhook_that_cannot_be_is_told(sora):
    with pytest.raises(ValueError, match="'url': expected an http or https url"):
        sora.webhooks.add("a.test")
    with pytest.raises(ValueError, match=r"not events of webhooks: .*'video\.done'"):
        sora.webhooks.add("http://a.test/", events=["video.done"])
    with pytest.raises(ValueError, match="hook_0"):
        sora.webhooks.delete("hook_0")


def test_a_mock_without_a_socket_says_that_it_sends_nothing():
    with inprocess.double() as sora, pytest.raises(ValueError, match="expected a mock that is served"):
        sora.webhooks.add("http://127.0.0.1:1/")
    assert sora.webhooks.list() == []
