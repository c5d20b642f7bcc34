"""What holds for both forms of the client."""

import logging
import ssl
import traceback

import httpx2
import pytest

from sora_conformance.reference import (
    AsyncClient,
    BreakerPolicy,
    CircuitOpenError,
    Client,
    InvalidRequestError,
    LibraryError,
    LocalValidationError,
    MissingKeyError,
    ProcessingFailedError,
    ProtocolError,
    RateLimitedError,
    RenderFailedError,
    Retry,
    ServerError,
    SoraError,
    TimedOutError,
    TransportError,
)
from tests.conformance.reference.support import BASE, CHARACTER, KEY, TASK, VIDEO, problem, reply

MADE = reply(body=CHARACTER)
BEGUN = reply(body=TASK)


def failing(client, kind, *args, method="create_from_url"):
    with pytest.raises(kind) as caught:
        getattr(client, method)(*(args or (VIDEO, "5,8")))
    return caught.value


# -- what is sent -----------------------------------------------------------------------------------------------------


def test_a_call_that_succeeds_is_one_request_to_the_whole_address(driven):
    client = driven(MADE)
    assert client.create_from_url(VIDEO, (5, 8)).character_id == "char_a"
    (request,) = client.server.requests
    assert str(request.url) == f"{BASE}/characters"
    assert client.server.bodies == [{"model": "sora-2-character", "url": VIDEO, "timestamps": "5,8"}]
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.headers["content-type"] == "application/json"


def test_every_operation_goes_to_its_path(driven):
    client = driven(MADE, BEGUN, BEGUN)
    client.create_from_task("task_a")
    client.generate(["char_a", "char_b"], "sing", duration=4, resolution="720p")
    client.retrieve("task/ä")
    prefix = "/proxy/v1/sora"
    assert client.server.paths == [
        f"{prefix}/characters",
        f"{prefix}/generations",
        f"{prefix}/generations/task%2F%C3%A4",
    ]
    assert [request.method for request in client.server.requests] == ["POST", "POST", "GET"]


def test_nothing_is_sent_that_can_never_work(driven):
    client = driven(MADE)
    failing(client, LocalValidationError, VIDEO, "8,5")
    failing(client, LocalValidationError, "", method="create_from_task")
    failing(client, LocalValidationError, ["char a"], "sings", method="generate")
    assert client.server.requests == []


@pytest.mark.parametrize(
    ("method", "args"),
    [
        ("create_from_url", (f"https://a/?key={KEY}", "5,8")),
        ("generate", ("char_a", f"says {KEY}")),
        ("retrieve", (KEY,)),
    ],
)
def test_the_key_is_put_into_no_body_and_no_address(driven, method, args):
    client = driven(MADE)
    assert KEY not in str(failing(client, LocalValidationError, *args, method=method))
    assert client.server.requests == []


def test_an_address_that_is_too_long_for_any_is_an_error_of_the_family(driven):
    assert "address" in str(failing(driven(MADE), LocalValidationError, "t" * 70_000, method="retrieve"))


# -- the key and the address ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [Client, AsyncClient])
@pytest.mark.parametrize("key", [None, "", "sk a"])
def test_no_key_is_an_error_at_once(kind, key, monkeypatch):
    monkeypatch.delenv("SORA_API_KEY", raising=False)
    with pytest.raises(MissingKeyError):
        kind(key)


def test_an_empty_key_is_not_made_up_for_by_the_environment(monkeypatch):
    monkeypatch.setenv("SORA_API_KEY", "sk-of-the-environment")
    with pytest.raises(MissingKeyError):
        Client("")


def test_a_key_given_outright_goes_before_the_environment(driven, monkeypatch):
    monkeypatch.setenv("SORA_API_KEY", "sk-of-the-environment")
    for key, sent in ((KEY, KEY), (None, "sk-of-the-environment")):
        client = driven(MADE, key=key)
        client.create_from_task("task_a")
        assert client.server.requests[0].headers["authorization"] == f"Bearer {sent}"


def test_the_address_is_the_given_one_or_the_environments_or_the_guides(monkeypatch):
    monkeypatch.setenv("SORA_BASE_URL", "http://relay.test/v1/sora/")
    for given, used in ((BASE + "/", BASE), (None, "http://relay.test/v1/sora")):
        with Client(KEY, given) as client:
            assert client.base_url == used
    monkeypatch.delenv("SORA_BASE_URL")
    with Client(KEY) as client:
        assert client.base_url == "https://api.openai.com/v1/sora"


