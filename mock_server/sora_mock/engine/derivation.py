"""The rules of derivation: videos made from others, as remixes, edits and extensions.

Owns what a source has to be, and what the new video has of it. What all creations of videos share is `videos`'.
"""

import math

import msgspec

from sora_mock.engine import problems, video_problems
from sora_mock.engine.commands import DeriveVideo
from sora_mock.engine.decision import Decision
from sora_mock.engine.lifecycle import status_at
from sora_mock.engine.policy import Policy
from sora_mock.engine.problems import Refused
from sora_mock.engine.state import Account, Generation, Origin, UploadedVideo
from sora_mock.engine.terms import chosen, model_of
from sora_mock.engine.uploads import UploadedClip
from sora_mock.engine.usernames import mentioned_in
from sora_mock.engine.videos import WATCHABLE, accept, check_prompt, own

PIXELS = {"480p": "854x480", "720p": "1280x720", "1080p": "1920x1080"}
"""The size of a picture that was asked for by the name of its resolution."""

SMALLEST = 16
"""The fewest pixels that a side of an uploaded video may have."""


class _Source(msgspec.Struct, frozen=True):
    """What a derivation starts from: `steps` extensions in a row led to it."""

    origin: str | UploadedVideo
    model: str
    seconds: int
    size: str
    characters: tuple[str, ...]
    steps: int


def derive_video(account: Account, command: DeriveVideo, now: int, policy: Policy) -> Decision:
    """Accept a video made from another, or say why not (API reference, Remix, Edit and Extend video)."""
    terms = command.terms
    prompt = check_prompt(command.prompt, terms, "video.source.prompt", "video.source.prompt")
    added = _added(command) if command.kind == "extension" else 0
    source = _source(account, command, now)
    origin = Origin(kind=command.kind, source=source.origin, steps=source.steps + 1 if added else 0)
    if origin.steps > terms.max_steps:
        expected = f"a video that was extended fewer than {terms.max_steps} times in a row"
        raise Refused(video_problems.value_invalid("video", expected, "one that was", "video.extension.steps"))
    total = source.seconds + added
    if added and total > terms.max_total:
        expected = f"at most {terms.max_total} seconds altogether"
        raise Refused(video_problems.value_invalid("seconds", expected, str(total), "video.extension.longest"))
    return accept(
        account,
        terms,
        policy,
        now,
        model=source.model,
        prompt=prompt,
        seconds=total,
        size=source.size,
        characters=tuple(dict.fromkeys([*source.characters, *mentioned_in(prompt, account.characters)])),
        origin=origin,
        fate=command.fate,
    )


def pixels(generation: Generation) -> str:
    """Return the size of a task's picture in pixels, as in `720x1280`."""
    return generation.size or PIXELS[generation.resolution]


def whole_seconds(seconds: float) -> int:
    """Return the length by which an uploaded video goes: whole seconds, and at least one."""
    return max(1, math.floor(seconds + 0.5))


def _added(command: DeriveVideo) -> int:
    if command.seconds is None:
        raise Refused(problems.field_missing("seconds", "video.extension.seconds-required"))
    return int(chosen(command.terms.extension_seconds, "seconds", command.seconds))


def _source(account: Account, command: DeriveVideo, now: int) -> _Source:
    match command.source:
        case None:
            raise Refused(problems.field_missing("video", "video.source.required"))
        case UploadedClip() as clip:
            return _uploaded(command, clip)
        case str() as video_id:
            return _own(account, command, video_id, now)


def _uploaded(command: DeriveVideo, clip: UploadedClip) -> _Source:
    model = model_of(command.terms, command.model, "video.model.value")
    defect = clip.defect
    if defect is None and clip.container != "mp4":
        defect = f"expected an MP4 video, found {clip.container}"
    if defect is None and min(clip.width, clip.height) < SMALLEST:
        defect = f"expected sides of at least {SMALLEST} pixels, found {clip.width}x{clip.height}"
    if defect is None and clip.seconds > command.terms.max_total:
        defect = f"expected at most {command.terms.max_total} seconds, found {clip.seconds:g}"
    if defect is not None:
        raise Refused(video_problems.video_invalid(defect, "video.edit.upload"))
    # Pictures of videos have even sides, and their lengths are told in whole seconds.
    width, height = clip.width + clip.width % 2, clip.height + clip.height % 2
    upload = UploadedVideo(digest=clip.digest, seconds=clip.seconds, width=width, height=height)
    return _Source(upload, model, whole_seconds(clip.seconds), f"{width}x{height}", clip.characters, 0)


def _own(account: Account, command: DeriveVideo, video_id: str, now: int) -> _Source:
    param = "video_id" if command.kind == "remix" else "video"
    generation = own(account, video_id, "video.source.unknown", param=param)
    status = status_at(generation, now)
    if status not in WATCHABLE:
        rule = "video.source.unfinished"
        raise Refused(video_problems.video_not_completed(video_id, status, rule, param=param))
    return _Source(
        generation.id,
        generation.model,
        generation.duration,
        pixels(generation),
        generation.characters,
        0 if generation.origin is None else generation.origin.steps,
    )
