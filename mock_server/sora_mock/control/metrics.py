"""Metrics: the mock in numbers, in the form that Prometheus reads.

Owns names and labels. It counts nothing itself: the tally does, and the rest is read when it is asked for.
"""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from sora_mock.control.desk import Desk

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def metrics(desk: Desk) -> bytes:
    """Return the mock's metrics as text."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Numbers(desk))
    return generate_latest(registry)


class _Numbers(Collector):
    """Reads one mock's numbers."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def collect(self) -> Iterator[Metric]:
        """Yield every family of numbers."""
        yield from self._counters()
        yield from self._gauges()

    def _counters(self) -> Iterator[Metric]:
        tally = self._desk.journal.tally
        requests = CounterMetricFamily(
            "sora_mock_requests", "Requests of the contract, by operation and status.", labels=("operation", "status")
        )
        limited = CounterMetricFamily(
            "sora_mock_rate_limited", "Requests answered 429, by operation.", labels=("operation",)
        )
        for (operation, status), number in sorted(tally.exchanges.items(), key=str):
            requests.add_metric((operation or "", str(status)), number)
            if status == 429:
                limited.add_metric((operation or "",), number)
        faults = CounterMetricFamily("sora_mock_faults", "Faults that struck, by name.", labels=("fault",))
        for name, number in sorted(tally.faults.items()):
            faults.add_metric((name,), number)
        yield from (requests, limited, faults)

    def _gauges(self) -> Iterator[Metric]:
        accounts = self._desk.accounts()
        journal = self._desk.journal
        for name, help_, value in (
            ("accounts", "Accounts that anything has happened to.", len(accounts)),
            ("characters", "Characters of all accounts.", sum(one.characters for one in accounts)),
            ("generations", "Generations of all accounts.", sum(one.generations for one in accounts)),
            ("journal_entries", "Exchanges that the journal remembers.", journal.size),
            ("journal_bytes", "Bytes that the journal holds on to, roughly.", journal.weight),
        ):
            yield GaugeMetricFamily(f"sora_mock_{name}", help_, value=value)