@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_the_environments_proxies_are_left_alone_and_certificates_are_checked(kind, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    client = kind(KEY, BASE)
    # The pool is all that there is: no way leads round it.
    assert client._http._mounts == {}
    context = client._http._transport._pool._ssl_context
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert not client._http.follow_redirects


def test_an_option_that_makes_no_sense_is_refused():
    for wrong in ({"timeout_s": 0}, {"max_reply": -1}, {"max_concurrency": 0}, {"connect_s": float("nan")}):
        with pytest.raises(ValueError, match="expected"):
            Client(KEY, **wrong)


# -- trying again -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("method", "args"), [("create_from_url", (VIDEO, "5,8")), ("generate", ("char_a", "walks"))])
def test_a_limited_call_is_tried_again_after_what_was_asked(driven, method, args):
    client = driven(problem(429, retry_after="3"), problem(429, retry_after="2"), reply(body=CHARACTER | TASK))
    getattr(client, method)(*args)
    assert client.pauses == [3.125, 2.125]
    assert len({request.content for request in client.server.requests}) == 1


def test_without_a_word_the_waits_grow_and_the_last_try_ends_at_once(driven):
    client = driven(problem(429, "rate_limit_exceeded"))
    error = failing(client, RateLimitedError)
    assert client.pauses == [0.75, 1.5, 3]
    assert len(client.server.requests) == error.attempts == 4
    assert str(error).startswith("rate limited (429 rate_limit_exceeded)")


def test_an_absurd_wait_is_told_at_once(driven):
    client = driven(problem(429, retry_after="3600"))
    assert failing(client, RateLimitedError).retry_after == 3600
    assert client.pauses == []
    assert len(client.server.requests) == 1


@pytest.mark.parametrize("value", ["soon", "-3", ""])
def test_nonsense_is_survived(driven, value):
    client = driven(problem(429, retry_after=value), MADE)
    client.create_from_url(VIDEO, "5,8")
    assert client.pauses == [0.75]


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_server_that_is_away_is_tried_again(driven, status):
    client = driven(problem(status, retry_after="1"), MADE)
    client.create_from_url(VIDEO, "5,8")
    assert client.pauses == [1.125]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 500])
def test_what_is_refused_is_sent_once(driven, status):
    client = driven(problem(status, message="Not so."))
    error = failing(client, SoraError)
    assert (error.status, error.message) == (status, "Not so.")
    assert len(client.server.requests) == 1
    assert client.pauses == []


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (httpx2.ReadTimeout("t"), TimedOutError),
        (httpx2.WriteTimeout("t"), TimedOutError),
        (httpx2.ReadError("r"), TransportError),
        (httpx2.RemoteProtocolError("r"), TransportError),
    ],
)
def test_a_creation_that_may_have_been_done_is_not_sent_again(driven, raised, kind):
    client = driven(raised, MADE)
    error = failing(client, kind)
    assert error.maybe_done
    assert len(client.server.requests) == 1
    assert error.__cause__ is error.__context__ is None


def test_a_look_is_repeated_after_a_lost_connection(driven):
    client = driven(httpx2.ReadError("reset"), BEGUN)
    assert client.retrieve("task_a").status == "queued"


def test_what_was_never_sent_is_sent_again(driven):
    client = driven(httpx2.ConnectError("refused"), MADE)
    assert client.create_from_url(VIDEO, "5,8").character_id == "char_a"


def test_a_host_that_takes_no_connection_is_a_timeout(driven):
    client = driven(httpx2.ConnectTimeout("t"), MADE)
    assert not failing(client, TimedOutError).maybe_done
    assert len(client.server.requests) == 1


def test_patience_can_be_chosen(driven):
    client = driven(problem(503), retry=Retry(attempts=1))
    failing(client, ServerError)
    assert len(client.server.requests) == 1


# -- replies ----------------------------------------------------------------------------------------------------------


def test_a_redirect_is_not_followed(driven):
    client = driven(reply(307, location="https://evil.test/characters"))
    assert failing(client, ProtocolError).status == 307
    assert len(client.server.requests) == 1


@pytest.mark.parametrize("body", ["<html>", "", '{"character_id": "cha', {"id": "x"}], ids=range(4))
def test_a_success_that_is_none_says_so(driven, body):
    assert failing(driven(reply(200, body)), ProtocolError).status == 200


