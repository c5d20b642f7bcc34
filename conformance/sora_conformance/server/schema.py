"""The schema layer: Schemathesis over the contract's own description, its findings told by our rules.

Owns the list of its surveys. What is tried is the library's choice, within what the contract means; every request goes
through the wire, and every reply is held against the schema as well.
"""

from sora_conformance.server.cases import Case
from sora_conformance.server.schema_acceptances import CHARACTERS, VIDEOS
from sora_conformance.server.schema_links import STATEFUL
from sora_conformance.server.schema_refusals import REFUSALS
from sora_conformance.server.survey import survey_cases

SURVEYS = (REFUSALS, CHARACTERS, VIDEOS, STATEFUL)
"""The surveys of the layer, the cheapest first."""


def schema_cases() -> tuple[Case, ...]:
    """Return the cases of the layer."""
    return tuple(case for survey in SURVEYS for case in survey_cases(survey))
