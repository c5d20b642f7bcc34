"""The double: a handle to a mock in the caller's own process.

Owns its making. What it is then used for is the handle's.
"""

from sora_mock.clock import Clock
from sora_mock.handle import Sora
from sora_mock.inprocess.stage import Stage
from sora_mock.local import API_KEY
from sora_mock.settings import Settings


def double(settings: Settings | None = None, *, clock: Clock | None = None, api_key: str = API_KEY) -> Sora:
    """Return the handle of a new mock without a socket, to be closed or used in a `with` block.

        with sora_mock.inprocess.double() as sora:
            sora.client.post("/characters", json={…})

    Raises KeysError or StateError.
    """
    return Sora(Stage(settings, clock=clock), api_key, owns_venue=True)