def test_a_reply_without_end_is_given_up(driven):
    def endless(_):
        return httpx2.Response(200, stream=Chunks(b"x" * 1000))

    client = driven(endless, max_reply=10_000)
    assert "too long" in str(failing(client, ProtocolError))
    assert client.time.now == 1000


def test_a_reply_that_drips_on_is_given_up(driven):
    def dripping(_):
        return httpx2.Response(200, stream=Chunks(b"x", lambda: client.time.sleep(1)))

    client = driven(dripping, timeout_s=60)
    error = failing(client, TimedOutError)
    assert (error.status, error.maybe_done) == (200, True)
    assert client.time.now == pytest.approx(1061)


def test_a_reply_that_breaks_off_is_no_success(driven):
    def broken(_):
        return httpx2.Response(200, stream=Chunks(b"{", fail))

    def fail():
        raise httpx2.RemoteProtocolError(f"incomplete {KEY}")

    client = driven(broken)
    assert KEY not in str(failing(client, ProtocolError))


def test_a_compressed_reply_is_not_unpacked(driven):
    zipped = {"content-encoding": "gzip"}
    client = driven(lambda _: httpx2.Response(200, headers=zipped, stream=Chunks(b"x")))
    assert "compressed" in str(failing(client, ProtocolError))


class Chunks(httpx2.SyncByteStream, httpx2.AsyncByteStream):
    """A body without end: the same piece again and again, and something done after each."""

    def __init__(self, piece, then=lambda: None):
        self.piece, self.then = piece, then

    def __iter__(self):
        while True:
            yield self.piece
            self.then()

    async def __aiter__(self):
        while True:
            yield self.piece
            self.then()


# -- the key stays hidden ---------------------------------------------------------------------------------------------

ECHOES = {
    "in the message": lambda _: problem(401, message=f"bad key {KEY}"),
    "in a page": lambda _: reply(502, f"<html>{KEY}</html>"),
    "in a header": lambda _: problem(400, x_request_id=KEY, x_echo=KEY),
    "in a location": lambda _: reply(302, location=f"https://evil.test/{KEY}"),
    "in half a body": lambda _: reply(200, f'{{"character_id": "{KEY}'),
    "in an id": lambda _: reply(200, {"character_id": KEY}),
    "in a failure": httpx2.ReadError(f"illegal header line: {KEY}"),
}


@pytest.mark.parametrize("name", ECHOES)
def test_no_error_shows_the_key_even_if_the_server_sends_it_back(driven, name, caplog):
    caplog.set_level(logging.DEBUG)
    client = driven(ECHOES[name])
    error = failing(client, SoraError)
    shown = [repr(error), str(error), repr(vars(error)), repr(client.client), repr(client._core), caplog.text]
    shown += traceback.TracebackException.from_exception(error, capture_locals=True).format()
    assert KEY not in "".join(shown)
    assert error.__cause__ is error.__context__ is None


def test_values_do_not_show_it_either(driven):
    client = driven(reply(body=CHARACTER | {"metadata": {"you": KEY}}))
    assert KEY not in repr(client.create_from_url(VIDEO, "5,8"))


# -- the circuit breaker ----------------------------------------------------------------------------------------------


def test_a_server_that_fails_and_fails_is_left_alone_and_tried_again_later(driven):
    client = driven(*[problem(503)] * 5, MADE, breaker=BreakerPolicy(failures=5, rest=30))
    failing(client, ServerError)
    # The fifth failure opens it: the call ends with what the server said, not with another wait.
    assert failing(client, ServerError).attempts == 1
    error = failing(client, CircuitOpenError)
    assert len(client.server.requests) == 5
    assert 0 < error.retry_after <= 30
    client.time.sleep(30)
    assert client.create_from_url(VIDEO, "5,8").character_id == "char_a"
    assert client.create_from_url(VIDEO, "5,8").character_id == "char_a"


def test_what_is_not_the_servers_fault_does_not_open_it(driven):
    client = driven(problem(500, "processing_failed"), breaker=BreakerPolicy(failures=2))
    for _ in range(5):
        failing(client, ProcessingFailedError)


# -- waiting and batches ----------------------------------------------------------------------------------------------


def task(status, **fields):
    return reply(body=TASK | {"status": status, **fields})


