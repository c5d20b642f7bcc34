"""Settings: everything that can be chosen about one mock before it starts.

Owns the names and defaults. It must not know how a value was given.
"""

from pathlib import Path

import msgspec

from sora_mock.engine.policy import Policy
from sora_mock.engine.scenario import Scenario
from sora_mock.intake import Bounds

SHELF_BYTES = 512 * 1024 * 1024

UPLOAD_PATHS = ("/v1/videos",)
"""How the paths begin that take pictures and videos in any kind of body."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What a mock is like.

    `seed` fixes all ids and chances (None: the state file's own, or 0). `state` is the SQLite file that keeps the
    accounts (None: memory). `keys` is a keys file (None: any key opens its own account). `control_token` opens the
    control plane to other hosts than this one. `scenario` plays for all accounts from the start.
    `shelf_bytes` bounds the rendered clips kept on disk.
    """

    seed: int | None = None
    policy: Policy = Policy()
    state: Path | None = None
    keys: Path | None = None
    control_token: str | None = None
    scenario: Scenario | None = None
    shelf_bytes: int = SHELF_BYTES

    @property
    def bounds(self) -> Bounds:
        """How large a request may be."""
        return Bounds(max_body=self.policy.max_body, max_upload=self.policy.max_upload, upload_paths=UPLOAD_PATHS)
