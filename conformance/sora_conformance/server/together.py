"""Together: the same call made several times at once.

Owns the threads. It knows neither what is called nor what is made of the replies.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from sora_conformance.exchanges import Exchange

HANDS = 32
"""The most calls that are under way at once."""


def together(number: int, call: Callable[[], Exchange]) -> list[Exchange]:
    """Make a call `number` times, as many at once as there are hands, and return what came of each.

    What a call raises is raised once all of them have ended; calls that have not begun by then are not made.
    """
    if number < 1:
        return []
    with ThreadPoolExecutor(max_workers=min(number, HANDS)) as hands:
        calls = [hands.submit(call) for _ in range(number)]
        try:
            return [one.result() for one in calls]
        finally:
            for one in calls:
                one.cancel()
