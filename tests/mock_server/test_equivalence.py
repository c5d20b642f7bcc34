"""Over a socket and without one, the mock is the same: to any calls, faults and moves of time it replies alike."""

import json
from contextlib import suppress

import httpx2
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, rule

import sora_mock
from sora_mock import ManualClock, Settings
from sora_mock.engine.effects import NAMED
from sora_mock.inprocess import Stage
from sora_mock.keys import OpenKeys
from sora_mock.local import LocalServer
from sora_mock.scenarios import names
from tests.mock_server.support import VIDEO

OF_THE_TRANSPORT = {"date", "connection", "server", "x-request-id"}
OPERATIONS = ("createCharacter", "createGeneration", "retrieveGeneration", "downloadGeneration", "downloadResult")

bodies = st.fixed_dictionaries(
    {"model": st.sampled_from(["sora-2-character", "sora-2", "sora-3"])},
    optional={
        "url": st.sampled_from([VIDEO, f"{VIDEO}?status=403", "ftp://x", 7]),
        "timestamps": st.sampled_from(["5,8", "8,5", "0,0.5", " 1,2"]),
        "timestamp": st.just("5,8"),
    },
)
methods = st.sampled_from(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
paths = st.sampled_from(
    ["", "/", "/characters", "/characters/", "/characters/char_1", "/generations", "/characterz?x=1", "/%67enerations"]
)
ranges = st.sampled_from([None, "bytes=0-9", "bytes=-5", "bytes=5-4", "bytes=999999-", "lines=1-2"])
preferences = st.one_of(st.none(), st.sampled_from([*NAMED, "no-such-fault"]))


class Neither(RuleBasedStateMachine):
    """Plays everything twice, and compares."""

    tasks = Bundle("tasks")
    links = Bundle("links")
    count = 0

    def __init__(self):
        super().__init__()
        # Each run has an account of its own on the two mocks, which all runs share: a server is dear.
        Neither.count += 1
        key = f"sk-{Neither.count}"
        self.played = [sora_mock.Sora(venue, key, caller=OpenKeys().caller(key)) for venue in VENUES]
        for sora in self.played:
            sora.clock.freeze()

    def teardown(self):
        for sora in self.played:
            sora.reset()
            sora.close()

    def ask(self, method, path, **options):
        """Return what both reply, which is the same."""
        double, served = self.played
        told = _outcome(double, method, path, timeout=5, **options)
        # Over the wire, only what never comes is waited for, and not for long.
        patience = 0.02 if told == ("ReadTimeout", "timed out") else 30
        assert _outcome(served, method, path, timeout=patience, **options) == told
        return told

    @rule(prefer=preferences)
    def create_good_character(self, prefer):
        self.create_character({"model": "sora-2-character", "url": VIDEO, "timestamps": "5,8"}, prefer)

    @rule(body=bodies, prefer=preferences)
    def create_character(self, body, prefer):
        self.ask("POST", "/characters", json=body, headers=_headers(prefer))

    @rule(content=st.sampled_from([b"", b"{", b"[]", b"\xff", b"null", b'{"model": 1}']), typed=st.booleans())
    def send_nonsense(self, content, typed):
        self.ask("POST", "/characters", content=content, headers={"content-type": "application/json"} if typed else {})

    @rule(target=tasks, prompt=st.sampled_from(["a street", "storm", "@char_000000000000000000000000"]))
    def create_generation(self, prompt):
        clip = {"model": "sora-2", "prompt": prompt, "duration": 1, "resolution": "480p"}
        outcome = self.ask("POST", "/generations", json=clip)
        return _field(outcome, "id") or "task_unknown"

    @rule(target=links, task=tasks, method=st.sampled_from(["GET", "HEAD"]), prefer=preferences)
    def retrieve(self, task, method, prefer):
        outcome = self.ask(method, f"/generations/{task}", headers=_headers(prefer))
        return _field(outcome, "video_url") or "/files/nobody/task_0.mp4?expires=1&signature=x"

    @rule(task=tasks, method=st.sampled_from(["GET", "HEAD"]), part=ranges)
    def download(self, task, method, part):
        self.ask(method, f"/generations/{task}/content", headers=_headers(None, part))

    @rule(link=links, method=methods, part=ranges)
    def follow(self, link, method, part):
        self.ask(method, link, headers=_headers(None, part))

    @rule(method=methods, path=paths, key=st.sampled_from([None, "", "Basic x", "Bearer sk-revoked-1"]))
    def stray(self, method, path, key):
        self.ask(method, path, headers={} if key is None else {"authorization": key})

    @rule(
        effect=st.sampled_from(list(NAMED)),
        operation=st.one_of(st.none(), st.sampled_from(OPERATIONS)),
        after=st.integers(0, 2),
        first=st.integers(1, 2),
        probability=st.sampled_from([None, 0.5]),
    )
    def add_fault(self, effect, operation, after, first, probability):
        told = set()
        for sora in self.played:
            try:
                told.add(
                    sora.faults.add(effect, operation=operation, after=after, first=first, probability=probability)
                )
            except ValueError as error:
                told.add(str(error))
        assert len(told) == 1

    @rule()
    def clear_faults(self):
        for sora in self.played:
            sora.faults.clear()

    @rule(seconds=st.sampled_from([0.5, 61, 90_000]))
    def advance(self, seconds):
        for sora in self.played:
            sora.clock.advance(seconds)

    @rule(speed=st.sampled_from([0, 1_000_000]))
    def set_speed(self, speed):
        # Nothing between: what is waited for is waited for really.
        for sora in self.played:
            sora.clock.speed(speed)

    @rule(milliseconds=st.sampled_from([1, 40]))
    def tick(self, milliseconds):
        for clock in CLOCKS:
            clock.advance(milliseconds)

    @rule(scenario=st.sampled_from(names()))
    def play(self, scenario):
        told = set()
        for sora in self.played:
            refusal = ""
            try:
                sora.scenario.start(scenario)
            except ValueError as error:
                refusal = str(error)
            told.add((refusal, sora.scenario.playing))
        assert len(told) == 1

    @rule()
    def end_scenarios(self):
        for sora in self.played:
            sora.scenario.stop()

    @rule(latency=st.sampled_from(["instant", "documented", "generation=1..5"]), limit=st.integers(1, 3))
    def configure(self, latency, limit):
        for sora in self.played:
            sora.settings.set(latency=latency, creations_per_minute=limit)


def _headers(prefer, part=None):
    headers = {} if prefer is None else {"prefer": f"fault={prefer}"}
    return headers if part is None else headers | {"range": part}


def _outcome(sora, method, path, **options):
    try:
        answer = sora.client.request(method, path, **options)
    except httpx2.TransportError as error:
        return type(error).__name__, str(error)
    headers = sorted((name, value) for name, value in answer.headers.multi_items() if name not in OF_THE_TRANSPORT)
    return answer.status_code, headers, answer.content


def _field(outcome, name):
    try:
        return json.loads(outcome[2]).get(name) if outcome[0] == 200 else None
    except (ValueError, AttributeError):
        return None


VENUES: list = []
CLOCKS = (ManualClock(), ManualClock())


@pytest.fixture(scope="module")
def _venues():
    served = LocalServer(Settings(seed=4), clock=CLOCKS[0])
    # Links name the host that was asked; both are asked at the same address.
    double = Stage(Settings(seed=4), clock=CLOCKS[1], origin=served.origin)
    # One shelf for both: this is about what is sent, not about what an encoder makes of the same clip twice.
    double.desk.understudy._shelf = served.desk.understudy._shelf
    VENUES[:] = [double, served]
    yield
    double.close()
    served.close()


@pytest.mark.usefixtures("_venues")
def test_a_socket_makes_no_difference():
    Neither.TestCase.settings = settings(max_examples=60, stateful_step_count=25)
    Neither.TestCase("runTest").runTest()


@pytest.mark.usefixtures("_venues")
@pytest.mark.parametrize("effect", NAMED)
def test_a_socket_makes_no_difference_to_any_fault(effect):
    pair = Neither()
    task = pair.create_generation("a street")
    link = pair.retrieve(task, "GET", None)
    pair.download(task, "GET", None)
    pair.create_character({"model": "sora-2-character", "url": VIDEO, "timestamps": "5,8"}, effect)
    pair.create_character({"model": "sora-2-character", "url": VIDEO, "timestamps": "8,5"}, effect)
    for sora in pair.played:
        with suppress(ValueError):
            sora.faults.add(effect)
    for method in ("GET", "HEAD"):
        pair.retrieve(task, method, None)
        for part in (None, "bytes=2-99"):
            pair.download(task, method, part)
            pair.follow(link, method, part)
    pair.teardown()
