"""The operations: the short form and the API description say the same."""

import pytest

from sora_conformance.contract import load
from sora_conformance.operations import ROUTES, operation_of


def test_the_routes_are_those_of_the_api_description():
    described = {
        operation["operationId"]: (method.upper(), path)
        for path, item in load("guide").openapi["paths"].items()
        for method, operation in item.items()
        if isinstance(operation, dict) and "operationId" in operation
    }
    assert described == ROUTES


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
