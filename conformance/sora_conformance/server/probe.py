"""A probe: a case that is code, because it looks at more than a table can say.

Owns the decorator that makes a case of a function.
"""

from collections.abc import Callable

from sora_conformance.contract import Cost
from sora_conformance.server.cases import Case, Findings, Price
from sora_conformance.server.stage import Stage

Trial = Callable[[Stage], Findings]


class Probes:
    """Collects the cases of a module, in the order in which they are written."""

    def __init__(self) -> None:
        self.cases: list[Case] = []

    def __call__(
        self,
        case_id: str,
        rule: str,
        *,
        cost: Cost,
        price: Price,
        needs: tuple[str, ...] = (),
        props: tuple[str, ...] = (),
        alone: bool = False,
        features: tuple[str, ...] = (),
    ) -> Callable[[Trial], Trial]:
        """Return a decorator that makes a case of a function from a stage to findings."""

        def add(trial: Trial) -> Trial:
            self.cases.append(
                Case(
                    id=case_id,
                    rule=rule,
                    title=(trial.__doc__ or "").strip().partition("\n")[0],
                    cost=cost,
                    price=price,
                    needs=frozenset(needs),
                    props=frozenset(props),
                    alone=alone,
                    features=frozenset(features),
                    run=trial,
                )
            )
            return trial

        return add
