"""The proxy: its operators, and the table of what they are put to."""

import asyncio
import json
from functools import cache

import httpx2
import pytest

from sora_conformance.contract import load
from tests.mutants.conversation import converse
from tests.mutants.craft import fresh_mock
from tests.mutants.operators import BODY, HEADER, KINDS, STATUS, Told
from tests.mutants.places import CALLS, FIELDS
from tests.mutants.proxy import PROXY_MUTANTS
from tests.mutants.talk import CHARACTER

SCHEMAS = {"creation": "Character", "retrieval": "Generation", "bad-request": "Error"}


@cache
def samples() -> dict[str, list[Told]]:
    """Return replies of every kind, as a sound mock gives them."""
    found = {where: [] for where in CALLS}
    for heard in converse(fresh_mock()):
        for where, call in CALLS.items():
            if call.path(heard.method, heard.path) and heard.status in call.statuses:
                found[where].append(Told(heard.status, heard.headers, json.loads(heard.body)))
    return found


def specified(schema: dict, path: str = "") -> set[str]:
    """Return the dotted paths of all fields that a schema describes, alternatives and references included."""
    if "$ref" in schema:
        schema = load().openapi["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    paths = {name for part in schema.get("oneOf", ()) for name in specified(part, path)}
    for name, field in schema.get("properties", {}).items():
        paths |= {path + name} | specified(field, f"{path}{name}.")
    return paths


def test_there_are_the_23_kinds_of_change():
    assert (len(STATUS), len(HEADER), len(BODY)) == (3, 6, 14)
    assert {mutant.operator for mutant in PROXY_MUTANTS} == set(KINDS)


def test_names_are_unique():
    names = [mutant.name for mutant in PROXY_MUTANTS]
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("where", SCHEMAS)
def test_every_field_that_the_contract_describes_is_spoiled(where):
    described = specified({"$ref": f"/{SCHEMAS[where]}"})
    # What a failed task says is not among the replies that a sound mock gives.
    assert described - {"error.code", "error.message"} <= set(FIELDS[where]) | set(FIELDS["bad-request"])


@pytest.mark.parametrize("mutant", PROXY_MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_changes_replies(mutant):
    assert any(mutant.change(told) != told for told in samples()[mutant.where])


@pytest.mark.parametrize("mutant", PROXY_MUTANTS[:1] + PROXY_MUTANTS[3:5], ids=lambda mutant: mutant.name)
def test_a_change_arrives(mutant):
    async def made(app) -> httpx2.Response:
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://mock/v1/sora") as client:
            return await client.post("/characters", json=CHARACTER, headers={"authorization": "Bearer sk-alice"})

    plain, spoiled = asyncio.run(made(fresh_mock())), asyncio.run(made(mutant.app()))
    assert (spoiled.status_code, spoiled.headers.multi_items()) != (plain.status_code, plain.headers.multi_items())
    assert spoiled.json().keys() == plain.json().keys()
