"""Ids and chances, drawn from an account's seed.

Owns every draw: the same seed, account and count give the same id and the same chance on any machine. An id tells
nothing of the account it belongs to.
"""

from base64 import b64encode
from hashlib import blake2b

_TWO_TO_53 = float(1 << 53)
_TWO_TO_96 = 1 << 96
_STEP = 0x9E3779B97F4A7C15F39CC061


def _digest(seed: int, account: str, count: int, purpose: str, size: int) -> bytes:
    return blake2b(f"{seed}/{account}/{count}/{purpose}".encode(), digest_size=size).digest()


def character_id(seed: int, account: str, count: int) -> str:
    """Return the id of the character that the account's event number `count` creates."""
    return "char_" + _digest(seed, account, count, "character", 12).hex()


def task_id(seed: int, account: str, count: int) -> str:
    """Return the id of the task that the account's event number `count` accepts."""
    return "task_" + _digest(seed, account, count, "task", 12).hex()


def video_id(seed: int, account: str, count: int) -> str:
    """Return the id of the video that the account's event number `count` accepts."""
    return "video_" + _digest(seed, account, count, "video", 24).hex()


def webhook_id(seed: int, account: str, count: int) -> str:
    """Return the id of the webhook that the account's event number `count` adds."""
    return "hook_" + _digest(seed, account, count, "webhook", 12).hex()


def webhook_secret(seed: int, account: str, count: int) -> str:
    """Return the secret of that webhook, in the form of Standard Webhooks."""
    return "whsec_" + b64encode(_digest(seed, account, count, "webhook secret", 24)).decode()


def event_id(task: str) -> str:
    """Return the id of the event that a task's end is: the same for whoever is told of it."""
    return "evt_" + blake2b(task.encode(), digest_size=16).hexdigest()


def message_id(webhook: str, task: str) -> str:
    """Return the id under which one webhook is told of that event: the same at every attempt."""
    return "wh_" + blake2b(f"{webhook}/{task}".encode(), digest_size=16).hexdigest()


def draw(seed: int, account: str, count: int, purpose: str) -> float:
    """Return a number at least 0 and less than 1: the chance of `purpose` at the account's event `count`."""
    # 53 bits are what a float holds exactly, so that the result never rounds up to 1.
    return (int.from_bytes(_digest(seed, account, count, purpose, 8), "big") >> 11) / _TWO_TO_53


def request_id(seed: int, count: int) -> str:
    """Return the id of the server's request number `count`."""
    # A step that shares no factor with 2⁹⁶ reaches every value before any again, at the cost of one multiplication.
    return f"req_{(seed + count) * _STEP % _TWO_TO_96:024x}"
