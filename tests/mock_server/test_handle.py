"""The handle: what a test can do to its account, on a server in a thread and without a socket alike."""

import httpx2
import pytest

import sora_mock
from sora_mock import ManualClock, Policy, Settings, inprocess
from sora_mock.engine.effects import LatencyEffect
from sora_mock.engine.faults import Fault, Match
from sora_mock.engine.scenario import Scenario
from sora_mock.journal import MAX_ENTRIES
from sora_mock.wire import Reply, Request
from tests.mock_server.support import CHARACTER, CLIP


@pytest.fixture(params=["running", "inprocess"])
def play(request):
    """Return a function that gives the handle of a new mock; every one is closed at the end."""
    opened = []

    def start(settings=None, **options):
        if request.param == "inprocess":
            opened.append(inprocess.double(settings, **options))
        else:
            opened.append(sora_mock.running(settings, **options).start())
        return opened[-1]

    yield start
    for handle in opened:
        handle.close()


@pytest.fixture
def sora(play):
    return play(clock=ManualClock())


def create(sora, **changes):
    return sora.client.post("/characters", json=CHARACTER | changes)


def test_the_clients_are_ready(sora):
    assert create(sora).status_code == 200
    assert sora.httpx_client.post("/characters", json=CHARACTER).status_code == 200
    assert sora.client is sora.client


def test_the_environment_leads_clients_here(sora):
    assert sora.base_url.endswith("/v1/sora")
    assert sora.openai_base_url == sora.base_url.removesuffix("/sora")
    assert sora.relay_base_url == sora.base_url.removesuffix("/v1/sora") + "/sora/v1"
    assert sora.env == {
        "SORA_BASE_URL": sora.base_url,
        "SORA_API_KEY": sora.api_key,
        "OPENAI_BASE_URL": sora.base_url.removesuffix("/sora"),
        "OPENAI_API_KEY": sora.api_key,
    }


def test_a_relays_character_is_made_where_the_handle_says(sora):
    made = sora.client.post(f"{sora.relay_base_url}/characters", json={"url": CHARACTER["url"], "timestamps": "5,8"})
    assert made.json()["username"].startswith("cameo.")
    video = sora.client.post(f"{sora.openai_base_url}/videos", json={"prompt": f"@{made.json()['username']} waves"})
    (shown,) = sora.client.get(f"/generations/{video.json()['id']}").json()["characters"]
    assert shown.removeprefix("char_") == made.json()["id"].removeprefix("ch_")


def test_a_handle_does_not_show_its_key(sora):
    assert sora.api_key not in repr(sora)
    assert sora.account not in sora.api_key


def test_the_third_creation_fails(sora):
    sora.faults.add("processing-failed", operation="createCharacter", after=2, first=1)
    assert [create(sora).status_code for _ in range(4)] == [200, 200, 500, 200]


def test_faults_are_listed_and_taken_away(sora):
    first = sora.faults.add("unavailable", url="https://a.test/*", name="a")
    second = sora.faults.add({"type": "problem", "code": "bad_gateway"}, method="POST", path="*/generations")
    third = sora.faults.add(LatencyEffect(seconds="1"), prompt="*storm*", every=2, probability=0.5, start=1, end=2)
    whole = sora.faults.add(Fault(effect="hang", match=Match(operation="retrieveGeneration"), name="whole"))
    assert [view.name for view in sora.faults.list()] == [first, second, third, whole]
    sora.faults.remove("a")
    assert [view.name for view in sora.faults.list()] == [second, third, whole]
    sora.faults.clear()
    assert sora.faults.list() == []


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({"effect": "hagn"}, "hang"),
        ({"effect": "hang", "operation": "createCharcter"}, "createCharcter"),
        ({"effect": "hang", "after": -1}, "when.after"),
        ({"effect": "hang", "probability": 2}, "when.probability"),
        ({"effect": {"type": "problem", "code": "nonsense"}}, "nonsense"),
    ],
)
def test_a_fault_that_cannot_be_is_a_value_error(sora, fault, message):
    with pytest.raises(ValueError, match=message):
        sora.faults.add(**fault)
    assert sora.faults.list() == []


