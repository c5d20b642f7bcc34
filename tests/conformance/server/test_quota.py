"""What a reply states of the limit."""

import pytest

from sora_conformance.exchanges import Exchange, Sent
from sora_conformance.server.quota import flaws, quota_of


def stating(limit="60", remaining="59", reset="59.5s"):
    values = {"limit": limit, "remaining": remaining, "reset": reset}
    headers = tuple((f"X-RateLimit-{word}-Requests", value) for word, value in values.items() if value is not None)
    return Exchange(sent=Sent(method="POST", url="http://localhost/"), status=200, headers=headers)


@pytest.mark.parametrize(
    ("reset", "seconds"), [("59.5s", 59.5), ("59500ms", 59.5), ("1m", 60), ("0m1s500ms", 1.5), ("0s", 0)]
)
def test_a_reset_has_a_unit_of_any_kind(reset, seconds):
    quota = quota_of(stating(reset=reset))
    assert (quota.limit, quota.remaining, quota.used, quota.reset) == (60, 59, 1, seconds)


@pytest.mark.parametrize(
    "broken",
    [
        {"limit": None},
        {"remaining": None},
        {"reset": None},
        {"limit": "sixty"},
        {"remaining": "-1"},
        {"remaining": "61"},
        {"limit": "0", "remaining": "0"},
        {"reset": "59"},
        {"reset": "61s"},
        {"reset": "s"},
        {"reset": ""},
    ],
)
def test_what_is_missing_or_impossible_is_told(broken):
    exchange = stating(**broken)
    assert len(flaws(exchange)) == 1
    assert quota_of(exchange) is None
