"""The plan in words: what a run would call and what that may cost.

Owns the wording. The sums are `plan`'s.
"""

from collections import Counter
from collections.abc import Iterator

from sora_conformance.run import Prepared, Terms
from sora_conformance.server.judge import not_run
from sora_conformance.server.plan import shares, total


def plan_words(ready: Prepared, terms: Terms) -> Iterator[str]:
    """Yield the plan line by line."""
    target, cases = ready.target, ready.choice.cases
    where = "this machine" if target.local else "a server elsewhere"
    yield f"Plan for {target.url} ({where}{', a mock with a clock' if target.mock else ''}), seed {terms.seed}"
    yield f"{'class':<12}{'cases':>8}{'left out':>10}{'calls':>8}{'characters':>12}{'generations':>13}"
    for share in shares(cases, target, terms.allow):
        price = share.price
        yield (
            f"{share.cost:<12}{share.tried:>8}{share.left_out:>10}"
            f"{price.calls:>8}{price.characters:>12}{price.generations:>13}"
        )
    price = total(cases, target, terms.allow)
    yield (
        f"At most {price.calls} calls, {price.characters} characters (which stay for ever), "
        f"{price.generations} generations."
    )
    limits = [
        f"{name} {value}"
        for name in ("calls", "characters", "generations")
        if (value := getattr(terms.limits, name)) is not None
    ]
    if limits:
        yield f"The run ends before it goes beyond: {', '.join(limits)}."
    reasons = Counter(reason for case in cases if (reason := not_run(case, target, terms.allow)) is not None)
    for reason, count in sorted(reasons.items()):
        yield f"{count} left out: {reason}"
