"""Where no client should go: each trap writes down who came, and tells whose it is."""

import json
import os
import socket
import ssl

import httpx2
import pytest

from sora_conformance.client import blackhole
from sora_conformance.client.arrivals import Place
from sora_conformance.client.blackhole import Blackhole
from sora_conformance.client.stage import Stage
from tests.conformance.client.staging import BODY, call, connected, read, request, script, settled, until


@pytest.fixture(scope="module")
def stage():
    with Stage() as stage:
        yield stage
    assert stage.errors == []


@pytest.fixture
def seat(stage):
    with stage.open(script({})) as seat, stage.open(script({})) as other:
        yield seat
        assert other.arrivals == ()
    assert stage.errors == []


def test_the_video_is_there_for_who_looks(seat):
    reply = call(seat.video_url, method="GET", body=b"", key=seat.key)
    assert (reply.status, reply.getheader("content-type")) == (200, "video/mp4")
    (arrival,) = settled(seat)
    assert (arrival.place, arrival.method, arrival.path) == (Place.VIDEO, "GET", "/source.mp4")
    assert seat.key in arrival.header("authorization")


def test_the_video_s_headers_are_there_for_who_asks(seat):
    reply = call(seat.video_url, method="HEAD", body=b"", key=seat.key)
    assert (reply.status, reply.getheader("content-length"), reply.data) == (200, "24", b"")
    (arrival,) = settled(seat)
    assert (arrival.place, arrival.method) == (Place.VIDEO, "HEAD")


def test_who_follows_a_redirect_to_another_host_succeeds_and_is_seen(stage):
    step = {"status": 307, "headers": {"location": "{elsewhere}/v1/sora/characters?a=1"}}
    with stage.open(script(step)) as seat, httpx2.Client(trust_env=False, follow_redirects=True) as client:
        reply = client.post(f"{seat.base_url}/characters", content=BODY)
        first, second = settled(seat, 2)
    assert (first.place, first.status) == (Place.STAGE, 307)
    assert (second.place, second.path, second.query) == (Place.ELSEWHERE, "/v1/sora/characters", "a=1")
    assert second.answered == reply.json()["character_id"]


def test_another_host_is_one_by_name(seat):
    assert seat.elsewhere.startswith("http://localhost:")
    assert seat.base_url.startswith("http://127.0.0.1:")


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
def test_localhost_is_both_of_its_addresses(stage, family):
    if family == socket.AF_INET6:
        try:
            socket.create_server(("::1", 0), family=family).close()
        except OSError:
            pytest.skip("no ::1 here")
    host = {socket.AF_INET: "127.0.0.1", socket.AF_INET6: "[::1]"}[family]
    assert call(stage.elsewhere_url.replace("localhost", host), target="/").status == 200


def test_a_proxy_is_told_by_the_address_that_it_is_asked_for(stage, seat):
    target = f"{seat.base_url}/characters?a=1"
    assert call(stage.proxy_url, target=target).status == 502
    (arrival,) = settled(seat)
    assert (arrival.place, arrival.path, arrival.query) == (Place.PROXY, f"{seat.base_url}/characters", "a=1")


def test_a_proxy_that_is_to_connect_is_told_by_its_user(seat):
    with httpx2.Client(proxy=seat.proxy_url, trust_env=False) as client, pytest.raises(httpx2.ProxyError, match="502"):
        client.post("https://api.example.test/v1/sora/characters", json={})
    (arrival,) = settled(seat)
    assert (arrival.place, arrival.method, arrival.path) == (Place.PROXY, "CONNECT", "api.example.test:443")
    assert (arrival.case, arrival.status) == (seat.token, 502)


def test_a_connect_without_a_user_is_a_stray(stage, seat):
    before = len(stage.strays)
    headers = "Proxy-Authorization: Basic %%%\r\n"
    assert call(stage.proxy_url, method="CONNECT", target="a.test:443", body=b"", headers=headers).status == 502
    assert stage.strays[before].path == "a.test:443"
    assert seat.arrivals == ()


