import asyncio
from io import BytesIO

import httpx
import httpx2
import pytest
from PIL import Image

import sora_mock
from sora_mock import inprocess

OPENAI = "https://api.openai.com/v1"


@pytest.fixture(params=[sora_mock.running, inprocess.double], ids=["served", "in-process"])
def sora(request):
    with request.param() as sora:
        yield sora


@pytest.fixture
def client(sora):
    with httpx2.Client(
        transport=sora.venue.transport(), base_url=sora.openai_base_url, headers=sora.headers, trust_env=False
    ) as client:
        yield client


def test_a_video_is_made_and_watched(sora, client):
    made = client.post("/videos", json={"prompt": "a street", "size": "720x1280"}).json()["id"]
    content = client.get(f"/videos/{made}/content", headers={"accept": "application/binary"})
    assert (content.status_code, content.headers["content-type"]) == (200, "video/mp4")
    assert content.headers["openai-version"] == "2020-10-01"
    assert b"ftyp" in content.content[:16]
    sora.journal.assert_called("createVideo", times=1)
    sora.journal.assert_called("downloadVideo", times=1)


def test_a_part_of_the_content_is_served(client):
    made = client.post("/videos", json={"prompt": "a street"}).json()["id"]
    part = client.get(f"/videos/{made}/content", headers={"range": "bytes=4-7"})
    assert (part.status_code, part.content) == (206, b"ftyp")
    beyond = client.get(f"/videos/{made}/content", headers={"range": "bytes=999999999-"})
    assert (beyond.status_code, beyond.json()["error"]["code"]) == (416, "range_not_satisfiable")
    assert beyond.headers["x-sora-mock-rule"] == "video.content.range"


def test_a_character_is_made_of_what_was_downloaded(client, clip):
    files = {"video": ("a.mp4", clip(), "video/mp4")}
    made = client.post("/videos/characters", data={"name": "Mia"}, files=files).json()
    assert client.get(f"/videos/characters/{made['id']}").json() == made


def test_a_large_upload_is_kept_beyond_its_request(client, clip):
    padding = 400_000
    large = clip(2, "640x480") + padding.to_bytes(4, "big") + b"free" + bytes(padding - 8)
    files = {"video": ("a.mp4", large, "video/mp4")}
    made = client.post("/videos/edits", data={"prompt": "at night"}, files=files).json()
    assert (made["seconds"], made["size"]) == ("2", "640x480")
    assert client.get(f"/videos/{made['id']}/content").content[4:8] == b"ftyp"


def test_a_large_picture_is_looked_into(client):
    noise = BytesIO()
    Image.effect_noise((720, 1280), 80).save(noise, "PNG")
    assert len(noise.getvalue()) > 300_000
    files = {"input_reference": ("a.png", noise.getvalue(), "image/png")}
    assert client.post("/videos", data={"prompt": "a"}, files=files).status_code == 200


def test_the_handle_ends_videos_on_demand(sora, client):
    sora.settings.set(latency="generation=100")
    made = client.post("/videos", json={"prompt": "a street"}).json()["id"]
    assert client.get(f"/videos/{made}").json()["status"] == "queued"
    sora.generations.complete(made)
    assert client.get(f"/videos/{made}").json()["status"] == "completed"


def test_faults_are_put_in_place_for_its_operations(sora, client):
    sora.faults.add("unavailable", operation="listVideos", first=1)
    assert [client.get("/videos").status_code for _ in range(2)] == [503, 200]


@pytest.mark.parametrize("library", [httpx, httpx2], ids=["httpx", "httpx2"])
def test_the_real_hosts_videos_and_models_are_intercepted(library):
    with inprocess.intercept() as sora:
        made = library.post(f"{OPENAI}/videos", json={"prompt": "a"}, headers=sora.headers)
        assert made.status_code == 200
        shown = library.get(f"{OPENAI}/videos/{made.json()['id']}?x=1", headers=sora.headers)
        assert shown.json()["status"] == "completed"
        assert library.get(f"{OPENAI}/models", headers=sora.headers).json()["object"] == "list"
        guide = library.get(f"{OPENAI}/sora/generations/{made.json()['id']}", headers=sora.headers)
        assert guide.json()["object"] == "generation"


def test_other_paths_of_the_real_host_are_not_the_mocks():
    with inprocess.intercept() as sora, pytest.raises(AssertionError, match="below none"):
        httpx2.post(f"{OPENAI}/chat/completions", headers=sora.headers)


def test_an_upload_is_looked_into_without_blocking_the_loop(clip):
    async def made():
        with inprocess.intercept() as sora:
            async with httpx2.AsyncClient() as client:
                files = {"video": ("a.mp4", clip(), "video/mp4")}
                url = f"{OPENAI}/videos/characters"
                return await client.post(url, data={"name": "Mia"}, files=files, headers=sora.headers)

    assert asyncio.run(made()).json()["name"] == "Mia"
