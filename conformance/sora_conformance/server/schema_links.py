"""Links: what the description says can be done with a reply, done.

Owns the survey that follows the description's links from call to call: as a state machine for variety, and then each
link that the machine has not come by, so that none is left out by chance.
"""

from typing import Any

from sora_conformance.contract import Cost, load
from sora_conformance.server.cases import Price
from sora_conformance.server.schema_document import TEXT, Things, linked
from sora_conformance.server.schema_samples import apart, is_json, loaded
from sora_conformance.server.schema_walk import LINKS, MOST, RULES, Walk, readable
from sora_conformance.server.stage import CHARACTER_MODEL, SPAN, VIDEO_MODEL, Stage
from sora_conformance.server.survey import Sightings, Survey

EXAMPLES, STEPS = 6, 5
"""How many sequences the machine tries, and how many calls each has at the most."""


def explore(stage: Stage, seen: Sightings) -> None:
    """Follow the links at random, and then those that are left."""
    with apart():
        _explore(stage, Walk(stage, seen))


def _explore(stage: Stage, walk: Walk) -> None:
    things = Things(url=stage.source("video"), spans=(SPAN,), task=walk.unknown)
    schema = loaded(linked(load("guide").openapi, stage.target.url, things), seed=stage.seed)
    machine = _machine(schema, walk)
    _run(machine, stage.seed)
    _begin(schema, stage, walk)
    for transitions in machine._transitions.operations.values():  # noqa: SLF001 - the library shows them nowhere else
        for link in transitions.outgoing:
            if link.name in walk.left and link.source.label in walk.outputs:
                case = _followed(link, walk.outputs[link.source.label])
                if case is not None:
                    walk.step(case, link.name)


def _machine(schema: Any, walk: Walk) -> Any:  # noqa: ANN401
    """Return Schemathesis' machine of the links, with its calls made by the walk and nothing raised."""
    from schemathesis.generation.stateful.state_machine import StepOutput

    class Machine(schema.as_state_machine()):  # type: ignore[misc]
        def step(self, input: Any) -> Any:  # noqa: A002, ANN401 - the library's name
            link = input.transition.id if input.transition is not None and input.is_applied else None
            exchange = walk.step(input.case, _name(link))
            if exchange is None or exchange.status is None:
                return None
            return walk.remember(exchange, StepOutput(readable(exchange), input.case))

    return Machine


def _run(machine: Any, seed: int) -> None:  # noqa: ANN401
    import hypothesis
    from hypothesis.errors import HypothesisException

    hypothesis.seed(seed)(machine)
    settings = hypothesis.settings(
        max_examples=EXAMPLES,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
        report_multiple_bugs=False,
        print_blob=False,
    )
    try:
        machine.run(settings=settings)
    except HypothesisException:
        # A server that answers the same differently makes the machine useless, and its links are followed below.
        return


def _begin(schema: Any, stage: Stage, walk: Walk) -> None:  # noqa: ANN401
    """Make what the links that are left begin with, if the machine has not."""
    from schemathesis.generation.stateful.state_machine import StepOutput

    bodies = {
        "createCharacter": {"model": CHARACTER_MODEL, "url": stage.source("video"), "timestamps": SPAN},
        "createGeneration": {"model": VIDEO_MODEL, "prompt": TEXT, "duration": 2, "resolution": "480p"},
    }
    for name, body in bodies.items():
        operation = schema.find_operation_by_id(name)
        if walk.left and operation.label not in walk.outputs:
            case = operation.Case(body=body, media_type="application/json")
            exchange = walk.step(case, None)
            if exchange is not None and exchange.status is not None:
                walk.remember(exchange, StepOutput(readable(exchange), case))


def _followed(link: Any, output: Any) -> Any:  # noqa: ANN401
    """Return the call that a link leads to from a reply, None if the reply does not have what it takes."""
    from schemathesis.core.result import Ok

    transition = link.extract(output)
    found = {name: part.value for name, part in transition.parameters.get("path_parameters", {}).items()}
    if transition.request_body is not None:
        found["body"] = transition.request_body.value
    values = {name: value.ok() for name, value in found.items() if isinstance(value, Ok)}
    if len(values) < len(found) or not all(map(is_json, values.values())):
        return None
    body = values.pop("body", None)
    if body is None:
        return link.target.Case(path_parameters=values)
    return link.target.Case(body=body, media_type="application/json")


def _name(link: str | None) -> str | None:
    """Return the description's name of a link, of which the library makes a longer one."""
    return next((name for name in LINKS if link is not None and f" {name} " in link), None)


CALLS = EXAMPLES * STEPS + 110
"""The calls of the machine, of the links that it leaves, and the looks at tasks, where each takes three minutes."""

STATEFUL = Survey(
    name="schema/stateful",
    rules=RULES,
    explore=explore,
    cost=Cost.GENERATION,
    price=Price(calls=CALLS, characters=MOST, generations=MOST),
    needs=frozenset({"source video"}),
)
