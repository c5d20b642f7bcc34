"""What a client of the control plane can be told about the stage, described once for both kinds of client.

Owns the names, arguments and answers of the methods about time, faults, scenarios, settings and the ends of tasks. How
a call travels is the client's.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sora_mock.control.call import PATH, Call, Mode, Part, json_call, method, quoted
from sora_mock.control.views import (
    BuiltinView,
    ClockView,
    FaultView,
    PlayingView,
    SettingsView,
)
from sora_mock.engine.effects import Effect
from sora_mock.engine.faults import Fault, OperationName
from sora_mock.engine.scenario import Scenario


class Clock(Part[Mode]):
    """The account's own time."""

    @method
    def show(self) -> Call[ClockView]:
        """Return how time stands."""
        return Call(method="GET", path=self._about("clock"), answer=ClockView)

    @method
    def advance(self, seconds: float) -> Call[ClockView]:
        """Move time forward by `seconds`."""
        return self._move(advance=seconds)

    @method
    def speed(self, factor: float) -> Call[ClockView]:
        """Let time run `factor` times as fast as outside; 0 is standstill."""
        return self._move(speed=factor)

    @method
    def freeze(self) -> Call[ClockView]:
        """Let time stand still."""
        return self._move(frozen=True)

    @method
    def unfreeze(self) -> Call[ClockView]:
        """Let time that stands still run as outside."""
        return self._move(frozen=False)

    def _move(self, **order: float | bool) -> Call[ClockView]:
        return json_call("PATCH", self._about("clock"), ClockView, order)


class Faults(Part[Mode]):
    """The faults in place."""

    @method
    def list(self) -> Call[tuple[FaultView, ...]]:
        """Return the faults in place, in the order in which they are asked."""
        return Call(method="GET", path=self._about("faults"), answer=tuple[FaultView, ...], pick="faults")

    @method
    def get(self, name: str) -> Call[FaultView]:
        """Return one fault in place."""
        return Call(method="GET", path=self._about(f"faults/{quoted(name)}"), answer=FaultView)

    @method
    def add(
        self,
        effect: str | Effect | Fault | bytes,
        *,
        name: str | None = None,
        prevent: bool | None = None,
        operation: OperationName | None = None,
        method: str | None = None,
        path: str | None = None,
        prompt: str | None = None,
        url: str | None = None,
        account: str | None = None,
        after: int | None = None,
        first: int | None = None,
        every: int | None = None,
        probability: float | None = None,
        start: float | None = None,
        end: float | None = None,
    ) -> Call[FaultView]:
        """Put a fault in place: a ready-made effect by its name, an effect, or a whole Fault, as a value or JSON.

        `operation` to `account` say which requests it is meant for, `after` to `end` at which of them it strikes. A
        whole Fault takes no other words.
        """
        match = {
            "operation": operation,
            "method": method,
            "path": path,
            "prompt": prompt,
            "url": url,
            "account": account,
        }
        when = {
            "after": after,
            "first": first,
            "every": every,
            "probability": probability,
            "start": start,
            "end": end,
        }
        words = {"name": name, "prevent": prevent, "match": _given(match), "when": _given(when)}
        if not isinstance(effect, Fault | bytes):
            return json_call("POST", self._about("faults"), FaultView, {"effect": effect, **words})
        if _given(words):
            raise TypeError("a whole Fault takes no other words; change the Fault instead")
        return json_call("POST", self._about("faults"), FaultView, effect)

    @method
    def remove(self, name: str | None = None) -> Call[None]:
        """Take one fault away, or all."""
        path = self._about("faults" if name is None else f"faults/{quoted(name)}")
        return Call(method="DELETE", path=path, answer=None)


class Scenarios(Part[Mode]):
    """The scenarios that play, and those that come with the mock."""

    @method
    def builtin(self) -> Call[tuple[BuiltinView, ...]]:
        """Return the scenarios that come with the mock."""
        return Call(method="GET", path=f"{PATH}/scenarios", answer=tuple[BuiltinView, ...], pick="scenarios")

    @method
    def playing(self) -> Call[tuple[PlayingView, ...]]:
        """Return the scenarios that play."""
        path = self._about("scenarios/playing")
        return Call(method="GET", path=path, answer=tuple[PlayingView, ...], pick="scenarios")

    @method
    def start(self, scenario: str | Path | Scenario) -> Call[PlayingView]:
        """Let a scenario play: one that comes with the mock, by name; a TOML file, by its Path; or a Scenario.

        Raises OSError for a file that cannot be read.
        """
        path = self._about("scenarios/playing")
        if isinstance(scenario, Path):
            body = scenario.read_bytes()
            return Call(method="POST", path=path, answer=PlayingView, body=body, content_type="application/toml")
        order = {"name": scenario} if isinstance(scenario, str) else scenario
        return json_call("POST", path, PlayingView, order)

    @method
    def stop(self, name: str | None = None) -> Call[None]:
        """End one scenario, or all."""
        path = self._about("scenarios/playing" if name is None else f"scenarios/playing/{quoted(name)}")
        return Call(method="DELETE", path=path, answer=None)


class Settings(Part[Mode]):
    """What is settled."""

    @method
    def show(self) -> Call[SettingsView]:
        """Return what is settled."""
        return Call(method="GET", path=self._about("settings"), answer=SettingsView)

    @method
    def change(self, /, *, seed: int | None = None, **knobs: str | float | None) -> Call[SettingsView]:
        """Set knobs by their names in `Policy` (None: give one back to what holds for all), and perhaps the seed."""
        words: dict[str, Any] = {"knobs": knobs, "seed": seed}
        return json_call("PATCH", self._about("settings"), SettingsView, words)


class Generations(Part[Mode]):
    """The ends of tasks; each returns the task as the contract shows it."""

    @method
    def complete(self, task_id: str) -> Call[dict[str, Any]]:
        """Let a task succeed now."""
        return self._settle(task_id, "complete")

    @method
    def fail(self, task_id: str) -> Call[dict[str, Any]]:
        """Let a task fail now."""
        return self._settle(task_id, "fail")

    @method
    def expire(self, task_id: str) -> Call[dict[str, Any]]:
        """Let a completed task expire now."""
        return self._settle(task_id, "expire")

    def _settle(self, task_id: str, outcome: str) -> Call[dict[str, Any]]:
        path = self._about(f"generations/{quoted(task_id)}/{outcome}")
        return Call(method="POST", path=path, answer=dict[str, Any])


def _given(words: dict[str, Any]) -> dict[str, Any] | None:
    """Return the words that were given, None when there are none."""
    return {name: value for name, value in words.items() if value is not None} or None