@pytest.mark.parametrize("where", ["key", "body"])
def test_a_canary_is_found_wherever_it_stands(stage, seat, where):
    changed = {"key": seat.key} if where == "key" else {"body": json.dumps({"key": seat.key}).encode()}
    assert call(stage.elsewhere_url, target="/v1/sora/characters", **changed).status == 200
    (arrival,) = settled(seat)
    assert (arrival.place, arrival.case, arrival.path) == (Place.ELSEWHERE, seat.token, "/v1/sora/characters")


# -- TLS --------------------------------------------------------------------------------------------------------------


def test_a_client_that_verifies_sends_nothing(stage, seat):
    with httpx2.Client(trust_env=False) as client, pytest.raises(httpx2.ConnectError, match="CERTIFICATE_VERIFY"):
        client.post(f"{stage.https_url(seat)}/characters", json={})
    assert seat.wait_quiet(0.01, 10)
    assert seat.arrivals == ()


def context(stage, how):
    if how == "careless":
        found = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        found.check_hostname, found.verify_mode = False, ssl.CERT_NONE
        return found
    found = ssl.create_default_context(cafile=stage.ca_file)
    found.verify_flags |= ssl.VERIFY_X509_STRICT
    return found


@pytest.mark.parametrize("how", ["careless", "trusting the authority"])
def test_whoever_talks_all_the_same_is_seen(stage, seat, how):
    with httpx2.Client(verify=context(stage, how), trust_env=False) as client:
        for _ in range(2):
            assert client.post(f"{stage.https_url(seat)}/characters", content=BODY).status_code == 200
    arrivals = settled(seat, 2)
    assert all(arrival.secure and arrival.place is Place.STAGE for arrival in arrivals)
    assert arrivals[0].path == "/v1/sora/characters"


@pytest.mark.parametrize("manner", ["hang", "reset", "truncate"])
def test_manners_are_the_same_with_tls(stage, manner):
    with (
        stage.open(script({"manner": manner})) as seat,
        connected(seat.https_url) as plain,
        context(stage, "careless").wrap_socket(plain) as connection,
    ):
        connection.sendall(request(seat.https_url))
        if manner == "hang":
            until(lambda seat: seat._performing, seat)
            connection.close()
        elif manner == "reset":
            connection.settimeout(None)
            # Beneath TLS: the library shows a reset as an end.
            with pytest.raises(ConnectionResetError):
                list(iter(lambda: os.read(connection.fileno(), 4096), b""))
        else:
            assert b"char" in b"".join(iter(lambda: connection.recv(4096), b""))
        (arrival,) = settled(seat)
    assert arrival.abandoned is (manner == "hang")
    assert (arrival.status is None) is (manner != "truncate")


# -- the black hole ---------------------------------------------------------------------------------------------------


def test_no_connection_comes_about_in_the_black_hole(stage, seat):
    url = stage.blackhole_url(seat)
    if url is None:
        pytest.skip("this system has no such thing")
    assert url.endswith(f"/x/{seat.token}/v1/sora")
    assert stage.blackhole_url(seat) == url
    with httpx2.Client(timeout=0.02, trust_env=False) as client, pytest.raises(httpx2.ConnectTimeout):
        client.post(url)
    assert seat.arrivals == ()


def test_where_connections_come_about_all_the_same_there_is_none(monkeypatch, stage, seat):
    monkeypatch.setattr(blackhole.select, "select", lambda *_: ([], [1], []))
    with Blackhole() as hole:
        assert hole.port is None


def test_a_keep_alive_of_a_trap_is_kept(seat):
    with connected(seat.video_url) as connection:
        for _ in range(2):
            connection.sendall(request(seat.video_url, method="GET", body=b""))
            assert read(connection).status == 200
    settled(seat, 2)
