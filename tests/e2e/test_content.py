"""The bytes of a clip, by key and by signed link: whole, in part, or as a head only."""

import pytest
import requests

from tests.e2e.calling import Answer, assert_refused


def fetched(method, address, headers=None) -> Answer:
    """Fetch an address without a key."""
    with requests.request(method, address, headers=headers, timeout=60) as response:
        return Answer(
            response.status_code,
            {name.lower(): value for name, value in response.headers.items()},
            response.content,
        )


@pytest.fixture(params=["content", "link"])
def fetch(request, caller):
    """Return a function that fetches the same clip, by key or by link."""
    task_id = caller.task()
    if request.param == "content":
        return lambda method, **headers: caller.call(method, f"/generations/{task_id}/content", headers=headers)
    address = caller.generation(task_id)["video_url"]
    return lambda method, **headers: fetched(method, address, headers)


@pytest.fixture
def clip(fetch):
    return fetch("GET").body


def test_the_whole_clip_is_an_mp4(fetch):
    answer = fetch("GET")
    assert (answer.status, answer.headers["content-type"]) == (200, "video/mp4")
    assert int(answer.headers["content-length"]) == len(answer.body)
    assert answer.body[4:8] == b"ftyp"
    assert answer.headers["accept-ranges"] == "bytes"


def test_a_head_is_the_same_without_the_bytes(fetch, clip):
    answer = fetch("HEAD")
    assert (answer.status, answer.body) == (200, b"")
    assert (answer.headers["content-type"], answer.headers["content-length"]) == ("video/mp4", str(len(clip)))


@pytest.mark.parametrize(
    ("wanted", "part"), [("0-9", slice(0, 10)), ("10-10", slice(10, 11)), ("100-", slice(100, None))]
)
def test_a_range_is_answered_with_exactly_its_bytes(fetch, clip, wanted, part):
    answer = fetch("GET", Range=f"bytes={wanted}")
    assert (answer.status, answer.body) == (206, clip[part])
    first, last, _ = part.indices(len(clip))
    assert answer.headers["content-range"] == f"bytes {first}-{last - 1}/{len(clip)}"


def test_a_suffix_range_is_answered_with_the_last_bytes(fetch, clip):
    answer = fetch("GET", Range="bytes=-16")
    assert (answer.status, answer.body) == (206, clip[-16:])


def test_the_parts_of_a_clip_make_the_whole(fetch, clip):
    middle = len(clip) // 2
    first, second = (fetch("GET", Range=f"bytes={span}") for span in (f"0-{middle - 1}", f"{middle}-"))
    assert first.body + second.body == clip


def test_a_range_beyond_the_end_is_refused_in_the_contracts_shape(fetch, clip):
    answer = fetch("GET", Range=f"bytes={len(clip)}-")
    assert_refused(answer, 416, "range_not_satisfiable")
    assert answer.headers["content-range"] == f"bytes */{len(clip)}"
    assert answer.headers["x-request-id"]


@pytest.mark.parametrize(
    "wanted", ["lines=1-2", "bytes=5-2", "bytes=x", "bytes=", "nonsense", "bytes=" + "9" * 5000 + "-"]
)
def test_a_range_that_says_nothing_is_as_good_as_none(fetch, clip, wanted):
    answer = fetch("GET", Range=wanted)
    assert (answer.status, answer.body) == (200, clip)


def test_a_range_is_kept_to_while_the_clip_is_the_same(fetch, clip):
    tag = fetch("HEAD").headers["etag"]
    assert fetch("GET", **{"Range": "bytes=0-3", "If-Range": tag}).status == 206


def test_a_range_of_another_version_is_answered_with_the_whole_clip(fetch, clip):
    answer = fetch("GET", **{"Range": "bytes=0-3", "If-Range": '"another"'})
    assert (answer.status, answer.body) == (200, clip)


def test_content_needs_a_key(caller):
    answer = fetched("GET", f"{caller.url}/generations/{caller.task()}/content")
    assert_refused(answer, 401, "invalid_api_key")


@pytest.mark.parametrize(
    "query", ["", "?expires=9999999999", "?expires=x&signature=x", "?signature=%ff%00", "?" + "&" * 999]
)
def test_a_link_without_its_signature_opens_nothing(caller, query):
    address = caller.generation(caller.task())["video_url"].partition("?")[0] + query
    assert_refused(fetched("GET", address), 403, "link_invalid")


def test_a_link_of_another_task_opens_nothing(caller):
    one, other = (caller.generation(caller.task())["video_url"].partition("?") for _ in range(2))
    assert_refused(fetched("GET", f"{one[0]}?{other[2]}"), 403, "link_invalid")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_a_link_can_only_be_read(caller, method):
    answer = fetched(method, caller.generation(caller.task())["video_url"])
    assert_refused(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == "GET, HEAD"


@pytest.mark.parametrize("form", ["path only", "other scheme", "with a space"])
def test_a_link_that_is_no_address_is_no_source(victim, form):
    task = victim.generation(victim.task())
    path = task["video_url"].removeprefix(victim.url.removesuffix("/v1/sora"))
    url = {"path only": path, "other scheme": "ftp://localhost" + path, "with a space": task["video_url"] + " "}[form]
    answer = victim.post("/characters", {"model": "sora-2-character", "url": url, "timestamps": "0,1"})
    assert_refused(answer, 400, "invalid_url", "url")
