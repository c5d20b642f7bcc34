"""The client of the character API for threads.

Owns its operations. How a program is performed is the driver's business.
"""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Unpack

import httpx2

from sora_conformance.reference import calls, effects, tasks
from sora_conformance.reference.driver import Driver
from sora_conformance.reference.effects import Sleep
from sora_conformance.reference.homes import GUIDE
from sora_conformance.reference.library import Library
from sora_conformance.reference.options import Options
from sora_conformance.reference.shelves import Shelf
from sora_conformance.reference.spans import Span
from sora_conformance.reference.values import Batch, Character, Task


class Client(Driver):
    """A client of the character API. It may be shared between threads; close it, or use it in a `with` block.

        with Client() as client:                                # SORA_API_KEY and SORA_BASE_URL
            hero = client.create_from_url("https://example.com/hero.mp4", "5,8")
            task = client.generate(hero.character_id, "walks through the rain")
            print(client.wait(task.task_id).video_url)

    `api_key` and `base_url` go before the environment. `library` is where named characters are kept: a Library, or its
    file. `options` are those of Options; `transport` is another way to the server than the network, `sleep` another
    way to wait. Every method raises a SoraError, and nothing else, for
    what goes wrong with a call.
    """

    _home = GUIDE

    def __init__(
        self,
        api_key: str | None = None,
        base_url: str | None = None,
        *,
        library: Library | Path | str | None = None,
        transport: httpx2.BaseTransport | None = None,
        sleep: Sleep = effects.sleep,
        **options: Unpack[Options],
    ) -> None:
        super().__init__(api_key, base_url, transport=transport, sleep=sleep, **options)
        self._library = library

    def create_from_url(self, url: str, timestamps: Span) -> Character:
        """Make a character of a span of a video: `"start,end"` or a pair, in seconds; best are 1 to 3 s."""
        return self._run(tasks.create(self._core, calls.creation_from_url(url, timestamps)))

    def create_from_task(self, task_id: str) -> Character:
        """Make a character of the video of a completed task."""
        return self._run(tasks.create(self._core, calls.creation_from_task(task_id)))

    def generate(
        self, character_ids: str | Sequence[str], scenario: str, *, duration: int = 10, resolution: str = "1080p"
    ) -> Task:
        """Ask for a video of `duration` seconds with these characters in it; best are at most three."""
        call = calls.generation(character_ids, scenario, duration=duration, resolution=resolution)
        return self._run(tasks.task(self._core, call))

    def retrieve(self, task_id: str) -> Task:
        """Look at a task."""
        return self._run(tasks.task(self._core, calls.retrieval(task_id)))

    def wait(self, task_id: str, *, every_s: float = 5.0, within_s: float = 600.0) -> Task:
        """Look at a task until it is completed. Raises RenderFailedError, and TimedOutError after `within_s`."""
        return self._run(tasks.wait(self._core, task_id, every_s=every_s, within_s=within_s))

    def batch(
        self,
        character_ids: str | Sequence[str],
        scenarios: Sequence[str],
        *,
        duration: int = 10,
        resolution: str = "1080p",
        test_duration: int = 4,
        test_resolution: str = "480p",
        every_s: float = 5.0,
        within_s: float = 600.0,
    ) -> Batch:
        """Render the first scenario small to see the characters, and once that is completed ask for all scenarios.

        A failed test render is raised. After it, the failure of one scenario is in its Result and loses no other.
        """
        program = tasks.batch(
            self._core,
            character_ids,
            scenarios,
            duration=duration,
            resolution=resolution,
            test=(test_duration, test_resolution),
            finish=lambda task_id: tasks.wait(self._core, task_id, every_s=every_s, within_s=within_s),
        )
        return self._run(program)

    @cached_property
    def library(self) -> Shelf:
        """Return the library of named characters. Raises LibraryError if the client was given none."""
        return Shelf(self._core, self._run, self._library)