def test_an_error_that_comes_when_all_is_done_leaves_two_characters_for_who_tries_again(sora):
    sora.faults.add("server-error-done", operation="createCharacter", first=1)
    assert [create(sora).status_code for _ in range(2)] == [500, 200]
    first, second = sora.journal.entries(operation="createCharacter")
    made = {first.withheld["body"]["character_id"], second.reply["character_id"]}
    assert len(made) == 2
    for name in made:
        clip = sora.client.post("/generations", json=CLIP | {"prompt": f"@{name} waves."})
        assert clip.json()["characters"] == [name]
    assert (first.status, second.withheld) == (500, None)
    assert "-> 500; faults fault-1; withheld 200; rule fault" in sora.journal.report()


def test_time_can_be_moved(sora):
    start = sora.clock.now
    sora.clock.advance(90.5)
    assert sora.clock.now == start + 90.5
    with pytest.raises(ValueError, match="advance"):
        sora.clock.advance(-1)


def test_time_can_be_frozen_and_sped_up(play):
    clock = ManualClock()
    sora = play(clock=clock)
    start = sora.clock.now
    sora.clock.freeze()
    clock.advance(1000)
    assert sora.clock.now == start
    sora.clock.speed(10)
    clock.advance(1000)
    assert sora.clock.now == start + 10
    sora.clock.unfreeze()
    clock.advance(1000)
    assert sora.clock.now == start + 11


def test_knobs_are_set_and_given_back(sora):
    sora.settings.set(creations_per_minute=1, max_span=3, seed=5)
    assert (sora.settings.policy.creations_per_minute, sora.settings.policy.max_span) == (1, 3.0)
    assert [create(sora).status_code for _ in range(2)] == [200, 429]
    sora.settings.set(max_span=None)
    assert sora.settings.policy.max_span is None
    sora.settings.unset("creations_per_minute")
    assert sora.settings.policy == Policy()
    with pytest.raises(ValueError, match="creations_per_hour"):
        sora.settings.set(creations_per_hour=1)


def test_scenarios_play(sora, tmp_path):
    sora.scenario.start("brownout")
    own = tmp_path / "own.toml"
    own.write_text('name = "own"\nsummary = "Nothing works."\n[[fault]]\neffect = "unavailable"\n')
    sora.scenario.start(own)
    sora.scenario.start(Scenario(name="value", summary="A value."))
    assert sora.scenario.playing == ("brownout", "own", "value")
    sora.scenario.stop("brownout")
    assert create(sora).status_code == 503
    sora.scenario.stop()
    assert sora.scenario.playing == ()
    assert create(sora).status_code == 200
    with pytest.raises(ValueError, match="brownout"):
        sora.scenario.start("brown-out")


def test_a_character_can_be_had_without_a_request(sora):
    character = sora.make_character()
    clip = sora.finished_clip("Look, a hat.", characters=[character])
    assert clip["prompt"] == f"Look, a hat. @{character}"
    assert sora.client.post("/generations", json=CLIP | {"prompt": f"@{character}"}).status_code == 200
    assert create(sora, url=clip["video_url"], timestamps="0,1").status_code == 200
    assert sora.make_character(from_task=clip["id"]) != character
    with pytest.raises(ValueError, match="Processing failed"):
        sora.make_character(url="https://videos.sora-mock.test/x.mp4?status=404")
    with pytest.raises(ValueError, match="char_nobody"):
        sora.finished_clip("@char_nobody0000000000000000")


def test_props_cost_nothing_of_the_rate_limit_and_leave_no_trace(sora):
    sora.settings.set(creations_per_minute=2)
    assert create(sora).status_code == 200
    for _ in range(5):
        sora.make_character()
    assert [create(sora).status_code for _ in range(2)] == [200, 429]
    assert len(sora.journal.entries()) == 3


