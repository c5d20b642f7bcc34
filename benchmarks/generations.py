"""Generations and polls per second over HTTP.

Owns the measuring of what a caller does with a character: a generation that mentions it, and looks at the task.
"""

from benchmarks.calls import creation, generation, poll
from benchmarks.client import Load
from benchmarks.creation import WARM_UP_SECONDS, rates
from benchmarks.load import press
from benchmarks.plan import Plan, Row, Tell
from benchmarks.servers import BARE, MOCK, running


def measure(plan: Plan, tell: Tell) -> list[Row]:
    """Press the bare callable, generations and polls in turn, round after round."""
    with running(BARE) as bare, running(MOCK) as mock:
        character = mock.ask_json(creation())["character_id"]
        generate = generation(f"@{character} walks through the rain")
        task = mock.ask_json(generate)["id"]
        jobs = {
            BARE.name: (bare, creation()),
            "generation with a mention": (mock, generate),
            "poll of a completed task": (mock, poll(task)),
        }
        for name, (server, call) in jobs.items():
            tell(f"warming up: {name}")
            press(server, call, WARM_UP_SECONDS)
        loads: dict[str, list[Load]] = {name: [] for name in jobs}
        for number in range(plan.rounds):
            for name, (server, call) in jobs.items():
                tell(f"round {number + 1} of {plan.rounds}: {name}")
                loads[name].append(press(server, call, plan.seconds))
    yard = loads.pop(BARE.name)
    return [rates(BARE.name, yard), *(rates(name, found, BARE.name, yard) for name, found in loads.items())]
