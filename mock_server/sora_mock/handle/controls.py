"""The controls of one account: its time, its knobs, its scenarios, the ends of its tasks.

Owns their names in Python. What they do is the desk's.
"""

from pathlib import Path
from typing import Any

import msgspec

from sora_mock.control.desk import Desk
from sora_mock.dialects.guide import generation_shape
from sora_mock.engine.commands import Outcome
from sora_mock.engine.lifecycle import View
from sora_mock.engine.policy import Policy
from sora_mock.engine.scenario import Scenario
from sora_mock.handle.line import Line


class ClockControl:
    """The account's own time."""

    def __init__(self, line: Line) -> None:
        self._line = line

    @property
    def now(self) -> float:
        """Return the account's present instant in seconds since the Unix epoch."""
        return self._line.ask(Desk.clock).now

    def advance(self, seconds: float) -> None:
        """Move the account's time forward. Raises ValueError for less than nothing."""
        self._line.ask(Desk.advance, seconds)

    def freeze(self) -> None:
        """Let the account's time stand still; replies then come without any wait."""
        self.speed(0)

    def unfreeze(self) -> None:
        """Let the account's time run as the real one does."""
        self.speed(1)

    def speed(self, factor: float) -> None:
        """Let the account's time run `factor` times as fast as the real one, 0 to a million."""
        self._line.ask(Desk.set_speed, factor)


class Knobs:
    """What is settled for the account alone, by the names of `sora_mock.Policy`."""

    def __init__(self, line: Line) -> None:
        self._line = line

    @property
    def policy(self) -> Policy:
        """Return what holds for the account now."""
        return self._line.ask(lambda desk, _: desk.understudy.visit(self._line.caller).policy)

    def set(self, *, seed: int | None = None, **knobs: object) -> None:
        """Settle knobs, and perhaps the seed of the account's ids and chances.

        None stands for `none`, as in `max_span=None`. Raises ValueError for a knob or a value that there is not.
        """
        texts: dict[str, str | None] = {name: _text(value) for name, value in knobs.items()}
        self._line.ask(Desk.configure, texts, seed=seed)

    def unset(self, *names: str) -> None:
        """Give knobs back to what holds for all accounts."""
        self._line.ask(Desk.configure, dict.fromkeys(names))


def _text(value: object) -> str:
    return "none" if value is None else str(value)


class Scenarios:
    """The scenarios that play in the account."""

    def __init__(self, line: Line) -> None:
        self._line = line

    @property
    def playing(self) -> tuple[str, ...]:
        """Return the names of the scenarios that play now."""
        return self._line.ask(Desk.account).scenarios

    def start(self, scenario: str | Path | Scenario) -> None:
        """Let a scenario play: a built-in one's name, the path of a TOML file, or a value.

        Raises ValueError for one that there is not, that cannot be read, or that plays already.
        """
        self._line.ask(Desk.start_scenario, _read(scenario))

    def stop(self, name: str | None = None) -> None:
        """End one scenario, or all (None)."""
        self._line.ask(Desk.stop_scenarios, name)


def _read(scenario: str | Path | Scenario) -> Scenario:
    if isinstance(scenario, Scenario):
        return scenario
    # Few tests play a scenario; the others need not load what reads them.
    from sora_mock.scenarios import ScenarioError, load

    try:
        return load(scenario)
    except ScenarioError as error:
        raise ValueError(str(error)) from None


class Generations:
    """The account's tasks, brought to their ends on demand."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def complete(self, task_id: str) -> dict[str, Any]:
        """Complete a queued or running task and return it as the contract writes it. Raises ValueError."""
        return self._settle(task_id, "complete")

    def fail(self, task_id: str) -> dict[str, Any]:
        """Let a queued or running task fail and return it as the contract writes it. Raises ValueError."""
        return self._settle(task_id, "fail")

    def expire(self, task_id: str) -> dict[str, Any]:
        """Let a completed task expire and return it as the contract writes it. Raises ValueError."""
        return self._settle(task_id, "expire")

    def _settle(self, task_id: str, outcome: Outcome) -> dict[str, Any]:
        return shape(self._line, self._line.ask(Desk.settle, task_id, outcome))


def shape(line: Line, view: View) -> dict[str, Any]:
    """Return a task as a caller of the mock would see it."""
    link = line.venue.desk.understudy.link(line.account, view)
    task = generation_shape(view, None if link is None else line.venue.origin + link)
    told: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(task))
    return told