def test_a_finished_clip_is_the_task_that_the_contract_shows(play):
    sora = play(Settings(policy=Policy()), clock=ManualClock())
    sora.settings.set(latency="documented")
    clip = sora.finished_clip(duration=3, resolution="720p")
    assert clip["status"] == "completed"
    assert sora.client.get(f"/generations/{clip['id']}").json() == clip


def test_tasks_end_on_demand(sora):
    sora.settings.set(latency="documented")
    first, second = (sora.client.post("/generations", json=CLIP).json()["id"] for _ in range(2))
    assert sora.generations.complete(first)["status"] == "completed"
    assert sora.generations.fail(second)["status"] == "failed"
    assert sora.generations.expire(first)["status"] == "expired"
    with pytest.raises(ValueError, match=second):
        sora.generations.complete(second)


def test_calls_are_values(sora):
    create(sora)
    call = sora.journal.last
    assert (call.operation, call.method, call.path, call.status) == (
        "createCharacter",
        "POST",
        "/v1/sora/characters",
        200,
    )
    assert call.body == CHARACTER
    assert call.reply["object"] == "character"
    assert call.headers["authorization"] == "[redacted]"
    assert sora.api_key not in repr(call)


def test_calls_are_found_by_what_they_were(sora):
    create(sora)
    create(sora, timestamps="8,5")
    sora.client.get("/generations/task_1")
    assert [call.status for call in sora.journal.entries(operation="createCharacter")] == [200, 400]
    assert [call.operation for call in sora.journal.entries(status=404)] == ["retrieveGeneration"]
    assert len(sora.journal.entries(status="4xx", method="POST", path="/v1/sora/characters")) == 1
    with pytest.raises(ValueError, match="createCharacter, createGeneration"):
        sora.journal.entries(operation="create_character")


def test_nothing_called_has_no_last_call(sora):
    with pytest.raises(LookupError, match="nothing"):
        _ = sora.journal.last
    assert "Nothing was called" in sora.journal.report()


def test_calls_are_asserted(sora):
    sora.journal.assert_not_called()
    create(sora)
    sora.journal.assert_called("createCharacter")
    sora.journal.assert_called("createCharacter", times=1, status=200)
    sora.journal.assert_called("createGeneration", times=0)
    sora.journal.assert_not_called("createGeneration")
    with pytest.raises(AssertionError, match="no call of createCharacter; found 1 call"):
        sora.journal.assert_not_called("createCharacter")
    with pytest.raises(AssertionError, match="3 times with status 200; found 1 call"):
        sora.journal.assert_called("createCharacter", times=3, status=200)


def test_a_failed_assertion_tells_what_was_called_instead_and_what_was_meant(sora):
    sora.client.post("/character", json=CHARACTER)
    create(sora, timestamps=None, timestamp="5,8", note=f"my key is {sora.api_key}")
    with pytest.raises(AssertionError) as failure:
        sora.journal.assert_called("createCharacter", status=200)
    text = str(failure.value)
    assert "expected createCharacter to be called at least once with status 200; found no calls" in text
    assert "POST /v1/sora/character -> 404" in text
    assert "Did you mean /v1/sora/characters?" in text
    assert "Field timestamp: did you mean timestamps?" in text
    assert sora.api_key not in text


def crowd(sora, count=MAX_ENTRIES):
    """Let others be so busy that the journal forgets what was before."""

    def record():
        for _ in range(count):
            sora.venue.desk.journal.record(
                Request(method="GET", path="/", headers={}),
                Reply(status=200),
                real=0,
                virtual=0,
                account="crowd",
                operation=None,
            )

    sora.venue.call(record)


