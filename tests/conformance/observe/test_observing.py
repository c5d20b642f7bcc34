import sys

from sora_conformance.observe.observing import Terms, environment, observe
from tests.conformance.observe.test_command import CLIENT

KEY = "sk-observing-0123456789"


def observed(code, **changes):
    return observe(Terms(command=(sys.executable, "-c", CLIENT + code), **changes))


def test_an_environment_is_the_callers_with_a_mock_in_it(monkeypatch):
    monkeypatch.setenv("SORA_API_KEY", "sk-real")
    monkeypatch.setenv("OPENAI_BASE_URL", "https://real.test/v1")
    monkeypatch.setenv("COLOUR", "blue")
    found = environment("http://127.0.0.1:9", KEY)
    assert found["COLOUR"] == "blue"
    assert (found["SORA_BASE_URL"], found["SORA_API_KEY"]) == ("http://127.0.0.1:9/v1/sora", KEY)
    assert (found["OPENAI_BASE_URL"], found["OPENAI_API_KEY"]) == ("http://127.0.0.1:9/v1", KEY)
    assert "sk-real" not in found.values()


def test_a_proxy_for_the_world_is_none_for_the_mock(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "intern.test")
    monkeypatch.delenv("no_proxy", raising=False)
    found = environment("http://127.0.0.1:9", KEY)
    assert found["NO_PROXY"] == "intern.test,127.0.0.1,localhost"
    assert found["no_proxy"] == "127.0.0.1,localhost"


def test_a_character_whose_id_never_arrived_is_known_and_so_is_the_one_that_took_its_place():
    result = observed(
        """
body = json.dumps({"model": "sora-2-character", "url": "https://a.test/a.mp4", "timestamps": "1,3"}).encode()
headers = {"authorization": "Bearer " + os.environ["SORA_API_KEY"], "content-type": "application/json"}
url = os.environ["SORA_BASE_URL"] + "/characters"
try:
    urllib.request.urlopen(urllib.request.Request(url, body, {**headers, "prefer": "fault=reset"}))
except OSError:
    create()
"""
    )
    assert result.run.characters == 2
    assert len(result.drill.orphans) == len(result.drill.duplicates) == 1
    assert result.drill.duplicates[0].id == result.drill.orphans[0]


def test_a_mock_that_is_gone_by_the_end_leaves_nothing_to_judge():
    result = observed(
        """
create()
import signal
parent = os.getppid()
for pid in filter(str.isdigit, os.listdir("/proc")):
    try:
        stat = open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()
        words = open(f"/proc/{pid}/cmdline").read()
    except OSError:
        continue
    if int(stat[1]) == parent and "sora_mock" in words and int(pid) != os.getpid():
        os.kill(int(pid), signal.SIGKILL)
"""
    )
    assert result.summary.exit_code == 3
    assert result.run.lead.startswith("the mock does not say what it holds")


def test_the_name_of_a_run_is_its_command():
    result = observed("create()")
    assert result.run.target.startswith(sys.executable)
    assert len(result.run.target) <= 200
    assert result.run.calls == 1


VIDEO = """
def video(prefer=""):
    body = json.dumps({"prompt": "A boat", "seconds": "4"}).encode()
    headers = {"authorization": "Bearer " + os.environ["OPENAI_API_KEY"], "content-type": "application/json"}
    url = os.environ["OPENAI_BASE_URL"] + "/videos"
    return urllib.request.urlopen(urllib.request.Request(url, body, {**headers, "prefer": prefer}))
"""


def test_a_command_is_judged_in_the_dialect_that_it_speaks():
    result = observed(VIDEO + "video()")
    assert (result.run.dialect, result.contract.dialect) == ("openai", "openai")
    assert (result.run.generations, result.run.characters, result.summary.exit_code) == (1, 0, 0)


def test_a_command_is_judged_in_the_dialect_that_is_named():
    result = observed(VIDEO + "video()", dialect="guide")
    assert (result.run.dialect, result.summary.exit_code) == ("guide", 4)


def test_a_video_that_was_made_twice_is_known():
    result = observed(
        VIDEO
        + """
try:
    video("fault=reset")
except OSError:
    video()
"""
    )
    assert result.drill.duplicates[0].id == result.drill.orphans[0]
    assert result.drill.orphans[0].startswith("video_")
