"""The clients of the Videos API on real connections, against the mock."""

import asyncio

import pytest

import sora_mock
from sora_conformance.reference import AsyncVideosClient, InvalidRequestError, NotFoundError, VideosClient


@pytest.fixture(scope="module")
def mock():
    with sora_mock.running() as sora:
        yield sora


@pytest.fixture
def sora(mock):
    yield mock
    mock.reset()


def test_the_whole_way_from_a_prompt_to_a_character_and_back(sora, tmp_path):
    clip = tmp_path / "boat.mp4"
    with VideosClient(sora.api_key, sora.openai_base_url + "/") as client:
        made = client.wait(client.create("ein Böötchen", seconds="4", size="1280x720").video_id, every_s=0.02)
        clip.write_bytes(client.download(made.video_id))
        hero = client.create_character("Zoë", clip)
        second = client.create("Zoë rudert", character_ids=hero.character_id)
        remix = client.remix(made.video_id, "im Schnee")
        edit = client.edit(made.video_id, "in Rot")
        longer = client.extend(made.video_id, "weiter", seconds="8")
        known = (made, second, remix, edit, longer)
        assert set(client.list().video_ids) == {each.video_id for each in known}
        page = client.list(limit=1, after=longer.video_id)
        assert page.video_ids == (edit.video_id,)
        assert page.has_more
        assert client.delete(made.video_id) == made.video_id
        with pytest.raises(NotFoundError):
            client.retrieve(made.video_id)
    assert hero.name == "Zoë"
    assert made.fields["prompt"] == "ein Böötchen"
    assert remix.fields["remixed_from_video_id"] == made.video_id


def test_a_picture_is_served_too(sora):
    async def play():
        async with AsyncVideosClient(sora.api_key, sora.openai_base_url) as client:
            made = await client.create("a street")
            await client.wait(made.video_id, every_s=0.02)
            return await client.download(made.video_id, variant="thumbnail")

    assert asyncio.run(play())[8:12] == b"WEBP"


def test_a_clip_that_is_none_is_refused_by_the_server(sora, tmp_path):
    clip = tmp_path / "text.mp4"
    clip.write_text("no video")

    async def play():
        async with AsyncVideosClient(sora.api_key, sora.openai_base_url) as client:
            with pytest.raises(InvalidRequestError) as caught:
                await client.create_character("Ada", clip)
            return caught.value

    assert asyncio.run(play()).status == 400
    sora.journal.assert_called("createVideoCharacter", times=1)


def test_the_environment_says_where_and_as_whom(sora, monkeypatch):
    for name, value in sora.env.items():
        monkeypatch.setenv(name, value)
    with VideosClient() as client:
        assert client.create("a street").video_id.startswith("video_")
