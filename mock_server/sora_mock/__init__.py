"""sora-mock: an understudy for the Sora 2 character API.

`create_app` gives the mock as an ASGI application; `Settings` and `Policy` say what it is like.
"""

from sora_mock.app import create_app
from sora_mock.clock import Clock, ManualClock, SystemClock
from sora_mock.engine.policy import Policy
from sora_mock.settings import Settings

__all__ = ["Clock", "ManualClock", "Policy", "Settings", "SystemClock", "create_app"]
