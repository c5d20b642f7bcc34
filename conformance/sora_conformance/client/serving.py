"""Serving: each request that arrives at one of the stage's listeners finds its case, and is dealt with.

Owns whose a request is, which step or bait it gets, and the log of strays. Sockets and threads are the stage's.
"""

import base64
import re
import secrets
import time

import msgspec

from sora_conformance.client.arrivals import Arrival, Place
from sora_conformance.client.connections import Connection, Heard
from sora_conformance.client.dialects.base import Dialect, Facts
from sora_conformance.client.logs import Log
from sora_conformance.client.performing import Performance
from sora_conformance.client.replies import Reply, compose
from sora_conformance.client.script import Step
from sora_conformance.client.seats import Seat

_ADDRESS = re.compile(r"/x/([^/?]+)")

_VIDEO = Reply(
    status=200,
    headers=(("content-type", "video/mp4"), ("content-length", "24")),
    body=b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom",
)
_NO_PROXY = Reply(status=502, headers=(("content-length", "0"), ("connection", "close")))
_NO_HTTP = Reply(status=400, headers=(("content-length", "0"), ("connection", "close")))


class House:
    """All open seats, and what arrives for any of them or for none."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self.seats: dict[str, Seat] = {}
        self.strays = Log()

    async def serve(self, connection: Connection, place: Place) -> None:
        """Deal with the requests of a connection until there are no more."""
        while (heard := await connection.request()) is not None:
            arrival = _arrival(heard, place)
            seat = self.seats.get(arrival.case)
            if seat is None:
                seat = next((seat for seat in list(self.seats.values()) if seat.owns(_text(heard))), None)
                if seat is not None:
                    # A token that is somebody else's or nobody's is part of the path like any other.
                    where = Place.BESIDE if place is Place.STAGE else place
                    path, _, query = heard.target.partition("?")
                    arrival = msgspec.structs.replace(arrival, place=where, case=seat.token, path=path, query=query)
            log = self.strays if seat is None else seat
            if heard.state == "cut":
                log.write(msgspec.structs.replace(arrival, done=time.monotonic(), abandoned=True))
                return
            step = Step()
            if seat is not None and arrival.place is Place.STAGE and heard.state == "whole":
                step = seat.next_step(arrival)
            reply = _reply(step, heard, arrival, seat, self._dialect)
            performance = Performance(connection, step, reply, method=heard.method)
            number = log.begin(arrival, performance)
            if number is None:
                return
            try:
                await performance.run()
            finally:
                log.finish(number)
            if not performance.reusable:
                return


def _reply(step: Step, heard: Heard, arrival: Arrival, seat: Seat | None, dialect: Dialect) -> Reply:
    """Return the step's reply; at a trap what keeps a client going, so that it shows all that it would do."""
    if heard.state != "whole":
        return _NO_HTTP
    match arrival.place:
        case Place.STAGE if seat is not None:
            pass
        case Place.STAGE | Place.BESIDE:
            step = Step(reply="not_found")
        case Place.VIDEO:
            return msgspec.structs.replace(_VIDEO, body=b"") if heard.method == "HEAD" else _VIDEO
        case Place.ELSEWHERE:
            step = Step(reply="character")
        case Place.PROXY:
            return _NO_PROXY
    return compose(step, _facts(arrival, seat), dialect)


def _arrival(heard: Heard, place: Place) -> Arrival:
    path, _, query = heard.target.partition("?")
    address = _ADDRESS.match(path) if heard.state != "bad" else None
    return Arrival(
        place=place,
        case=address[1] if address else "",
        number=0,
        at=heard.at,
        done=heard.at,
        method=heard.method,
        path=path[address.end() :] if address else path,
        query=query,
        headers=heard.headers,
        body=heard.body,
        connection=heard.connection,
        secure=heard.secure,
        status=None,
    )


def _facts(arrival: Arrival, seat: Seat | None) -> Facts:
    return Facts(
        method=arrival.method,
        path=arrival.path,
        fields=arrival.fields,
        key=(arrival.header("authorization") or "").removeprefix("Bearer "),
        token=arrival.case,
        elsewhere=seat.elsewhere if seat else "",
        video=seat.results_url if seat else "",
        unique=secrets.token_hex(12),
        now=time.time(),  # noqa: TID251 - the dates of HTTP are the calendar's
    )


def _text(heard: Heard) -> str:
    """Return all of a request in which a token or a key may stand."""
    values = [heard.target, *(value for _, value in heard.headers), heard.body.decode("latin-1")]
    for value in values[1:-1]:
        scheme, _, credentials = value.partition(" ")
        if scheme.lower() == "basic":
            try:
                values.append(base64.b64decode(credentials).decode("latin-1"))
            except ValueError:
                continue
    return "\n".join(values)
