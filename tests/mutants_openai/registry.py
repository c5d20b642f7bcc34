"""The registry of broken mocks of the Videos API: all that there are.

Owns nothing but the list; the modules of each area make them.
"""

from tests.mutants.mutant import Mutant
from tests.mutants_openai import (
    mutants,
    mutants_of_bodies,
    mutants_of_casts,
    mutants_of_characters,
    mutants_of_clips,
    mutants_of_contents,
    mutants_of_creations,
    mutants_of_forms,
    mutants_of_limits,
    mutants_of_lists,
    mutants_of_mistakes,
    mutants_of_replies,
    mutants_of_requests,
    mutants_of_sources,
    mutants_of_videos,
)

MUTANTS: tuple[Mutant, ...] = (
    *mutants.MUTANTS,
    *mutants_of_requests.MUTANTS,
    *mutants_of_forms.MUTANTS,
    *mutants_of_bodies.MUTANTS,
    *mutants_of_creations.MUTANTS,
    *mutants_of_casts.MUTANTS,
    *mutants_of_characters.MUTANTS,
    *mutants_of_clips.MUTANTS,
    *mutants_of_videos.MUTANTS,
    *mutants_of_contents.MUTANTS,
    *mutants_of_lists.MUTANTS,
    *mutants_of_sources.MUTANTS,
    *mutants_of_limits.MUTANTS,
    *mutants_of_replies.MUTANTS,
    *mutants_of_mistakes.MUTANTS,
)
"""Each breaks the rule that it names."""
