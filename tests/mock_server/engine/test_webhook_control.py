"""What a webhook must be like."""

from base64 import b64encode

import pytest

from sora_mock.engine.commands import AddWebhook, RemoveWebhooks
from sora_mock.engine.webhook_control import MAX_WEBHOOKS
from tests.mock_server.engine.support import an_account, refused, run

URL = "http://127.0.0.1:1/hook"
SECRET = "whsec_" + b64encode(b"k" * 24).decode()


@pytest.mark.parametrize("url", [URL, "https://example.com", "http://[::1]:8080/a?b=c", "HTTP://a.test/"])
def test_an_address_that_can_be_posted_to_is_taken(url):
    account = an_account()
    assert run(account, AddWebhook(url=url, secret=SECRET)).outcome is None
    (webhook,) = account.webhooks.values()
    assert (webhook.url, webhook.secret, webhook.events) == (url, SECRET, ("video.completed", "video.failed"))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "a.test/hook",
        "ftp://a.test/",
        "http://",
        "http:///hook",
        "http://a.test:0/",
        "http://a.test:x/",
        "http://a.test:70000/",
        "http://[::1/",
        "http://user:pw@a.test/",
        "http://a.test/a b",
        "http://a.test/\n",
        "http://a.test/" + "a" * 2048,
    ],
)
def test_what_cannot_be_posted_to_is_refused_without_repeating_it(url):
    account = an_account()
    problem = refused(account, AddWebhook(url=url))
    assert (problem.status, problem.param) == (400, "url")
    assert "expected an http or https url" in problem.message
    assert "pw" not in problem.message
    assert account == an_account()


@pytest.mark.parametrize(
    "secret", ["", "hunter2!", "whsec_", "whsec_hunter2!", "whsec_abc", SECRET.removeprefix("whsec_"), SECRET * 4]
)
def test_a_secret_of_another_form_is_refused_and_not_repeated(secret):
    problem = refused(an_account(), AddWebhook(url=URL, secret=secret))
    assert (problem.status, problem.param) == (400, "secret")
    assert "expected whsec_ and the base64 of 1 to 64 bytes" in problem.message
    assert "hunter2" not in problem.message


def test_a_webhook_for_nothing_is_refused():
    problem = refused(an_account(), AddWebhook(url=URL, events=()))
    assert "expected some of video.completed, video.failed, found none" in problem.message


def test_a_secret_is_made_from_the_seed():
    secrets = []
    for seed in (0, 0, 1):
        account = an_account(seed=seed)
        run(account, AddWebhook(url=URL))
        run(account, AddWebhook(url=URL))
        secrets.append([webhook.secret for webhook in account.webhooks.values()])
    assert secrets[0] == secrets[1]
    assert len({*secrets[0], *secrets[2]}) == 4
    assert run(an_account(), AddWebhook(url=URL, secret=secrets[0][0])).outcome is None


def test_an_account_has_a_bounded_number_of_webhooks():
    account = an_account()
    for _ in range(MAX_WEBHOOKS):
        run(account, AddWebhook(url=URL))
    problem = refused(account, AddWebhook(url=URL))
    assert (problem.status, len(account.webhooks)) == (409, MAX_WEBHOOKS)


def test_a_webhook_that_there_is_not_cannot_be_taken_away():
    account = an_account()
    run(account, AddWebhook(url=URL))
    problem = refused(account, RemoveWebhooks("hook_0"))
    assert (problem.status, len(account.webhooks)) == (404, 1)
    assert run(an_account(), RemoveWebhooks()).events == ()
