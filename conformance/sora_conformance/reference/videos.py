"""Videos: the programs of the Videos API.

Owns what is made of the reply to each operation. How a request is sent, and when again, is the core's.
"""

from sora_conformance.reference import video_calls, video_replies
from sora_conformance.reference.call import Call
from sora_conformance.reference.core import Core, Program, log, sound
from sora_conformance.reference.values import Video, VideoCharacter, VideoPage


def create_character(core: Core, call: Call) -> Program[VideoCharacter]:
    """Make a character."""
    character = sound(video_replies.character_of((yield from core.perform(call)), core.secret))
    # Should everything else be lost, the log still has the id.
    log.info("made %r", character.character_id)
    return character


def video(core: Core, call: Call) -> Program[Video]:
    """Ask for a video, or look at one."""
    found = sound(video_replies.video_of((yield from core.perform(call)), core.secret))
    if not call.safe:
        log.info("began %r", found.video_id)
    return found


def wait(core: Core, video_id: str, *, every_s: float, within_s: float) -> Program[Video]:
    """Look at a video until it is completed. Raises RenderFailedError, TimedOutError."""
    look = video_calls.retrieval(video_id)
    return (yield from core.completed(lambda: video(core, look), video_id, every_s=every_s, within_s=within_s))


def page(core: Core, call: Call) -> Program[VideoPage]:
    """Look at a page of videos."""
    return sound(video_replies.page_of((yield from core.perform(call)), core.secret))


def delete(core: Core, call: Call) -> Program[str]:
    """Delete a video, and return its id."""
    return sound(video_replies.deleted_in((yield from core.perform(call)), core.secret))


def content(core: Core, call: Call) -> Program[bytes]:
    """Fetch what a video shows."""
    return sound(video_replies.content_of((yield from core.perform(call)), core.secret))
