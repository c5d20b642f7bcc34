"""A drill from start to end: a client in another language, against a mock that plays a storm of rate limits."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.e2e.serving import SECONDS, clean_environment

EXAMPLE = Path(__file__).parents[2] / "examples" / "node"
OLDEST = 20


@pytest.fixture
def node():
    """Return the path of a node that can run the example, or skip the test."""
    path = shutil.which("node")
    if path is None:
        pytest.skip("node is not on this machine")
    version = subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    if int(version.removeprefix("v").partition(".")[0]) < OLDEST:
        pytest.skip(f"node {version} is too old: the example needs {OLDEST}")
    return path


def run(node, **variables):
    return subprocess.run(
        [node, "--test", "--test-reporter=tap"],
        cwd=EXAMPLE,
        env=clean_environment(**variables),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def outcome(result):
    """Return how many of the example's tests passed, failed and were skipped."""
    found = dict(re.findall(r"^# (pass|fail|skipped) (\d+)$", result.stdout, re.MULTILINE))
    return int(found["pass"]), int(found["fail"]), int(found["skipped"])


def test_a_client_that_keeps_calm_comes_through_a_storm_of_rate_limits(node, serve):
    mock = serve("--scenario", "rate-limit-storm")
    result = run(node, SORA_BASE_URL=mock.url)
    assert result.returncode == 0, result.stdout
    assert outcome(result) == (6, 0, 0), result.stdout


def test_the_example_says_what_it_misses_when_there_is_no_mock(node):
    result = run(node)
    assert result.returncode == 0, result.stdout
    assert outcome(result) == (1, 0, 5), result.stdout