def test_a_task_is_looked_at_until_it_is_completed(driven):
    client = driven(task("queued"), task("in_progress"), task("completed", video_url="http://a/b.mp4"))
    assert client.wait("task_a", every_s=2).video_url == "http://a/b.mp4"
    assert client.pauses == [2, 2]


@pytest.mark.parametrize("status", ["failed", "expired"])
def test_a_task_without_a_video_is_an_error_that_has_it(driven, status):
    client = driven(task(status, error={"message": "No."}))
    error = failing(client, RenderFailedError, "task_a", method="wait")
    assert (error.task.status, error.message) == (status, f"task_a is {status}: No.")


def test_a_task_is_not_waited_for_without_end(driven):
    client = driven(task("in_progress"))
    with pytest.raises(TimedOutError, match="task_a is in_progress after 10 s"):
        client.wait("task_a", every_s=4, within_s=10)
    assert sum(client.pauses) <= 10


def test_a_batch_begins_with_one_small_render(driven):
    client = driven(BEGUN, task("completed"), *[reply(body={"task_id": f"task_{n}"}) for n in range(2)])
    batch = client.batch("char_a", ["sings", "rests"])
    prompts = [(body["prompt"], body["duration"], body["resolution"]) for body in client.server.bodies]
    assert prompts == [("@char_a sings", 4, "480p"), ("@char_a sings", 10, "1080p"), ("@char_a rests", 10, "1080p")]
    assert batch.task_ids == ("task_0", "task_1")
    assert batch.test.completed


def test_a_batch_whose_test_fails_goes_no_further(driven):
    client = driven(BEGUN, task("failed"))
    failing(client, RenderFailedError, "char_a", ["sings", "rests"], method="batch")
    assert len(client.server.requests) == 2


def test_a_failure_in_a_batch_loses_no_other(driven):
    client = driven(task("completed"), reply(body={"id": "task_0"}), problem(400), reply(body={"id": "task_2"}))
    batch = client.batch(["char_a"], ["one", "two", "three"])
    assert batch.task_ids == ("task_0", "task_2")
    assert [type(result.error) for result in batch.results] == [type(None), InvalidRequestError, type(None)]
    assert [result.scenario for result in batch.results] == ["one", "two", "three"]


@pytest.mark.parametrize("scenarios", [[], ["one", ""]], ids=["none", "an empty one"])
def test_a_batch_is_checked_as_a_whole_before_anything_is_sent(driven, scenarios):
    client = driven(BEGUN)
    failing(client, LocalValidationError, "char_a", scenarios, method="batch")
    assert client.server.requests == []


# -- the library ------------------------------------------------------------------------------------------------------


def test_a_named_character_is_made_once(driven, tmp_path):
    client = driven(MADE, library=tmp_path / "characters.json")
    create = client.over(client.client.library.create)
    first = create("hero", VIDEO, "5,8")
    assert create("hero", VIDEO, "5,8") == first
    assert client.client.library.get("hero") == first
    assert len(client.server.requests) == 1
    assert (first.character_id, first.source) == ("char_a", {"url": VIDEO, "timestamps": "5,8"})


def test_a_name_can_stand_for_a_character_of_a_task(driven, tmp_path):
    client = driven(MADE, library=str(tmp_path / "characters.json"))
    made = client.over(client.client.library.create_from_task)("hero", "task_a")
    assert (made.mention, made.source) == ("@char_a", {"from_task": "task_a"})


def test_the_id_is_on_the_disk_before_anything_else_happens(driven, tmp_path):
    file = tmp_path / "characters.json"
    client = driven(MADE, problem(500), library=file)
    create = client.over(client.client.library.create)
    create("hero", VIDEO, "5,8")
    with pytest.raises(ServerError):
        create("villain", VIDEO, "5,8")
    assert "char_a" in file.read_text()
    assert KEY not in file.read_text()
    assert client.client.library.get("villain") is None


def test_no_character_is_made_that_could_not_be_written_down(driven, tmp_path):
    client = driven(MADE, library=tmp_path / "nowhere" / "characters.json")
    with pytest.raises(LibraryError):
        client.over(client.client.library.create)("hero", VIDEO, "5,8")
    assert client.server.requests == []


def test_a_client_without_a_library_says_so(driven):
    with pytest.raises(LibraryError, match="library=FILE"):
        _ = driven(MADE).client.library
