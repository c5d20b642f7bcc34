"""Variants before the judge of clients, many at once: they mostly wait.

Owns how many, and in which order. What a verdict is worth is said elsewhere.
"""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from sora_conformance.client.choosing import Terms
from sora_conformance.client.runner import judge_client
from sora_conformance.contract import load
from sora_conformance.verdicts import DEVIATIONS, Line
from tests.clients.adapter import command
from tests.clients.registry import FAULTY
from tests.clients.variant import Benign, Faulty

CONTRACTS = {dialect: load(dialect) for dialect in FAULTY}
AT_ONCE, CALMLY = 8, 2
"""How many clients are judged beside each other, and how many of those whose waits are measured to hundredths."""

LONG = ("client.timeout", "client.retry.bounded", "client.retry.unavailable")
"""The rules whose cases take long, which are begun first."""

FINE = ("client.retry.backoff", "client.retry.retry-after-garbage", "client.retry.retry-after-zero")
"""The rules whose cases measure waits to hundredths: a busy machine blurs them, so that they overlook things."""

TRIES = 3
"""How often a client that breaks one of those is judged at most until it is noticed."""


def judged(name: str, *patterns: str, dialect: str) -> tuple[Line, ...]:
    """Return the lines of a variant, for the rules that match."""
    return judge_client(Terms(command=command(name), dialect=dialect, patterns=patterns)).lines


def all_judged(clients: Iterable[Faulty | Benign], *, dialect: str) -> dict[str, tuple[Line, ...]]:
    """Return the lines of variants by their names: of a faulty one for its rule, of a benign one for all."""
    patterns = {client.name: (client.rule,) if isinstance(client, Faulty) else () for client in clients}
    order = sorted(patterns, key=lambda name: not any(rule.startswith(LONG) for rule in patterns[name]))
    fine = [name for name in order if set(patterns[name]) & set(FINE)]
    coarse = [name for name in order if name not in fine]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        lines = dict(
            zip(coarse, pool.map(lambda name: judged(name, *patterns[name], dialect=dialect), coarse), strict=True)
        )
    with ThreadPoolExecutor(CALMLY) as pool:
        return lines | dict(
            zip(fine, pool.map(lambda name: _finely(name, *patterns[name], dialect=dialect), fine), strict=True)
        )


def _finely(name: str, rule: str, *, dialect: str) -> tuple[Line, ...]:
    lines: tuple[Line, ...] = ()
    for _ in range(TRIES):
        lines = judged(name, rule, dialect=dialect)
        if deviant(lines):
            break
    return lines


def deviant(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Return the lines that say that a client does not do what a rule says."""
    return tuple(line for line in lines if line.verdict in DEVIATIONS)
