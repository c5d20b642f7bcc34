"""The client of the Videos API for threads.

Owns its operations. How a program is performed is the driver's business.
"""

from collections.abc import Sequence
from pathlib import Path

from sora_conformance.reference import video_calls, videos
from sora_conformance.reference.driver import Driver
from sora_conformance.reference.homes import VIDEOS
from sora_conformance.reference.uploads import upload_of
from sora_conformance.reference.values import Video, VideoCharacter, VideoPage


class VideosClient(Driver):
    """A client of the Videos API. It may be shared between threads; close it, or use it in a `with` block.

        with VideosClient() as client:                          # OPENAI_API_KEY and OPENAI_BASE_URL
            hero = client.create_character("Ada the lighthouse keeper", "ada.mp4")
            video = client.create("Ada the lighthouse keeper rows through fog", character_ids=hero.character_id)
            Path("fog.mp4").write_bytes(client.download(client.wait(video.video_id).video_id))

    It takes what the Client takes, but for a library. Every method raises a SoraError, and nothing else, for what goes
    wrong with a call.
    """

    _home = VIDEOS

    def create(
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
        return self._run(videos.video(self._core, call))

    def create_character(self, name: str, video: Path | str) -> VideoCharacter:
        """Make a character of a clip, which is the path of an MP4 file; best are 2 to 4 s."""
        call = video_calls.character_creation(name, upload_of(video))
        return self._run(videos.create_character(self._core, call))

    def remix(self, video_id: str, prompt: str) -> Video:
        """Ask for another video like a completed one, with what the prompt says is to be different."""
        return self._run(videos.video(self._core, video_calls.remix(video_id, prompt)))

    def edit(self, video_id: str, prompt: str) -> Video:
        """Ask for a changed version of a completed video."""
        return self._run(videos.video(self._core, video_calls.edit(video_id, prompt)))

    def extend(self, video_id: str, prompt: str, *, seconds: str) -> Video:
        """Ask for a completed video to go on for so many seconds."""
        return self._run(videos.video(self._core, video_calls.extension(video_id, prompt, seconds=seconds)))

    def retrieve(self, video_id: str) -> Video:
        """Look at a video."""
        return self._run(videos.video(self._core, video_calls.retrieval(video_id)))

    def wait(self, video_id: str, *, every_s: float = 5.0, within_s: float = 600.0) -> Video:
        """Look at a video until it is completed. Raises RenderFailedError, and TimedOutError after `within_s`."""
        return self._run(videos.wait(self._core, video_id, every_s=every_s, within_s=within_s))

    def list(self, *, limit: int | None = None, after: str | None = None) -> VideoPage:
        """Look at a page of videos, the newest first; `after` is the id of the last one of the page before."""
        return self._run(videos.page(self._core, video_calls.listing(limit=limit, after=after)))

    def download(self, video_id: str, *, variant: str = "video", most: int = video_calls.MOST) -> bytes:
        """Fetch a completed video, or its "thumbnail" or "spritesheet", of `most` bytes."""
        return self._run(videos.content(self._core, video_calls.content(video_id, variant, most=most)))

    def delete(self, video_id: str) -> str:
        """Delete a video that has ended, and return its id."""
        return self._run(videos.delete(self._core, video_calls.deletion(video_id)))
