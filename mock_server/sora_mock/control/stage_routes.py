"""The control plane's routes about what happens on the stage: time, faults, scenarios, the end of a task.

Owns the reading of these requests. What they do is the desk's.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from sora_mock.control.answers import Made
from sora_mock.control.ask import Ask
from sora_mock.control.orders import BuiltinOrder, ClockOrder
from sora_mock.control.shapes import fit
from sora_mock.control.views import BuiltinView, ClockView, FaultView, PlayingView
from sora_mock.dialects.guide import generation_shape
from sora_mock.engine import problems
from sora_mock.engine.commands import Outcome
from sora_mock.engine.faults import Fault
from sora_mock.engine.problems import Refused
from sora_mock.engine.scenario import Scenario

TOML = "application/toml"


async def show_clock(ask: Ask) -> ClockView:
    """Answer how time stands."""
    await ask.nothing()
    return ask.desk.clock(ask.account)


async def move_clock(ask: Ask) -> ClockView:
    """Move time, or let it run another way."""
    order = await ask.body(ClockOrder)
    speed = order.new_speed(ask.desk.clock(ask.account).speed)
    return ask.desk.move(ask.account, advance=order.advance or 0.0, speed=speed)


async def list_faults(ask: Ask) -> dict[str, list[FaultView]]:
    """Answer the faults in place."""
    await ask.nothing()
    return {"faults": ask.desk.faults(ask.account)}


async def add_fault(ask: Ask) -> Made:
    """Put a fault in place."""
    name = ask.desk.add_fault(ask.account, await ask.body(Fault))
    return Made(ask.desk.fault(ask.account, name))


async def remove_faults(ask: Ask) -> None:
    """Take all faults away."""
    await ask.nothing()
    ask.desk.remove_faults(ask.account)


async def show_fault(ask: Ask) -> FaultView:
    """Answer one fault in place."""
    await ask.nothing()
    return ask.desk.fault(ask.account, ask.part("name"))


async def remove_fault(ask: Ask) -> None:
    """Take one fault away."""
    await ask.nothing()
    ask.desk.remove_faults(ask.account, ask.part("name"))


async def list_scenarios(ask: Ask) -> dict[str, list[BuiltinView]]:
    """Answer the scenarios that come with the mock."""
    from sora_mock import scenarios

    await ask.nothing()
    return {"scenarios": [BuiltinView(name, scenarios.builtin(name).summary) for name in scenarios.names()]}


async def list_playing(ask: Ask) -> dict[str, list[PlayingView]]:
    """Answer the scenarios that play."""
    await ask.nothing()
    return {"scenarios": ask.desk.playing(ask.account)}


async def start_scenario(ask: Ask) -> Made:
    """Let a scenario play: one that comes with the mock, or one that comes with the request."""
    scenario = await _scenario(ask)
    ask.desk.start_scenario(ask.account, scenario)
    return Made(next(one for one in ask.desk.playing(ask.account) if one.name == scenario.name))


async def stop_scenarios(ask: Ask) -> None:
    """End all scenarios."""
    await ask.nothing()
    ask.desk.stop_scenarios(ask.account)


async def stop_scenario(ask: Ask) -> None:
    """End one scenario."""
    await ask.nothing()
    ask.desk.stop_scenarios(ask.account, ask.part("name"))


def settling(outcome: Outcome) -> Callable[[Ask], Awaitable[dict[str, Any]]]:
    """Return the route that brings a task to this end now, and answers it as the contract shows it."""

    async def settle(ask: Ask) -> dict[str, Any]:
        await ask.nothing()
        return generation_shape(ask.desk.settle(ask.account, ask.part("task_id"), outcome), None)

    return settle


async def _scenario(ask: Ask) -> Scenario:
    if ask.content_type == TOML:
        return _parsed(await ask.data())
    body = await ask.json()
    return _builtin(fit(body, BuiltinOrder).name) if set(body) <= {"name"} else fit(body, Scenario)


def _parsed(data: bytes) -> Scenario:
    from sora_mock import scenarios

    try:
        return scenarios.parse(data.decode(), origin="body")
    except UnicodeDecodeError:
        raise Refused(problems.control_invalid("body", "body: expected UTF-8")) from None
    except scenarios.ScenarioError as error:
        raise Refused(problems.control_invalid("body", str(error))) from None


def _builtin(name: str) -> Scenario:
    from sora_mock import scenarios

    if name not in scenarios.names():
        raise Refused(problems.control_value("name", f"one of {', '.join(scenarios.names())}", repr(name[:80])))
    return scenarios.builtin(name)
