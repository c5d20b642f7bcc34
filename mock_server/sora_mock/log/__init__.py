"""Where an account's events are kept: in memory, or in a SQLite file.

Every log answers the same two calls, so that nothing else knows which one is in use.
"""

from sora_mock.log.base import Conflict, Log, StateError
from sora_mock.log.memory import MemoryLog
from sora_mock.log.sqlite import SqliteLog

__all__ = ["Conflict", "Log", "MemoryLog", "SqliteLog", "StateError"]
