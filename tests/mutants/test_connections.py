"""Variants whose difference only a connection shows."""

import select
import socket
from urllib.parse import urlsplit

import httpx2
import pytest

from tests.mutants.benign import BENIGN
from tests.mutants.craft import Wrapped, fresh_mock, settled
from tests.mutants.protocol import Spoken
from tests.mutants.registry import MUTANTS
from tests.mutants.serving import serving
from tests.mutants.talk import CHARACTER, CLIP

KEY = {"authorization": "Bearer sk-alice"}


def named(kind, variants=MUTANTS):
    return [variant for variant in variants if isinstance(variant.app(), kind)]


def ranged(app):
    """Return what a request for ten bytes of a video is answered with."""
    with serving(app) as url, httpx2.Client(base_url=url, headers=KEY) as client:
        task = client.post("/generations", json=CLIP).json()["id"]
        reply = client.get(f"/generations/{task}/content", headers={"range": "bytes=0-9"})
        return reply.status_code, reply.headers.get("content-range"), len(reply.content)


def disturbed(app):
    """Return how what is no HTTP is answered, and whether the next request is."""
    with serving(app) as url:
        parts = urlsplit(url)
        with socket.create_connection((parts.hostname, parts.port)) as line:
            line.sendall(b"\x16\x03\x01 no HTTP\r\n\r\n")
            heard = line.recv(12) if select.select([line], [], [], 0.3)[0] else None
        try:
            after = httpx2.get(url + "/nowhere").status_code
        except httpx2.HTTPError:
            after = None
        return heard, after


@pytest.mark.parametrize("mutant", named(Wrapped), ids=lambda mutant: mutant.name)
def test_a_mutant_of_ranges_differs_from_the_reference(mutant):
    assert ranged(fresh_mock())[0] == 206
    assert ranged(mutant.app()) != ranged(fresh_mock())


@pytest.mark.parametrize("mutant", named(Spoken), ids=lambda mutant: mutant.name)
def test_a_mutant_of_http_differs_from_the_reference(mutant):
    assert disturbed(fresh_mock()) == (b"HTTP/1.1 400", 404)
    assert disturbed(mutant.app()) != (b"HTTP/1.1 400", 404)


def heads(app):
    """Return the bytes of a reply as they come."""
    with serving(app) as url:
        parts = urlsplit(url)
        with socket.create_connection((parts.hostname, parts.port)) as line:
            line.sendall(b"GET /v1/sora/characters HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
            return b"".join(iter(lambda: line.recv(4096), b""))


@pytest.mark.parametrize("benign", named((Wrapped, Spoken), BENIGN), ids=lambda benign: benign.name)
def test_a_benign_variant_of_http_differs_from_the_reference(benign):
    if benign.name not in {"connection-closed", "in-two-pieces"}:  # which show on an open line, or not at all
        assert heads(benign.app()) != heads(fresh_mock())


@pytest.mark.parametrize("benign", BENIGN, ids=lambda benign: benign.name)
def test_a_benign_variant_serves(benign):
    with serving(benign.app()) as url, httpx2.Client(base_url=url, headers=KEY) as client:
        character = client.post("/characters", json=CHARACTER).json()["character_id"]
        task = client.post("/generations", json=CLIP | {"prompt": f"@{character} runs"}).json()
        assert task["characters"] == [character]
        clock = url.replace("/v1/sora", "/_mock/accounts/self/clock")
        assert client.post(clock, json={"advance": 90}).status_code == 200
        assert client.get(f"/generations/{task['id']}").json()["status"] == "completed"
        made = client.post("/characters", json={"model": "sora-2-character", "from_task": task["task_id"]})
        assert made.json()["metadata"]["source"]["task_id"] == task["task_id"]
        assert client.post("/characters", json={}).json()["error"]["code"] == "missing_required_parameter"


def test_a_body_that_stops_is_given_up_soon():
    with serving(settled(body_seconds=0.05)()) as url:
        parts = urlsplit(url)
        with socket.create_connection((parts.hostname, parts.port)) as line:
            head = b"POST /v1/sora/characters HTTP/1.1\r\nhost: x\r\nauthorization: Bearer a\r\n"
            line.sendall(head + b"content-type: application/json\r\ncontent-length: 9\r\n\r\n{")
            assert line.recv(12) == b"HTTP/1.1 408"
