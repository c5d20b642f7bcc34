import openapi_spec_validator
import pytest

from sora_conformance.contract import Side, dialects
from tests.conformance.contract.support import Description

DESCRIPTIONS = [Description(dialect) for dialect in dialects()]

pytestmark = pytest.mark.parametrize("api", DESCRIPTIONS, ids=lambda api: api.dialect)


def test_the_description_is_valid_openapi(api):
    openapi_spec_validator.validate(api.document, cls=openapi_spec_validator.OpenAPIV31SpecValidator)


def test_the_description_and_the_rules_are_one_edition(api):
    assert api.document["info"]["version"] == api.contract.version
    assert [server["url"] for server in api.document["servers"]] == [api.contract.base_path]


def test_every_operation_asks_for_a_bearer_key(api):
    assert api.document["security"] == [{"bearer": []}]
    assert api.components["securitySchemes"]["bearer"]["scheme"] == "bearer"
    assert [name for name, operation in api.operations.items() if "security" in operation.node] == []


def test_every_reference_resolves(api):
    references = api.objects(having="$ref")

    assert len(references) > 60
    assert [path for path, node in references if not api.resolve(node)] == []


def test_every_component_is_used(api):
    named = {node["$ref"] for _, node in api.objects(having="$ref")}

    assert [
        f"{kind}/{name}"
        for kind, parts in api.components.items()
        for name, node in parts.items()
        if kind != "securitySchemes" and "x-status" not in node and f"#/components/{kind}/{name}" not in named
    ] == []


def test_every_example_fits_its_schema(api):
    found = list(api.examples())

    assert len(found) > 50
    assert [
        (path, api.failures(pointer, value)) for path, pointer, value in found if api.failures(pointer, value)
    ] == []


def test_every_rule_that_is_named_exists_and_is_the_servers(api):
    known = {rule.id for rule in api.contract.rules if rule.side is Side.SERVER}
    named = api.objects(having="x-rules")

    assert len(named) > 70
    assert [(path, rule) for path, node in named for rule in node["x-rules"] if rule not in known] == []


def test_every_part_that_a_caller_sees_names_its_rules(api):
    parts = [
        *((name, operation.node) for name, operation in api.operations.items()),
        *((place, reply) for place, _, reply in api.replies()),
        *api.components["schemas"].items(),
        *api.components.get("parameters", {}).items(),
        *((name, header) for name, header in api.components["headers"].items() if name != "MockRule"),
    ]

    assert [name for name, node in parts if not node.get("x-rules")] == []


def test_every_body_of_fields_has_an_example(api):
    written = ("application~1json", "multipart~1form-data")
    bodies = [(path, node) for path, node in api.objects(having="schema") if path.endswith(written)]

    assert len(bodies) > 10
    assert [path for path, node in bodies if not node.get("examples")] == []


def test_every_header_and_parameter_has_an_example(api):
    parts = api.components["headers"] | api.components.get("parameters", {})

    assert [name for name, node in parts.items() if "example" not in node] == []


def test_every_property_is_described(api):
    properties = [
        (f"{path}/{name}", api.resolve(field))
        for path, node in api.objects(having="properties")
        for name, field in node["properties"].items()
        if "required" in node
    ]

    assert len(properties) > 15
    assert [path for path, field in properties if not field.get("description")] == []


def test_every_object_is_open(api):
    shapes = [(path, node) for path, node in api.objects(having="properties") if node.get("type") == "object"]

    assert len(shapes) > 4
    assert [path for path, node in shapes if node.get("additionalProperties") is not True] == []


def test_every_example_of_a_refusal_is_in_the_table_of_errors(api):
    kinds = {kind.code: kind for kind in api.contract.errors}

    for status, error, _ in api.refusals():
        kind = kinds[error["code"]]
        assert (status, error["type"]) == (kind.status, kind.type)
        assert error["message"].startswith(kind.words or "")


def test_every_error_of_the_table_has_an_example_unless_nothing_provokes_it(api):
    assert {kind.code for kind in api.contract.errors} - {error["code"] for _, error, _ in api.refusals()} <= {
        "internal_error",
        "unknown_parameter",
    }


def test_every_code_that_a_reply_allows_has_an_example(api):
    for place, status, reply in api.replies():
        if status < "4" or not reply.get("content"):
            continue
        narrowed = reply["content"]["application/json"]["schema"]["allOf"][1]
        code = narrowed["properties"]["error"]["properties"]["code"]
        allowed = set(code.get("enum", [code.get("const")]))

        assert {example["value"]["error"]["code"] for example in api.examples_of(reply)} == allowed, place


def test_every_reply_has_a_request_id(api):
    assert [place for place, _, reply in api.replies() if "x-request-id" not in reply["headers"]] == []


def test_only_errors_name_their_rule_and_need_not(api):
    with_rule = {place for place, _, reply in api.replies() if "x-sora-mock-rule" in reply["headers"]}

    assert with_rule == {place for place, status, _ in api.replies() if status >= "4"}
    assert api.components["headers"]["MockRule"]["required"] is False


def test_retry_after_comes_with_429_and_allow_with_405(api):
    assert {status for _, status, reply in api.replies() if "Retry-After" in reply["headers"]} == {"429"}
    assert {status for _, status, reply in api.replies() if "Allow" in reply["headers"]} == {"405"}


def test_links_lead_from_operation_to_operation(api):
    links = [
        link["operationId"]
        for operation in api.operations.values()
        for link in operation.node["responses"]["200"].get("links", {}).values()
    ]

    assert len(links) > 3 or len(api.operations) == 1
    assert set(links) <= set(api.operations)


def test_an_error_that_lacks_a_field_does_not_fit(api):
    assert api.misfits("Error", {"error": {"message": "a", "type": "server_error", "code": "b"}})


def test_an_error_of_another_family_or_code_does_not_fit_its_status(api):
    pointer = "#/components/responses/RateLimited/content/application~1json/schema"
    right = {"message": "a", "type": "rate_limit_error", "param": None, "code": "rate_limit_exceeded"}

    assert api.failures(pointer, {"error": right}) == []
    assert api.failures(pointer, {"error": right | {"type": "server_error"}})
    assert api.failures(pointer, {"error": right | {"code": "slow_down"}})
