"""The registry of mutants: every broken mock there is.

Owns nothing but the list; the modules of each area make them.
"""

from tests.mutants import (
    auth,
    character_keeping,
    character_reply,
    character_request,
    character_source,
    character_task,
    character_timestamps,
    character_twice,
    error,
    error_effect,
    generation_content,
    generation_life,
    generation_mention,
    generation_request,
    generation_result,
    generation_scenes,
    generation_task,
    limit,
    limit_told,
    protocol,
    request,
)
from tests.mutants.mutant import Mutant

MUTANTS: tuple[Mutant, ...] = (
    *auth.MUTANTS,
    *request.MUTANTS,
    *character_reply.MUTANTS,
    *character_twice.MUTANTS,
    *character_source.MUTANTS,
    *character_request.MUTANTS,
    *character_timestamps.MUTANTS,
    *character_task.MUTANTS,
    *character_keeping.MUTANTS,
    *generation_request.MUTANTS,
    *generation_scenes.MUTANTS,
    *generation_mention.MUTANTS,
    *generation_life.MUTANTS,
    *generation_task.MUTANTS,
    *generation_result.MUTANTS,
    *generation_content.MUTANTS,
    *limit.MUTANTS,
    *limit_told.MUTANTS,
    *error.MUTANTS,
    *error_effect.MUTANTS,
    *protocol.MUTANTS,
)
