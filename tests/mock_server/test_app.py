"""The whole application, called as ASGI."""

import asyncio
import json
import subprocess
import sys

import httpx2
import pytest

import sora_mock
from sora_mock.app import create_app
from sora_mock.settings import Settings
from tests.mock_server.support import CHARACTER


@pytest.fixture
def ask():
    """Return a function that sends one request to a fresh application."""

    def send(method, path, *, app=None, base="http://127.0.0.1:8000", **request):
        async def exchange():
            transport = httpx2.ASGITransport(app or create_app())
            async with httpx2.AsyncClient(transport=transport, base_url=base) as client:
                return await client.request(method, path, **request)

        return asyncio.run(exchange())

    return send


def test_the_contracts_paths_are_served(ask):
    answer = ask("POST", "/v1/sora/characters", json=CHARACTER, headers={"authorization": "Bearer sk-a"})
    assert (answer.status_code, answer.json()["object"]) == (200, "character")


def test_the_openapi_document_is_served(ask):
    assert ask("GET", "/openapi.json").json()["openapi"].startswith("3.1")


def test_the_readable_page_is_served(ask):
    answer = ask("GET", "/docs")
    assert answer.headers["content-type"].startswith("text/html")
    assert "createCharacter" in answer.text


def test_each_dialect_has_a_page_and_a_document(ask):
    assert "createVideo" in ask("GET", "/docs/openai").text
    assert "/videos" in ask("GET", "/docs/openai/openapi.json").json()["paths"]
    assert ask("GET", "/docs/guide/openapi.json").json() == ask("GET", "/openapi.json").json()
    assert ask("GET", "/docs/nonsense").json()["error"]["code"] == "not_found"


@pytest.mark.parametrize("mode", ["open", "closed"])
def test_health_tells_how_keys_are_handled(ask, tmp_path, mode):
    keys = tmp_path / "keys.toml"
    keys.write_text('[accounts.a]\nkeys = ["sk-secret"]')
    app = create_app(Settings(keys=keys if mode == "closed" else None, seed=9))
    answer = ask("GET", "/_mock/health", app=app)
    assert (answer.json()["status"], answer.json()["keys"], answer.json()["seed"]) == ("ok", mode, 9)
    assert "sk-secret" not in answer.text


def test_reset_forgets_everything_and_begins_the_same_again(ask):
    app = create_app()
    create = {"json": CHARACTER, "headers": {"authorization": "Bearer sk-a"}, "app": app}
    first = ask("POST", "/v1/sora/characters", **create).json()["character_id"]
    assert ask("POST", "/_mock/reset", app=app).status_code == 204
    assert ask("POST", "/v1/sora/characters", **create).json()["character_id"] == first


def test_the_control_plane_is_guarded(ask):
    assert ask("POST", "/_mock/reset", base="http://evil.example").status_code == 403


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/", 404, "not_found"),
        ("GET", "/v1/sora", 404, "not_found"),
        ("GET", "/docsfoo", 404, "not_found"),
        ("GET", "/v1/sora/", 404, "not_found"),
        ("GET", "/_mock/nowhere", 404, "not_found"),
        ("GET", "/_mock/reset", 405, "method_not_allowed"),
        ("POST", "/openapi.json", 405, "method_not_allowed"),
        ("POST", "/docs", 405, "method_not_allowed"),
    ],
)
def test_whatever_is_not_there_is_told_in_the_contracts_shape(ask, method, path, status, code):
    answer = ask(method, path)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert status != 405 or answer.headers["allow"]


def test_importing_the_mock_loads_none_of_the_heavy_libraries():
    script = "import sora_mock, sora_mock.cli, sys, json; print(json.dumps(sorted(sys.modules)))"
    loaded = set(json.loads(subprocess.check_output([sys.executable, "-c", script])))
    assert "starlette" in loaded
    assert not loaded & {"av", "PIL", "hypothesis", "schemathesis", "pytest", "yaml", "rich", "httpx2"}


def test_the_public_names_are_those_that_are_listed():
    listed = set(sora_mock.__all__)
    assert all(hasattr(sora_mock, name) for name in listed)
    public = {name for name in vars(sora_mock) if not name.startswith("_")} - {"TYPE_CHECKING"}
    modules = {name for name in public if f"sora_mock.{name}" in sys.modules}
    assert public - modules <= listed


def test_a_name_that_is_not_public_is_told_as_python_does():
    with pytest.raises(AttributeError, match="module 'sora_mock' has no attribute 'Nothing'"):
        _ = sora_mock.Nothing
