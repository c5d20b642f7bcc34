"""HEAD beside GET."""

import pytest

from sora_conformance.budget import NotJudged
from sora_conformance.exchanges import Exchange, Failure, Sent
from sora_conformance.server.probes_task import answered_alike


def reply(status=200, kind="application/json", body=b"", failure=None):
    sent = Sent(method="GET", url="http://localhost/")
    return Exchange(sent=sent, status=status, headers=(("content-type", kind),), body=body, failure=failure)


GOT = reply(body=b"{}")


def test_head_is_get_without_the_body():
    assert answered_alike(GOT, reply()) == []


@pytest.mark.parametrize("headed", [reply(404), reply(405), reply(kind="text/plain"), reply(body=b"{}")])
def test_any_other_answer_is_told(headed):
    assert len(answered_alike(GOT, headed)) == 1


def test_without_an_answer_to_get_nothing_can_be_said():
    with pytest.raises(NotJudged):
        answered_alike(reply(None, failure=Failure.TIMEOUT), reply())
