"""Decide: the one door to the rules.

Owns the way from a command to the rules that answer it. It changes nothing and reads no clock; the same account,
command, instant and policy always give the same decision.
"""

from sora_mock.engine.commands import (
    Command,
    CreateCharacter,
    CreateGeneration,
    DownloadGeneration,
    RetrieveGeneration,
)
from sora_mock.engine.control import control
from sora_mock.engine.creation import create_character
from sora_mock.engine.decision import Decision
from sora_mock.engine.generation import create_generation, download_generation, retrieve_generation
from sora_mock.engine.policy import Policy
from sora_mock.engine.problems import Refused
from sora_mock.engine.state import Account


def decide(account: Account, command: Command, now: int, policy: Policy) -> Decision:
    """Return what `command` leads to for `account` at the instant `now`; a refusal is an outcome, never raised."""
    try:
        match command:
            case CreateCharacter():
                return create_character(account, command, now, policy)
            case CreateGeneration():
                return create_generation(account, command, now, policy)
            case RetrieveGeneration():
                return retrieve_generation(account, command, now)
            case DownloadGeneration():
                return download_generation(account, command, now)
            case _:
                return control(account, command, now)
    except Refused as refused:
        return Decision(refused.problem)
