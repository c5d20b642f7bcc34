"""The offer: which models, lengths and sizes the Videos API has, as terms for the engine.

Owns the values that its sources name, and which of them hold under a policy where the sources differ. It judges
nothing.
"""

from functools import lru_cache

from sora_mock.engine.policy import Policy
from sora_mock.engine.terms import Choice, Terms

STANDARD = "sora-2"
PRO = "sora-2-pro"

MODELS = {
    "sora-2": STANDARD,
    "sora-2-pro": PRO,
    "sora-2-2025-10-06": STANDARD,
    "sora-2-pro-2025-10-06": PRO,
    "sora-2-2025-12-08": STANDARD,
}
"""Every model, and the one whose limit counts its videos."""

CREATED = {
    "sora-2": 1_759_708_800,
    "sora-2-pro": 1_759_708_800,
    "sora-2-2025-10-06": 1_759_708_800,
    "sora-2-pro-2025-10-06": 1_759_708_800,
    "sora-2-2025-12-08": 1_765_152_000,
}
"""When each model was made, in Unix seconds."""

_SECONDS = ("4", "8", "12")
_LONG = ("16", "20")
_SIZES = ("720x1280", "1280x720", "1024x1792", "1792x1024")
_FULL_HD = ("1920x1080", "1080x1920")
_PRO_SHARE = 5, 2
"""Of five videos a minute with the one model, two are allowed with the other; in tiers 2 and 4 it was a little more."""


@lru_cache(maxsize=256)
def terms_of(policy: Policy) -> Terms:
    """Return what is on offer under a policy."""
    longer = _LONG if policy.video_seconds == "guide" else ()
    larger = _FULL_HD if policy.video_sizes == "guide" else ()
    whole, part = _PRO_SHARE
    return Terms(
        models=MODELS,
        per_minute={
            STANDARD: policy.videos_per_minute,
            PRO: max(1, policy.videos_per_minute * part // whole),
        },
        seconds=Choice(
            values=_SECONDS + longer, rule="video.seconds.value", disputed=dict.fromkeys(_LONG, "video.seconds.long")
        ),
        sizes={
            STANDARD: Choice(
                values=_SIZES, rule="video.size.value", disputed=dict.fromkeys(_FULL_HD, "video.size.model")
            ),
            PRO: Choice(
                values=_SIZES + larger,
                rule="video.size.value",
                disputed=dict.fromkeys(_FULL_HD, "video.size.full-hd"),
            ),
        },
        extension_seconds=Choice(values=_SECONDS + _LONG, rule="video.extension.seconds-value"),
        lifetime=round(policy.video_lifetime * 1000),
        max_prompt=policy.max_prompt,
        names_required=policy.unnamed_character == "refuse",
    )
