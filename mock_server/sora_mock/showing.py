"""Showing: what a task's video shows, as the shelf has it.

Owns the translation of tasks, and of those they were made from, into pieces. It makes no file.
"""

from typing import Literal

from sora_mock.engine.derivation import pixels, whole_seconds
from sora_mock.engine.state import Account, Generation, UploadedVideo
from sora_mock.media import Begun, Clip, Edited, Extended, Picture, Piece, Spritesheet, Thumbnail, Upload, Video
from sora_mock.media import Scene as ClipScene

DEEPEST = 32
"""How many videos, each made of the one before, are shown in one; those further back leave no trace in it."""


def video_of(account: Account, generation: Generation, *, seed: int, depth: int = DEEPEST) -> Video:
    """Return what a task of the account shows: a clip of its own, or one made of what it came from."""
    clip = _clip_of(generation, seed)
    origin = generation.origin
    if origin is None:
        picture = picture_of(generation)
        return clip if picture is None else Begun(clip=clip, source=picture)
    if isinstance(origin.source, UploadedVideo):
        source: Video = upload_of(origin.source)
        before = whole_seconds(origin.source.seconds)
    else:
        known = account.generations.get(origin.source) or account.deleted.get(origin.source)
        # A state from elsewhere may tell of a source that it has not, or of two that come of one another.
        if known is None or not depth:
            return clip
        source, before = video_of(account, known, seed=seed, depth=depth - 1), known.duration
    if origin.kind == "extension":
        return Extended(clip=clip, source=source, added=max(1, generation.duration - before))
    return Edited(clip=clip, source=source, how=origin.kind)


def _clip_of(generation: Generation, seed: int) -> Clip:
    return Clip(
        task_id=generation.id,
        prompt=generation.prompt or "",
        duration=generation.duration,
        resolution=generation.size or generation.resolution,
        characters=generation.characters,
        seed=seed,
        scenes=tuple(ClipScene(scene.prompt, scene.duration) for scene in generation.scenes),
    )


def picture_of(generation: Generation) -> Picture | None:
    """Return the picture that a task's video begins with, as the shelf has it; None where it begins with none."""
    if generation.reference is None:
        return None
    width, height = map(int, pixels(generation).split("x"))
    return Picture(digest=generation.reference, width=width, height=height)


def upload_of(uploaded: UploadedVideo) -> Upload:
    """Return an uploaded video as the shelf has it."""
    return Upload(digest=uploaded.digest, duration=uploaded.seconds, width=uploaded.width, height=uploaded.height)


def variant_of(video: Video, variant: str, *, sheet: Literal["jpeg", "webp"]) -> Piece:
    """Return one of the files that belong to a video: itself, its thumbnail, or its spritesheet."""
    match variant:
        case "thumbnail":
            return Thumbnail(source=video)
        case "spritesheet":
            return Spritesheet(source=video, media_type="image/jpeg" if sheet == "jpeg" else "image/webp")
        case _:
            return video
