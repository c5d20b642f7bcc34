"""Decide: the one door to the rules.

Owns the way from a command to the rules that answer it. It changes nothing and reads no clock; the same account,
command, instant and policy always give the same decision.
"""

from sora_mock.engine import derivation, named_creation, videos
from sora_mock.engine.commands import (
    Command,
    ControlCommand,
    CreateCharacter,
    CreateGeneration,
    CreateNamedCharacter,
    CreateRelayCharacter,
    CreateVideo,
    DeleteVideo,
    DeriveVideo,
    DownloadGeneration,
    DownloadVideo,
    ListVideos,
    RetrieveCharacter,
    RetrieveGeneration,
    RetrieveVideo,
    VideoCommand,
)
from sora_mock.engine.control import control
from sora_mock.engine.creation import create_character
from sora_mock.engine.decision import Decision
from sora_mock.engine.generation import create_generation, download_generation, retrieve_generation
from sora_mock.engine.policy import Policy
from sora_mock.engine.problems import Refused
from sora_mock.engine.relay_creation import create_relay_character
from sora_mock.engine.state import Account


def decide(account: Account, command: Command, now: int, policy: Policy) -> Decision:
    """Return what `command` leads to for `account` at the instant `now`; a refusal is an outcome, never raised."""
    try:
        match command:
            case CreateCharacter():
                return create_character(account, command, now, policy)
            case CreateRelayCharacter():
                return create_relay_character(account, command, now, policy)
            case CreateGeneration():
                return create_generation(account, command, now, policy)
            case RetrieveGeneration():
                return retrieve_generation(account, command, now)
            case DownloadGeneration():
                return download_generation(account, command, now)
            case _:
                return _decide_on_videos(account, command, now, policy)
    except Refused as refused:
        return Decision(refused.problem)


def _decide_on_videos(account: Account, command: VideoCommand | ControlCommand, now: int, policy: Policy) -> Decision:
    match command:
        case RetrieveVideo():
            return videos.retrieve_video(account, command, now)
        case CreateVideo():
            return videos.create_video(account, command, now, policy)
        case DeriveVideo():
            return derivation.derive_video(account, command, now, policy)
        case DownloadVideo():
            return videos.download_video(account, command, now, policy)
        case DeleteVideo():
            return videos.delete_video(account, command, now)
        case ListVideos():
            return videos.list_videos(account, command, now)
        case CreateNamedCharacter():
            return named_creation.create_named_character(account, command, now, policy)
        case RetrieveCharacter():
            return named_creation.retrieve_character(account, command)
        case _:
            return control(account, command, now)
