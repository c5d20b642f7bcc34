"""Showing: what arrived, as the exchanges that evidence is made of.

Owns the way from an arrival to an exchange. What may be shown of keys is the redactor's to say.
"""

import math

from sora_conformance.client.arrivals import Arrival, Place
from sora_conformance.exchanges import Exchange, Failure, Sent

SHOWN = 12
"""How many arrivals of a case are shown at the most: the first ones, and the last."""


def exchange_of(arrival: Arrival, case: str) -> Exchange:
    """Return an arrival as an exchange."""
    host = arrival.header("host") or "no-host.invalid"
    scheme = "https" if arrival.secure else "http"
    below = f"/x/{arrival.case}" if arrival.place is Place.STAGE and arrival.case else ""
    query = f"?{arrival.query}" if arrival.query else ""
    address = arrival.path if arrival.place is Place.PROXY else f"{scheme}://{host}{below}{arrival.path}{query}"
    return Exchange(
        case=case,
        sent=Sent(method=arrival.method or "?", url=address, headers=arrival.headers, body=arrival.body),
        status=arrival.status,
        headers=arrival.reply_headers,
        body=arrival.reply_body,
        failure=None if arrival.status is not None else Failure.BROKEN,
        detail="" if arrival.status is not None else f"{arrival.place}: nothing was answered",
        seconds=arrival.done - arrival.at if math.isfinite(arrival.done) else 0.0,
    )


def shown(arrivals: tuple[Arrival, ...], case: str) -> list[Exchange]:
    """Return the arrivals of a case that are shown."""
    kept = arrivals if len(arrivals) <= SHOWN else (*arrivals[:3], *arrivals[3 - SHOWN :])
    return [exchange_of(arrival, case) for arrival in kept]
