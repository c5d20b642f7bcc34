"""One operation on the page: how to call it, and what it answers.

Owns the layout of an operation. It knows the API description, but neither the rules' wording nor the rest of the page.
"""

import json
import shlex
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from sora_conformance.contract.markup import Html, inline, join, prose, table, tag
from sora_conformance.contract.references import resolve
from sora_conformance.contract.schema_fields import Variant, variants

ORIGIN = "http://127.0.0.1:8000"
"""Where the example calls go: the address that a mock on the reader's own machine has."""

Node = Mapping[str, Any]


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """An operation in its place: `path` has its parameters in braces, and `parameters` are all that it takes."""

    method: str
    path: str
    node: Node
    parameters: tuple[Node, ...]

    @property
    def id(self) -> str:
        """Return the operation's id."""
        return str(self.node["operationId"])


def operations(document: Node) -> Iterator[Operation]:
    """Yield the operations of an API description in their order."""
    for path, item in document.get("paths", {}).items():
        for method, node in item.items():
            if not isinstance(node, Mapping) or "operationId" not in node:
                continue
            references = (*item.get("parameters", ()), *node.get("parameters", ()))
            parameters = tuple(resolve(document, reference) for reference in references)
            yield Operation(method=method.upper(), path=path, node=node, parameters=parameters)


def operation_card(document: Node, operation: Operation, *, base_path: str) -> Html:
    """Return the section that explains an operation."""
    node = operation.node
    call = [tag("span", operation.method, class_="method"), tag("code", base_path + operation.path)]
    call.append(tag("span", operation.id, class_="note"))
    return tag(
        "section",
        tag("h2", node.get("summary", operation.id)),
        tag("p", *call, class_="call"),
        prose(node.get("description", "")),
        rule_links(node),
        _parameters(operation),
        _request(document, operation, base_path=base_path),
        tag("h3", "Replies"),
        *(_reply(document, status, reply) for status, reply in node.get("responses", {}).items()),
        id=operation.id,
        class_="card",
    )


def rule_links(node: Node) -> Html:
    """Return links to the rules that a part of the description rests on; nothing where it names none."""
    links = [tag("a", rule, href=f"#{rule}") for rule in node.get("x-rules", ())]
    return tag("p", "Rules: ", *links, class_="rules") if links else Html()


def _parameters(operation: Operation) -> Html:
    if not operation.parameters:
        return Html()
    rows = [
        (
            tag("code", parameter["name"]),
            parameter["in"],
            "yes" if parameter.get("required") else "no",
            inline(parameter.get("description", "")),
        )
        for parameter in operation.parameters
    ]
    return join([tag("h3", "Parameters"), table(("Name", "In", "Required", "Meaning"), rows)])


def _request(document: Node, operation: Operation, *, base_path: str) -> Html:
    body = resolve(document, operation.node.get("requestBody", {}))
    content = body.get("content", {}).get("application/json", {})
    fields = join(_variant(variant) for variant in variants(document, content["schema"])) if content else Html()
    calls = [
        join([tag("h4", title), _code(_curl(operation, value, base_path=base_path))])
        for title, value in _examples(document, content) or [("Example", None)]
    ]
    return join([tag("h3", "Request"), fields, *calls])


def _variant(variant: Variant) -> Html:
    rows = [
        (
            tag("code", field.name),
            tag("code", field.kind),
            "yes" if field.required else "no",
            inline(" ".join(field.description.split())),
        )
        for field in variant.fields
    ]
    title = tag("h4", variant.title) if variant.title else Html()
    return join([title, prose(variant.description), table(("Field", "Type", "Required", "Meaning"), rows)])


def _reply(document: Node, status: str, reference: Node) -> Html:
    reply = resolve(document, reference)
    content = reply.get("content", {}).get("application/json", {})
    good = status.startswith("2")
    summary = tag("summary", tag("span", status, class_=f"status status-{status[0]}"), inline(reply["description"]))
    parts = [summary, rule_links(reply), _headers(document, reply)]
    if good and content:
        parts += [_variant(variant) for variant in variants(document, content["schema"])]
    parts += [join([tag("h4", title), _code(_pretty(value))]) for title, value in _examples(document, content)]
    return tag("details", *parts, open="") if good else tag("details", *parts)


def _headers(document: Node, reply: Node) -> Html:
    headers = {name: resolve(document, header) for name, header in reply.get("headers", {}).items()}
    if not headers:
        return Html()
    rows = [
        (
            tag("code", name),
            tag("code", str(header.get("example", ""))),
            "yes" if header.get("required") else "no",
            inline(header.get("description", "")),
        )
        for name, header in headers.items()
    ]
    return table(("Header", "Example", "Always", "Meaning"), rows)


def _examples(document: Node, content: Node) -> list[tuple[str, Any]]:
    named = {name: resolve(document, example) for name, example in content.get("examples", {}).items()}
    return [(example.get("summary", name), example["value"]) for name, example in named.items()]


def _curl(operation: Operation, body: object, *, base_path: str) -> str:
    path = operation.path
    for parameter in operation.parameters:
        path = path.replace(f"{{{parameter['name']}}}", str(parameter.get("example", parameter["name"])))
    lines = [f"curl {shlex.quote(ORIGIN + base_path + path)}", '  -H "Authorization: Bearer $SORA_API_KEY"']
    if body is not None:
        lines += ["  -H 'Content-Type: application/json'", f"  -d {shlex.quote(_pretty(body))}"]
    if not any("application/json" in reply.get("content", {}) for reply in _successes(operation)):
        lines.append("  -o video.mp4")
    return " \\\n".join(lines)


def _successes(operation: Operation) -> list[Node]:
    return [reply for status, reply in operation.node.get("responses", {}).items() if status.startswith("2")]


def _pretty(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def _code(text: str) -> Html:
    return tag("pre", tag("code", text))
