"""The rules of characters that are made of an uploaded clip, under a name.

Owns what a name and a clip have to be, and the looks at characters. They are the account's characters like any other,
and count against the same limit.
"""

from sora_mock.engine import ids, limit, problems, video_problems
from sora_mock.engine.analysis import analyse
from sora_mock.engine.commands import CreateNamedCharacter, RetrieveCharacter
from sora_mock.engine.decision import Character, Decision
from sora_mock.engine.events import CharacterCreated, UploadSource
from sora_mock.engine.policy import Policy
from sora_mock.engine.problems import Refused
from sora_mock.engine.state import Account
from sora_mock.engine.uploads import UploadedClip

MAX_NAME = 80
SHORTEST = 2.0
LONGEST = 4.0
SMALLEST = 720
LARGEST = 1080
WIDEST = 8 / 3
"""How many times as long as the other one side of the picture may be."""

_SLACK = 0.05  # of a second: a clip cut to a length may miss it by a frame
_ADVISED = 16 / 9
_RATIO_SLACK = 0.02


def create_named_character(account: Account, command: CreateNamedCharacter, now: int, policy: Policy) -> Decision:
    """Make a character, or say why not (API reference, Create character)."""
    name = _checked_name(command.name)
    if command.clip is None:
        raise Refused(problems.field_missing("video", "video.character.clip.required"))
    clip = command.clip
    _check_clip(clip, policy)
    if wait := limit.wait(account.creations, policy.creations_per_minute, now):
        return Decision(problems.rate_limited(policy.creations_per_minute, -(-wait // 1000)))
    count = account.count + 1
    delay = policy.latency.url.sample(lambda: ids.draw(account.seed, account.name, count, "creation"))
    created = CharacterCreated(
        now,
        ids.character_id(account.seed, account.name, count),
        UploadSource(clip.seconds, clip.width, clip.height),
        analyse(min(clip.seconds, LONGEST), characters=max(1, len(clip.characters))),
        name,
    )
    return Decision(created, (created,), delay)


def retrieve_character(account: Account, command: RetrieveCharacter) -> Decision:
    """Show an own character."""
    created_at = account.characters.get(command.character_id)
    if created_at is None:
        raise Refused(video_problems.character_not_found(command.character_id, "video.character.unknown"))
    return Decision(Character(command.character_id, account.names.get(command.character_id), created_at))


def _checked_name(name: str | None) -> str:
    if name is None:
        raise Refused(problems.field_missing("name", "video.character.name.required"))
    if not 1 <= len(name) <= MAX_NAME:
        raise Refused(video_problems.length_invalid("name", MAX_NAME, len(name), "video.character.name.length"))
    if not name.strip():
        rule = "video.character.name.blank"
        raise Refused(video_problems.value_invalid("name", "more than spaces", "spaces only", rule))
    return name


def _check_clip(clip: UploadedClip, policy: Policy) -> None:
    if clip.defect is not None:
        raise Refused(video_problems.video_invalid(clip.defect, "video.character.clip.format"))
    if clip.container != "mp4":
        detail = f"expected an MP4 video, found {clip.container}"
        raise Refused(video_problems.video_invalid(detail, "video.character.clip.format"))
    short, long = sorted((clip.width, clip.height))
    strict = policy.character_clip == "refuse"
    size = f"{clip.width}x{clip.height}"
    _require(
        clip.seconds >= SHORTEST - _SLACK,
        f"at least {SHORTEST:g} seconds",
        f"{clip.seconds:g}",
        "video.character.clip.short",
    )
    _require(short >= SMALLEST, f"a shorter side of at least {SMALLEST} pixels", size, "video.character.clip.small")
    _require(
        long <= short * (WIDEST + _RATIO_SLACK),
        "a picture no wider than 8:3, no higher than 3:8",
        size,
        "video.character.clip.ratio",
    )
    if strict:
        _require(
            clip.seconds <= LONGEST + _SLACK,
            f"at most {LONGEST:g} seconds",
            f"{clip.seconds:g}",
            "video.character.clip.long",
        )
        _require(short <= LARGEST, f"a shorter side of at most {LARGEST} pixels", size, "video.character.clip.large")
        _require(
            abs(long / short - _ADVISED) <= _RATIO_SLACK,
            "a picture of 16:9 or 9:16",
            size,
            "video.character.clip.ratio",
        )


def _require(holds: bool, expected: str, found: str, rule: str) -> None:  # noqa: FBT001 - what is required
    if not holds:
        detail = f"expected {expected}, found {found}"
        raise Refused(video_problems.clip_refused(detail, rule))
