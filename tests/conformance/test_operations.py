"""The operations: the short form and the API description say the same."""

import pytest

from sora_conformance.contract import load
from sora_conformance.operations import ROUTES_OF, operation_of


@pytest.mark.parametrize("dialect", list(ROUTES_OF))
def test_the_routes_are_those_of_the_api_description(dialect):
    described = {
        operation["operationId"]: (method.upper(), path)
        for path, item in load(dialect).openapi["paths"].items()
        for method, operation in item.items()
        if isinstance(operation, dict) and "operationId" in operation
    }
    assert described == ROUTES_OF[dialect]


@pytest.mark.parametrize(
    ("method", "path", "operation"),
    [
        ("POST", "/characters", "createCharacter"),
        ("GET", "/characters", None),
        ("GET", "/generations/task_1?x=1", "retrieveGeneration"),
        ("GET", "/generations/task_1/content", "downloadGeneration"),
        ("GET", "/generations/task_1/more", None),
        ("HEAD", "/generations/task_1", None),
    ],
)
def test_a_method_and_a_path_lead_to_an_operation(method, path, operation):
    assert operation_of(method, path) == operation


@pytest.mark.parametrize(
    ("method", "path", "operation"),
    [
        ("GET", "/videos?limit=1", "listVideos"),
        ("GET", "/videos/video_1", "retrieveVideo"),
        ("POST", "/videos/edits", "editVideo"),
        ("GET", "/videos/characters", None),
        ("DELETE", "/videos/characters/char_1", None),
        ("GET", "/videos/characters/char_1", "retrieveVideoCharacter"),
        ("POST", "/videos/video_1/remix", "remixVideo"),
        ("GET", "/videos/editsome", "retrieveVideo"),
        ("GET", "/characters", None),
    ],
)
def test_the_videos_api_has_operations_of_its_own(method, path, operation):
    assert operation_of(method, path, "openai") == operation


@pytest.mark.parametrize(
    ("method", "path", "operation"),
    [("POST", "/characters", "createRelayCharacter"), ("GET", "/characters", None), ("POST", "/videos", None)],
)
def test_a_relay_has_one_operation(method, path, operation):
    assert operation_of(method, path, "relay") == operation
