"""A mock behind a keys file: who is let in, what keys share, and how much each account may do."""

import pytest

from sora_mock.control import Client
from tests.e2e.calling import CHARACTER, CLIP, assert_refused
from tests.e2e.serving import MockProcess

KEYS = """
[accounts.studio]
tier = 2
keys = ["sk-laptop", "sk-ci"]

[accounts.guest]
keys = ["sk-guest"]

[accounts.big]
tier = 5
keys = ["sk-big", "sk-revoked-big"]
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    folder = tmp_path_factory.mktemp("keys")
    keys = folder / "keys.toml"
    keys.write_text(KEYS, encoding="utf-8")
    mock = MockProcess(folder, "--keys", str(keys), "--set", "creations_per_minute=4").wait_until_ready()
    yield mock
    assert mock.stop() == (0, "")
    assert mock.errors == ""


@pytest.fixture
def closed(house):
    """Return the mock behind the keys file, with nothing in it."""
    with Client(house.origin, account="*") as client:
        client.reset()
    return house


def test_keys_of_one_account_share_its_characters(closed, call):
    name = call(closed.url, "sk-laptop").character()
    assert call(closed.url, "sk-ci").post("/generations", CLIP | {"prompt": f"@{name} waves"}).status == 200


def test_keys_of_one_account_share_its_tasks(closed, call):
    task_id = call(closed.url, "sk-laptop").task()
    assert call(closed.url, "sk-ci").generation(task_id)["id"] == task_id


def test_keys_of_one_account_share_its_limit(closed, call):
    call(closed.url, "sk-laptop").character()
    assert call(closed.url, "sk-ci").remaining() == 7


def test_another_account_shares_nothing(closed, call):
    name = call(closed.url, "sk-laptop").character()
    guest = call(closed.url, "sk-guest")
    assert_refused(
        guest.post("/generations", CLIP | {"prompt": f"@{name} waves"}), 404, "character_not_found", "prompt"
    )


@pytest.mark.parametrize(("key", "limit"), [("sk-guest", 4), ("sk-laptop", 8), ("sk-big", 60)])
def test_the_tier_scales_the_limit(closed, call, key, limit):
    caller = call(closed.url, key)
    statuses = [caller.post("/characters", CHARACTER).status for _ in range(limit + 1)]
    assert statuses == [200] * limit + [429]


@pytest.mark.parametrize("key", ["sk-nobody", "sk-lapto", "sk-laptop2", "SK-LAPTOP", "studio", "sk-revoked-big"])
def test_a_key_that_is_not_listed_or_revoked_opens_nothing(closed, call, key):
    assert_refused(call(closed.url, key).post("/characters", CHARACTER), 401, "invalid_api_key")


def test_a_revoked_key_opens_nothing_where_any_other_does(shared, call):
    assert_refused(call(shared.url, "sk-revoked").post("/characters", CHARACTER), 401, "invalid_api_key")


def test_health_tells_that_only_listed_keys_are_let_in(closed, call):
    assert call(closed.url).get(f"{closed.origin}/_mock/health").json["keys"] == "closed"


def test_health_tells_that_any_key_is_let_in(shared, call):
    assert call(shared.url).get(f"{shared.origin}/_mock/health").json["keys"] == "open"


def test_an_account_keeps_its_characters_when_its_keys_change(serve, call, tmp_path):
    keys, state = tmp_path / "keys.toml", tmp_path / "state.db"
    keys.write_text('[accounts.studio]\nkeys = ["sk-old"]', encoding="utf-8")
    first = serve("--keys", str(keys), "--state", str(state))
    name = call(first.url, "sk-old").character()
    first.stop()
    keys.write_text('[accounts.studio]\nkeys = ["sk-new"]', encoding="utf-8")
    second = serve("--keys", str(keys), "--state", str(state))
    assert call(second.url, "sk-new").post("/generations", CLIP | {"prompt": f"@{name} waves"}).status == 200
    assert call(second.url, "sk-old").post("/characters", CHARACTER).status == 401
