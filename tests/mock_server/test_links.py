"""Signed result links."""

import pytest

from sora_mock.engine.problems import Refused
from sora_mock.links import Links, Named, split_own

NAMED = Named("acct_1", "task_" + "0" * 24)
END = 1_700_000_000_000


def signed(seed=0):
    return Links(seed=seed).sign(NAMED, END).split("?")


def test_a_link_opens_until_its_end():
    path, query = signed()
    assert Links(seed=0).open(path, query, lambda _: END - 1) == NAMED


def test_a_link_past_its_end_says_so():
    with pytest.raises(Refused) as caught:
        Links(seed=0).open(*signed(), lambda _: END)
    assert (caught.value.problem.status, caught.value.problem.code) == (403, "link_expired")


def test_a_link_has_the_extension_of_a_supported_format():
    assert signed()[0].endswith(".mp4")


def test_the_same_seed_gives_the_same_link_and_another_seed_another():
    assert signed(0) == signed(0) != signed(1)


@pytest.mark.parametrize(
    ("path", "query"),
    [
        (lambda path: path.replace("acct_1", "acct_2"), lambda query: query),
        (lambda path: path.replace("task_0", "task_1"), lambda query: query),
        (lambda path: path, lambda query: query.replace("expires=1", "expires=2")),
        (lambda path: path, lambda query: query[:-1] + ("0" if query[-1] != "0" else "1")),
        (lambda path: path, lambda _: ""),
        (lambda path: path, lambda query: query.replace("signature", "sig")),
        (lambda path: path, lambda _: "expires=x&signature=é"),
        (lambda _: "/files/other", lambda query: query),
    ],
    ids=["account", "task", "end", "signature", "no query", "no signature", "nonsense", "path"],
)
def test_a_link_that_was_changed_opens_nothing(path, query):
    good_path, good_query = signed()
    with pytest.raises(Refused) as caught:
        Links(seed=0).open(path(good_path), query(good_query), lambda _: END - 1)
    assert (caught.value.problem.status, caught.value.problem.code) == (403, "link_invalid")


@pytest.mark.parametrize("origin", ["http://127.0.0.1:8000", "https://relay.example"])
def test_an_own_link_is_known_by_its_form_under_any_host(origin):
    path, query = signed()
    assert split_own(f"{origin}{path}?{query}") == (path, query)


@pytest.mark.parametrize(
    "url",
    [
        "https://h/files/a/task_000000000000000000000000.mp4",
        "",
        "https://example.com/a.mp4",
        "https://h/files/x.mp4",
        "http://[/files/",
    ],
)
def test_other_urls_are_not_taken_for_own_links(url):
    assert split_own(url) is None


@pytest.mark.parametrize("end", [END + 1, END + 500, END + 999])
def test_a_link_never_ends_before_what_it_points_to(end):
    links = Links(seed=0)
    assert links.open(*links.sign(NAMED, end).split("?"), lambda _: end - 1) == NAMED
