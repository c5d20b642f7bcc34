"""Whether two refusals can be told apart."""

import json

from sora_conformance.exchanges import Exchange, Sent
from sora_conformance.server.likeness import told_apart, traits


def reply(body, *, status=404, request="req_1"):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = (("content-type", "application/json"), ("x-request-id", request))
    return Exchange(sent=Sent(method="GET", url="http://localhost/"), status=status, headers=headers, body=content)


def said(name, message="Task not found: {}", **more):
    about = {name: value for name, value in more.items() if name in {"status", "request"}}
    rest = {name: value for name, value in more.items() if name not in about}
    return reply({"error": {"message": message.format(name), "code": "task_not_found"}, **rest}, **about)


KNOWN = [(said("task_1"), "task_1"), (said("task_2", request="req_2"), "task_2")]


def test_the_id_that_was_asked_for_tells_nothing():
    assert told_apart(said("task_3"), "task_3", KNOWN) == []


def test_the_name_of_the_exchange_tells_nothing():
    known = [(said(name, "{} " + request, request=request), name) for name, request in (("a", "r1"), ("b", "r2"))]
    assert told_apart(said("c", "{} r3", request="r3"), "c", known) == []


def test_other_words_tell():
    (finding,) = told_apart(said("task_3", "Task not found: {} is another account's"), "task_3", KNOWN)
    assert finding.startswith("body/error/message: expected 'Task not found: …'")


def test_another_status_tells():
    assert told_apart(said("task_3", status=403), "task_3", KNOWN) == [
        "status: expected 404 as for one that does not exist, found 403"
    ]


def test_a_field_more_or_less_tells():
    assert len(told_apart(said("task_3", owner="x"), "task_3", KNOWN)) == 1
    assert len(told_apart(reply({"error": {"code": "task_not_found"}}), "task_3", KNOWN)) == 1


def test_what_differs_between_unknown_ones_tells_nothing():
    known = [(said("task_1", at=1), "task_1"), (said("task_2", at=2), "task_2")]
    assert told_apart(said("task_3", at=3), "task_3", known) == []


def test_bodies_that_are_no_json_are_compared_as_text():
    known = [(reply(b"no task_1"), "task_1")]
    assert told_apart(reply(b"no task_3"), "task_3", known) == []
    assert len(told_apart(reply(b"not yours: task_3"), "task_3", known)) == 1


def test_a_reply_may_be_nested_without_end():
    assert "body" in traits(reply(b'{"a":' * 5000 + b"1" + b"}" * 5000), "x")


def test_empty_lists_and_objects_are_traits():
    assert traits(reply({"a": [], "b": {}}), "x") | {"body/a": [], "body/b": {}} == traits(
        reply({"a": [], "b": {}}), "x"
    )
