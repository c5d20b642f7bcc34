"""Sending samples: by the wire alone, and with the patience that a sampled layer has.

Owns what becomes of a sample that is not answered: one that is limited is sent once more after the wait and then left
out; a target that does not answer at all is left alone soon.
"""

from sora_conformance.budget import inconclusive
from sora_conformance.exchanges import Exchange
from sora_conformance.server.schema_samples import Sample
from sora_conformance.server.stage import Stage
from sora_conformance.wire import retry_after

UNANSWERED_IN_A_ROW = 3
"""After so many samples without any answer no more are sent."""

LIMITED_IN_A_ROW = 3
"""After so many samples that stayed limited no more are sent."""


class Sender:
    """Sends samples from a stage, one after the other."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._unanswered = 0
        self._limited = 0

    def send(self, sample: Sample, *, refusal: str | None = None, param: str | None = None) -> Exchange | None:
        """Send a sample and return what came of it, None if it was limited and stayed so.

        `refusal` and `param` are those of `Wire.call`. Raises NotJudged when the budget does not allow the call, and
        when samples are in vain.
        """
        exchange = self._sent(sample, refusal, param)
        if exchange.status == 429:
            exchange = self._later(exchange, sample, refusal, param)
        self._unanswered = self._unanswered + 1 if exchange.failure is not None else 0
        if self._unanswered > UNANSWERED_IN_A_ROW:
            raise inconclusive(f"target unavailable: {exchange.failure}: {exchange.detail}")
        self._limited = self._limited + 1 if exchange.status == 429 else 0
        if self._limited >= LIMITED_IN_A_ROW:
            raise inconclusive("rate limited: the target lets nothing through")
        return None if exchange.status == 429 else exchange

    def _later(self, limited: Exchange, sample: Sample, refusal: str | None, param: str | None) -> Exchange:
        waiting, seconds = self._stage.wire.waiting, retry_after(limited)
        if not waiting.can(seconds):
            return limited
        waiting.wait(seconds, sample.party)
        return self._sent(sample, refusal, param)

    def _sent(self, sample: Sample, refusal: str | None, param: str | None) -> Exchange:
        target = self._stage.target
        sent = sample.sent(target.url, target.key(sample.party))
        return self._stage.wire.send(sent, party=sample.party, refusal=refusal, param=param)
