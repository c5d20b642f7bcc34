"""The registries of variants: every faulty client that there is, and every harmless one, by dialect.

Owns nothing but the lists; the modules of each area make them. What breaks a rule in one dialect can break it in
another: those of the Videos API are chosen from those of the guide, one to three for a rule, beside its own.
"""

from tests.clients import (
    answers,
    benign,
    bodies,
    keys,
    places,
    requests,
    retries,
    video_answers,
    video_benign,
    videos,
    waits,
)
from tests.clients.variant import Benign, Faulty

_GUIDE: tuple[Faulty, ...] = (
    *bodies.FAULTY,
    *keys.FAULTY,
    *places.FAULTY,
    *requests.FAULTY,
    *retries.FAULTY,
    *waits.FAULTY,
    *answers.FAULTY,
)

SHARED = frozenset(
    {
        *("mojibake", "emoji-dropped"),
        *("bare-key", "key-in-query", "bearer-none", "stand-in-key", "key-of-the-environment"),
        *("errors-quote-the-server", "strange-success-quoted", "requests-logged"),
        *("slash-doubled", "default-host", "telemetry"),
        *("sent-twice", "sent-again-in-the-background", "cancel-ignored", "sent-again-when-cancelled"),
        *("connection-closed", "connection-not-kept"),
        *("429-final", "retry-after-overlooked", "retry-after-halved", "date-overlooked"),
        *("day-slept-through", "words-raise", "negative-is-zero", "zero-obeyed"),
        *("wait-constant", "no-jitter", "without-end", "one-try", "limit-told-as-failure"),
        *("400-again", "401-again", "403-again", "503-final", "503-hastened"),
        *("again-after-a-timeout", "again-after-a-loss", "again-after-half"),
        *("pace-kept", "last-id-for-all", "no-limit-of-time", "timeout-told-as-loss"),
        *("connection-waited-for", "connection-told-as-refusal"),
        *("cut-off-taken", "told-late", "read-to-the-end"),
        *("status-hidden", "message-dropped", "one-kind", "error-json-expected", "page-hides-the-status"),
        *("redirects-with-the-key", "key-to-the-same-name", "key-on-downgrade"),
        "certificates-unchecked",
    }
)

FAULTY: dict[str, tuple[Faulty, ...]] = {
    "guide": _GUIDE,
    "openai": (*(each for each in _GUIDE if each.name in SHARED), *videos.FAULTY, *video_answers.FAULTY),
}

BENIGN: dict[str, tuple[Benign, ...]] = {
    "guide": (*benign.GUIDE, *benign.EVERYWHERE),
    "openai": (*benign.EVERYWHERE, *video_benign.BENIGN),
}

VARIANTS: dict[str, Faulty | Benign] = {
    variant.name: variant for registry in (FAULTY, BENIGN) for variants in registry.values() for variant in variants
}
"""All of them by their names."""
