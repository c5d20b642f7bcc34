"""Judging traffic: what a command sent becomes one line for each rule of clients.

Owns the way from exhibits to lines, and what is said of a rule that the traffic did not come upon. It is pure.
"""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase

from sora_conformance.client.canaries import VEIL, Canaries
from sora_conformance.client.dialects import Dialect
from sora_conformance.client.showing import exchange_of
from sora_conformance.client.watch_lines import watch_lines
from sora_conformance.contract import Side
from sora_conformance.observe.exhibits_requests import REQUESTS, looks_of
from sora_conformance.observe.exhibits_traffic import TRAFFIC
from sora_conformance.observe.exhibits_tries import TRIES
from sora_conformance.observe.exhibits_waits import WAITS
from sora_conformance.observe.scene import Exhibit, Scene, Shown
from sora_conformance.observe.traffic import Traffic
from sora_conformance.observe.unseen import unseen
from sora_conformance.server.survey import Sightings
from sora_conformance.verdicts import Line

SHOWN_TRIES = 4
"""How many exchanges one finding shows: the first ones, and the last."""


def judge_traffic(traffic: Traffic, *, strict: bool, patterns: tuple[str, ...] = ()) -> tuple[Line, ...]:
    """Return one line for each rule of clients that any of the patterns matches; of all where there is no pattern."""
    contract = traffic.dialect.contract
    rules = [
        rule.id
        for rule in contract.rules
        if rule.side is Side.CLIENT and (not patterns or any(fnmatchcase(rule.id, glob) for glob in patterns))
    ]
    scene = Scene.of(traffic)
    return tuple(
        watch_lines(
            rules,
            contract,
            sightings_of(scene, rules),
            Canaries({traffic.key: VEIL}),
            strict=strict,
            unfit=_unfit(traffic),
            named=traffic_name,
            unseen=unseen if scene.arrivals else lambda _rule: _silent(traffic),
        )
    )


def exhibits_of(dialect: Dialect) -> Mapping[str, Exhibit]:
    """Return what looks at traffic in a dialect, by rule."""
    return {**looks_of(dialect), **REQUESTS, **TRIES, **WAITS, **TRAFFIC}


def sightings_of(scene: Scene, rules: list[str]) -> Sightings:
    """Return what a scene shows of some rules."""
    seen, exhibits = Sightings(), exhibits_of(scene.traffic.dialect)
    for rule in rules:
        for shown in exhibits.get(rule, _nothing)(scene):
            kept = shown.arrivals if len(shown.arrivals) <= SHOWN_TRIES else (*shown.arrivals[:3], shown.arrivals[-1])
            name = traffic_name(rule)
            seen.note(rule, shown.findings, *(exchange_of(arrival, name) for arrival in kept))
    return seen


def traffic_name(rule: str) -> str:
    """Return the name of what the traffic says of a rule."""
    return f"traffic/{rule.removeprefix('client.').replace('.', '/')}"


def _nothing(_scene: Scene) -> Iterator[Shown]:
    return iter(())


def _silent(traffic: Traffic) -> str:
    if traffic.arrivals:
        return f"not exercised: nothing that the command sent to the mock is of the dialect {traffic.dialect.name}"
    return "not exercised: the command sent nothing to the mock"


def _unfit(traffic: Traffic) -> str | None:
    ended = traffic.ended
    return None if ended.misdeed is None else ended.detail or f"the command cannot be judged: {ended.misdeed}"
