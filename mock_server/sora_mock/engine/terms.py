"""Terms: what one contract lets a video be asked for, as data.

Owns the shapes by which a dialect tells its values, so that no rule has to know a dialect. It knows none of the values.
"""

from collections.abc import Mapping, Sequence

import msgspec

from sora_mock.engine import video_problems
from sora_mock.engine.problems import Refused


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """The values that a field may have, and the rule that refuses all others.

    `disputed` gives the rules that refuse single values instead.
    """

    values: tuple[str, ...]
    rule: str
    disputed: Mapping[str, str] = {}


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What a contract offers.

    `models` maps each model to the name of the limit that counts its videos, `per_minute` that name to how many a
    minute may have, `sizes` to the sizes of its videos. Lengths are whole seconds, written as texts; `lifetime` is in
    milliseconds. The first model, and the first of each choice, is what is meant where none is asked for.
    """

    models: Mapping[str, str]
    per_minute: Mapping[str, int]
    seconds: Choice
    sizes: Mapping[str, Choice]
    extension_seconds: Choice
    lifetime: int
    max_prompt: int
    max_characters: int = 2
    max_steps: int = 6
    max_total: int = 120
    names_required: bool = True


def chosen(choice: Choice, param: str, value: str | None) -> str:
    """Return the value of a field, or the first that may be chosen when there is none; raise Refused for others."""
    if value is None:
        return choice.values[0]
    if value not in choice.values:
        raise Refused(video_problems.choice_invalid(param, value, choice.values, _rule(choice, value)))
    return value


def model_of(terms: Terms, name: str | None, rule: str) -> str:
    """Return the model that is meant; raise Refused for one that makes no videos."""
    models: Sequence[str] = tuple(terms.models)
    if name is None:
        return models[0]
    if name not in terms.models:
        raise Refused(video_problems.choice_invalid("model", name, models, rule))
    return name


def counter_of(terms: Terms, model: str) -> str:
    """Return the name of the limit that counts a model's videos; one of another contract counts as the first."""
    return terms.models.get(model) or next(iter(terms.models.values()))


def _rule(choice: Choice, value: str) -> str:
    return choice.disputed.get(value, choice.rule)
