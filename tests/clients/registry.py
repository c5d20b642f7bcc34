"""The registry of faulty clients: every one there is.

Owns nothing but the list; the modules of each area make them.
"""

from tests.clients import answers, bodies, keys, places, requests, retries, waits
from tests.clients.variant import Faulty

FAULTY: tuple[Faulty, ...] = (
    *bodies.FAULTY,
    *keys.FAULTY,
    *places.FAULTY,
    *requests.FAULTY,
    *retries.FAULTY,
    *waits.FAULTY,
    *answers.FAULTY,
)
