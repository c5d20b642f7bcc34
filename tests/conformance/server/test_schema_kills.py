"""What the schema layer notices in broken mocks, and under which rule."""

import pytest

from sora_conformance.server.schema import SURVEYS
from sora_conformance.server.survey import sightings_of
from tests.conformance.server.schema_support import stage_at
from tests.mutants.registry import MUTANTS
from tests.mutants.serving import serving

BROKEN = {mutant.name: mutant for mutant in MUTANTS}


def noticed(name):
    """Return the rules that a broken mock breaks, as far as the layer notices."""
    with serving(BROKEN[name].app()) as url, stage_at(url, mock=True) as stage:
        found = {}
        for survey in SURVEYS:
            seen = sightings_of(stage, survey)
            found |= {rule: seen.of(rule).findings for rule in survey.rules if seen.of(rule).findings}
        return found


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("json-as-plain-text", {"protocol.content-type"}),
        ("generation-201", {"generation.created"}),
        ("480p-refused", {"generation.resolution.accepted"}),
        ("form-accepted", {"request.content-type"}),
        ("validation-422", {"error.status"}),
        ("errors-without-type", {"error.shape"}),
        ("one-type-for-all", {"error.type"}),
        ("metadata-without-analysis", {"character.reply.shape", "character.reply.metadata"}),
    ],
)
def test_what_is_broken_is_told_by_the_very_rule(name, rules):
    assert set(noticed(name)) == rules