@pytest.mark.parametrize("times", [0, 1, 2])
def test_calls_are_not_counted_when_some_are_forgotten(sora, times):
    create(sora)
    crowd(sora)
    create(sora)
    with pytest.raises(
        AssertionError, match=r"(?s)found 1 call among those still remembered.* may have been forgotten"
    ):
        sora.journal.assert_called("createCharacter", times=times)


def test_a_call_that_is_remembered_was_made_whatever_is_forgotten(sora):
    crowd(sora)
    create(sora)
    sora.journal.assert_called("createCharacter")


def test_a_call_that_is_missing_may_be_forgotten(sora):
    create(sora)
    crowd(sora)
    with pytest.raises(AssertionError, match="up to 1 call may have been forgotten"):
        sora.journal.assert_called("createCharacter")
    with pytest.raises(AssertionError, match="up to 1 call may have been forgotten"):
        sora.journal.assert_not_called()


def test_calls_are_counted_in_a_full_journal_that_has_them_all(sora):
    crowd(sora)
    sora.journal.clear()
    create(sora)
    sora.journal.assert_called("createCharacter", times=1)
    assert "forgotten" not in sora.journal.report()


def test_calls_are_counted_when_others_were_forgotten_on_purpose(sora):
    crowd(sora, 3)
    create(sora)
    sora.venue.call(lambda: sora.venue.desk.reset("crowd"))
    sora.journal.assert_called("createCharacter", times=1)


def test_a_report_keeps_to_the_latest_calls(sora):
    for _ in range(25):
        sora.client.get("/generations/task_1")
    report = sora.journal.report()
    assert "the latest 20 of 25" in report
    assert report.count("GET ") == 20


def test_long_bodies_are_cut_in_a_report(sora):
    sora.client.post("/generations", json=CLIP | {"prompt": "x" * 1000})
    assert "characters)" in sora.journal.report()
    assert len(sora.journal.report()) < 1500


def test_the_journal_begins_anew_when_it_is_cleared(sora):
    create(sora)
    sora.journal.clear()
    assert sora.journal.entries() == []
    create(sora)
    assert len(sora.journal.entries()) == 1


def test_the_journal_of_a_handle_begins_with_it_and_shows_no_other_account(sora):
    create(sora)
    neighbour = {"Authorization": "Bearer sk-neighbour"}
    sora.client.post("/characters", json=CHARACTER, headers=neighbour)
    sora.client.post("/nowhere", headers=neighbour)
    assert len(sora.journal.entries()) == 1


def test_reset_forgets_all_of_the_account(sora):
    first = create(sora).json()["character_id"]
    sora.faults.add("unavailable")
    sora.clock.advance(5)
    sora.settings.set(max_span=1)
    sora.reset()
    assert sora.faults.list() == []
    assert sora.journal.entries() == []
    assert sora.settings.policy == Policy()
    assert create(sora).json()["character_id"] == first


def test_a_closed_door_needs_the_right_key(play, tmp_path):
    keys = tmp_path / "keys.toml"
    keys.write_text('[accounts.studio]\nkeys = ["sk-studio"]\ntier = 2')
    assert play(Settings(keys=keys), api_key="sk-studio").account == "studio"
    with pytest.raises(ValueError, match="API key"):
        _ = play(Settings(keys=keys)).account


def test_a_state_file_is_kept(play, tmp_path):
    settings = Settings(state=tmp_path / "state.db")
    first = play(settings)
    character = first.make_character()
    first.close()
    clip = play(settings).finished_clip(characters=[character])
    assert clip["characters"] == [character]


def test_closing_may_be_repeated(play):
    sora = play()
    create(sora)
    sora.close()
    sora.close()


def test_a_handle_closes_its_clients_with_its_block(play):
    with play() as sora:
        create(sora)
        client = sora.client
    assert client.is_closed


def test_errors_of_the_network_are_httpx2s_own(sora):
    sora.faults.add("reset")
    with pytest.raises(httpx2.ReadError):
        create(sora)
