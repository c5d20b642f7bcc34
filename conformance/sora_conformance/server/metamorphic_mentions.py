"""Metamorphic probes of mentions: the same characters, mentioned in other ways.

Owns the pairs of prompts.
"""

from sora_conformance.budget import inconclusive
from sora_conformance.server.checks import accepted
from sora_conformance.server.metamorphic_pairs import generating, given, loose, same, two_characters
from sora_conformance.server.pointing import at
from sora_conformance.server.probe import Probes
from sora_conformance.server.stage import VIDEO_MODEL, Stage

PROBES = Probes()

_AREA = "generation.mention."


@generating(PROBES, "mention/order", _AREA + "order", 2, own=2)
def mentions_in_another_order(stage: Stage) -> list[str]:
    """The same two mentions in another order are the same two characters."""
    one, two = two_characters(stage)
    there = stage.generate(f"@{one} and @{two} wait for the tram")
    back = stage.generate(f"@{two} and @{one} wait for the tram")
    # Neither order is the first by rights: where one is accepted, the other has to be.
    return same(there, back, "/characters") if not accepted(there) else same(given(back), there)


@generating(PROBES, "mention/joined", _AREA + "several", 3, own=2)
def mentions_joined(stage: Stage) -> list[str]:
    """Two characters that are accepted one by one are accepted together, and are both of them there."""
    one, two = two_characters(stage)
    apart = [given(stage.generate(f"@{name} waits for the tram")) for name in (one, two)]
    together = stage.generate(f"@{one} and @{two} wait for the tram")
    lists = [at(exchange.json, "/characters") for exchange in (*apart, together)]
    findings = accepted(together)
    if findings or not all(isinstance(names, list) for names in lists):
        return findings
    expected, found = loose([*lists[0], *lists[1]]), loose(lists[2])
    return [] if found == expected else [f"/characters: expected those of both prompts, {expected}, found {found}"]


@generating(PROBES, "mention/moved", _AREA + "inside", 2)
def mention_moved(stage: Stage) -> list[str]:
    """A mention that is moved from the start to the end of the text is the same mention."""
    name = stage.character()
    first = given(stage.generate(f"@{name} waits for the tram"))
    return same(first, stage.generate(f"The tram stops, and who gets off? (@{name})"), "/characters")


@generating(PROBES, "mention/doubled", _AREA + "repeated", 2)
def mention_doubled(stage: Stage) -> list[str]:
    """A second mention of the same character changes nothing."""
    name = stage.character()
    first = given(stage.generate(f"@{name} looks up"))
    return same(first, stage.generate(f"@{name} looks up and @{name} looks down"), "/characters")


@generating(PROBES, "mention/beside-words", _AREA + "text", 2)
def mention_beside_words(stage: Stage) -> list[str]:
    """Words with an `@` in them change nothing about the mention beside them."""
    name = stage.character()
    first = given(stage.generate(f"@{name} writes a letter"))
    return same(first, stage.generate(f"@{name} writes to me@example.com and @ all"), "/characters")


@generating(PROBES, "mention/escaped", _AREA + "one", 2)
def mention_escaped(stage: Stage) -> list[str]:
    r"""An `@` that JSON writes as `\u0040` is the same `@`, and so is every other letter."""
    name = stage.character()
    first = given(stage.generate(f"@{name} looks up"))
    text = f"\\u0040{name} \\u006cooks \\u0075p"
    body = f'{{"model":"{VIDEO_MODEL}","prompt":"{text}","duration":2,"resolution":"480p"}}'
    return same(first, stage.wire.call("POST", "/generations", body=body.encode()), "/characters", "/prompt")


@generating(PROBES, "mention/of-twins", _AREA + "several", 1, own=0, twins=2)
def mention_of_twins(stage: Stage) -> list[str]:
    """Two characters of the same creation sent twice can both be mentioned."""
    one, two = (stage.new_character() for _ in range(2))
    if one == two:
        raise inconclusive("setup: two characters were needed, and both have the same id")
    return accepted(stage.generate(f"@{one} and @{two} look at each other"))
