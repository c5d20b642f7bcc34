"""An API description as tests look at it: its nodes, its examples, its replies, and what fits its schemas."""

from collections.abc import Mapping

from openapi_schema_validator import OAS31Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from sora_conformance.contract import load
from sora_conformance.contract.page_operation import operations
from sora_conformance.contract.references import resolve


class Description:
    def __init__(self, dialect):
        self.dialect = dialect
        self.contract = load(dialect)
        self.document = self.contract.openapi
        self.components = self.document["components"]
        self.operations = {operation.id: operation for operation in operations(self.document)}
        self._registry = Registry().with_resource(
            f"urn:{dialect}", Resource(contents=self.document, specification=DRAFT202012)
        )

    def resolve(self, node):
        return resolve(self.document, node)

    def nodes(self, place=None, path="#"):
        """Yield every object and array of the description with its pointer."""
        place = self.document if place is None and path == "#" else place
        children = place.items() if isinstance(place, Mapping) else enumerate(place) if isinstance(place, list) else ()
        yield path, place
        for name, child in children:
            yield from self.nodes(child, f"{path}/{str(name).replace('~', '~0').replace('/', '~1')}")

    def objects(self, *, having):
        return [(path, node) for path, node in self.nodes() if isinstance(node, Mapping) and having in node]

    def replies(self):
        """Yield every reply as its place, status and content, whether an operation gives it or not."""
        for operation in self.operations.values():
            for status, reply in operation.node["responses"].items():
                yield f"{operation.id} {status}", status, self.resolve(reply)
        for name, reply in self.components["responses"].items():
            if "x-status" in reply:
                yield name, str(reply["x-status"]), reply

    def examples_of(self, reply):
        content = reply.get("content", {}).get("application/json", {})
        return [self.resolve(example) for example in content.get("examples", {}).values()]

    def refusals(self):
        return [
            (int(status), example["value"]["error"], example["x-rules"])
            for _, status, reply in self.replies()
            if status >= "4"
            for example in self.examples_of(reply)
        ]

    def failures(self, pointer, value):
        validator = OAS31Validator({"$ref": f"urn:{self.dialect}{pointer}"}, registry=self._registry)
        return [error.message for error in validator.iter_errors(value)]

    def misfits(self, schema, value):
        """Return what keeps a value from fitting a schema of the components."""
        return self.failures(f"#/components/schemas/{schema}", value)

    def examples(self):
        """Yield every example with the pointer to the schema it has to fit."""
        for path, node in self.objects(having="schema"):
            pointer = f"{path}/schema"
            if "example" in node:
                yield f"{path}/example", pointer, node["example"]
            for name, example in node.get("examples", {}).items():
                yield f"{path}/examples/{name}", pointer, self.resolve(example)["value"]
        for path, node in self.objects(having="examples"):
            if isinstance(node["examples"], list):
                for number, value in enumerate(node["examples"]):
                    yield f"{path}/examples/{number}", path, value
        for path, node in self.objects(having="default"):
            yield f"{path}/default", path, node["default"]

    def reply_example(self, operation, name):
        """Return an example of what an operation answers with 200."""
        reply = self.operations[operation].node["responses"]["200"]
        return self.resolve(reply["content"]["application/json"]["examples"][name])["value"]
