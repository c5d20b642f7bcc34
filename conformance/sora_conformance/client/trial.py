"""A trial: one case of a client, from the first call to the moment when nothing more comes.

Owns the order of the calls and the waiting for their ends. What is to be made of it all is `expecting`'s.
"""

import time
from collections.abc import Mapping
from typing import Any

import msgspec

from sora_conformance.client.adapter import Adapter, AdapterFailed, Misdeed
from sora_conformance.client.arrivals import Arrival
from sora_conformance.client.cases import Ask, ClientCase
from sora_conformance.client.protocol import Answer, Call
from sora_conformance.client.seats import Seat
from sora_conformance.client.stage import Stage

QUIET_SECONDS = 0.2
"""How long nothing may arrive before a case is over: long enough for a late duplicate."""

QUIET_LIMIT = 3.0
"""How long that is waited for."""


class Tried(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a case.

    `answers` are by call (None: there was none in time), `began` when each was made, on the clock of the arrivals, and
    `seconds` how long each took; `arrivals` are what came, `log` what the process said on standard error. `key` and
    `token` are the case's own.
    """

    answers: tuple[Answer | None, ...]
    began: tuple[float, ...]
    seconds: tuple[float, ...]
    arrivals: tuple[Arrival, ...]
    log: str
    key: str
    token: str
    video_url: str


def attempt(case: ClientCase, adapter: Adapter, stage: Stage, seat: Seat) -> Tried:
    """Try a case. Raises AdapterFailed if the adapter does not do its part, LookupError where this machine cannot."""
    began = time.monotonic()
    moments = sorted(_moments(case), key=lambda moment: moment[0])
    asked: dict[int, float] = {}
    for at, number, cancels in moments:
        _until(began + at, adapter)
        if cancels:
            adapter.cancel(_name(seat, number))
        else:
            asked[number] = time.monotonic()
            adapter.call(_call(case.ask[number], _name(seat, number), stage, seat))
    answers, seconds = [], []
    for number, ask in enumerate(case.ask):
        answers.append(_answer(adapter, _name(seat, number), asked[number] + ask.limit))
        seconds.append(time.monotonic() - asked[number])
    seat.wait_quiet(QUIET_SECONDS, QUIET_LIMIT)
    return Tried(
        answers=tuple(answers),
        began=tuple(asked[number] for number in range(len(case.ask))),
        seconds=tuple(seconds),
        arrivals=seat.arrivals,
        log=adapter.log,
        key=seat.key,
        token=seat.token,
        video_url=seat.video_url,
    )


def _moments(case: ClientCase) -> list[tuple[float, int, bool]]:
    """Return when which call is made, and when it is cancelled."""
    calls = [(ask.after, number, False) for number, ask in enumerate(case.ask)]
    cancels = [(ask.after + ask.cancel, number, True) for number, ask in enumerate(case.ask) if ask.cancel is not None]
    return calls + cancels


def _until(moment: float, adapter: Adapter) -> None:
    while (left := moment - time.monotonic()) > 0:
        adapter.check()
        time.sleep(min(left, 0.05))  # noqa: TID251 - a call that begins later has to be waited for


def _answer(adapter: Adapter, name: str, deadline: float) -> Answer | None:
    try:
        return adapter.answer(name, seconds=max(0.0, deadline - time.monotonic()))
    except AdapterFailed as failure:
        if failure.misdeed is Misdeed.SILENT:
            return None
        raise


def _name(seat: Seat, number: int) -> str:
    return f"{seat.token}-{number}"


def _call(ask: Ask, name: str, stage: Stage, seat: Seat) -> Call:
    return Call(
        id=name,
        op=ask.op,
        args=_args(ask, stage, seat),
        base_url=_address(ask, stage, seat) + ask.base_url,
        api_key={"own": seat.key, "empty": "", "none": None}[ask.key],
        timeout_s=ask.timeout,
    )


def _address(ask: Ask, stage: Stage, seat: Seat) -> str:
    match ask.at:
        case "tls":
            return seat.https_url
        case "blackhole":
            address = stage.blackhole_url(seat)
            if address is None:
                raise LookupError("this machine has no address that accepts no connection")
            return address
        case _:
            return seat.base_url


def _args(ask: Ask, stage: Stage, seat: Seat) -> dict[str, Any]:
    args = {**stage.dialect.args[ask.op], **ask.args}
    words = {"{video}": seat.video_url}
    if "{clip}" in args.values():
        words["{clip}"] = str(stage.clip)
    found: dict[str, Any] = filled(args, words)
    return found


def filled(value: Any, words: Mapping[str, str]) -> Any:  # noqa: ANN401 - any JSON value
    """Return the arguments of a call with the placeholders in them filled."""
    if isinstance(value, dict):
        return {name: filled(inner, words) for name, inner in value.items()}
    if isinstance(value, str):
        for placeholder, word in words.items():
            value = value.replace(placeholder, word)
    return value
