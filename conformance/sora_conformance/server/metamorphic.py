"""The metamorphic layer: two requests that mean the same are answered the same, whatever the answer is.

Owns the list of its probes. What a single reply has to be like is the business of other layers: where the first of a
pair goes wrong, nothing is said of the second.
"""

from sora_conformance.server import (
    metamorphic_characters,
    metamorphic_mentions,
    metamorphic_refused,
    metamorphic_tasks,
)
from sora_conformance.server.cases import Case


def metamorphic_cases() -> tuple[Case, ...]:
    """Return the cases of the layer, those that cost nothing first."""
    return (
        *metamorphic_refused.PROBES.cases,
        *metamorphic_characters.PROBES.cases,
        *metamorphic_mentions.PROBES.cases,
        *metamorphic_tasks.PROBES.cases,
    )
