"""The client of the Videos API for asyncio.

Owns its operations. How a program is performed is the driver's business.
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from sora_conformance.reference import video_calls, videos
from sora_conformance.reference.async_driver import AsyncDriver
from sora_conformance.reference.homes import VIDEOS
from sora_conformance.reference.uploads import upload_of
from sora_conformance.reference.values import Video, VideoCharacter, VideoPage


class AsyncVideosClient(AsyncDriver):
    """A client of the Videos API for one event loop; close it, or use it in an `async with` block.

        async with AsyncVideosClient() as client:               # OPENAI_API_KEY and OPENAI_BASE_URL
            video = await client.create("A paper boat sails down a gutter after the rain")
            await client.wait(video.video_id)
            content = await client.download(video.video_id)

    It is the VideosClient in all else. A call that is cancelled ends at once and sends nothing more; what it had sent
    may have been done.
    """

    _home = VIDEOS

    async def create(
        self,
        prompt: str,
        *,
        seconds: str = "4",
        size: str = "720x1280",
        model: str = "sora-2",
        character_ids: str | Sequence[str] = (),
    ) -> Video:
        """Ask for a video; at most two characters appear in it, where the prompt has their names."""
        call = video_calls.creation(prompt, seconds=seconds, size=size, model=model, character_ids=character_ids)
        return await self._run(videos.video(self._core, call))

    async def create_character(self, name: str, video: Path | str) -> VideoCharacter:
        """Make a character of a clip, which is the path of an MP4 file; best are 2 to 4 s."""
        call = video_calls.character_creation(name, await asyncio.to_thread(upload_of, video))
        return await self._run(videos.create_character(self._core, call))

    async def remix(self, video_id: str, prompt: str) -> Video:
        """Ask for another video like a completed one, with what the prompt says is to be different."""
        return await self._run(videos.video(self._core, video_calls.remix(video_id, prompt)))

    async def edit(self, video_id: str, prompt: str) -> Video:
        """Ask for a changed version of a completed video."""
        return await self._run(videos.video(self._core, video_calls.edit(video_id, prompt)))

    async def extend(self, video_id: str, prompt: str, *, seconds: str) -> Video:
        """Ask for a completed video to go on for so many seconds."""
        return await self._run(videos.video(self._core, video_calls.extension(video_id, prompt, seconds=seconds)))

    async def retrieve(self, video_id: str) -> Video:
        """Look at a video."""
        return await self._run(videos.video(self._core, video_calls.retrieval(video_id)))

    async def wait(self, video_id: str, *, every_s: float = 5.0, within_s: float = 600.0) -> Video:
        """Look at a video until it is completed. Raises RenderFailedError, and TimedOutError after `within_s`."""
        return await self._run(videos.wait(self._core, video_id, every_s=every_s, within_s=within_s))

    async def list(self, *, limit: int | None = None, after: str | None = None) -> VideoPage:
        """Look at a page of videos, the newest first; `after` is the id of the last one of the page before."""
        return await self._run(videos.page(self._core, video_calls.listing(limit=limit, after=after)))

    async def download(self, video_id: str, *, variant: str = "video", most: int = video_calls.MOST) -> bytes:
        """Fetch a completed video, or its "thumbnail" or "spritesheet", of `most` bytes."""
        return await self._run(videos.content(self._core, video_calls.content(video_id, variant, most=most)))

    async def delete(self, video_id: str) -> str:
        """Delete a video that has ended, and return its id."""
        return await self._run(videos.delete(self._core, video_calls.deletion(video_id)))
