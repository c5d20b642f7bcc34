"""The page: a contract as one self-contained HTML document.

Owns the order of the page, its error table and its rules table. It is pure, and needs neither network nor script; how
a single operation looks is told elsewhere.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from sora_conformance.contract.loading import Contract
from sora_conformance.contract.markup import Html, inline, join, prose, table, tag
from sora_conformance.contract.page_operation import operation_card, operations
from sora_conformance.contract.page_style import STYLE
from sora_conformance.contract.references import resolve
from sora_conformance.contract.rules import AREAS, Basis, Rule

Node = Mapping[str, Any]

_BASIS_WORDS = {
    Basis.DOCUMENTED: "the source of the contract says so",
    Basis.IMPLIED: "it follows from what the source says",
    Basis.PROTOCOL: "an RFC says so",
    Basis.ASSUMED: "the source is silent or contradicts itself, and a choice had to be made",
}


def page(contract: Contract) -> str:
    """Return the whole contract as an HTML document."""
    document = contract.openapi
    info = document["info"]
    cards = [operation_card(document, operation, base_path=contract.base_path) for operation in operations(document)]
    head = Html(
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        + tag("title", info["title"])
        + tag("style", Html(STYLE))
    )
    body = [_header(contract, info), _navigation(document), tag("main", *cards, _errors(document), _rules(contract))]
    return "<!doctype html>\n" + tag("html", tag("head", head), tag("body", *body, _footer(contract)), lang="en") + "\n"


def _header(contract: Contract, info: Node) -> Html:
    return tag(
        "header",
        tag("h1", info["title"]),
        tag("p", info.get("summary", ""), class_="lead"),
        prose(info.get("description", "")),
        tag("p", "Base path ", tag("code", contract.base_path), " · version ", tag("code", contract.version)),
    )


def _navigation(document: Node) -> Html:
    links = [(operation.id, str(operation.node.get("summary", operation.id))) for operation in operations(document)]
    links += [("errors", "Errors"), ("rules", "Rules")]
    return tag("nav", tag("ul", *(tag("li", tag("a", text, href=f"#{target}")) for target, text in links)))


def _footer(contract: Contract) -> Html:
    return tag("footer", f"The {contract.dialect} dialect, {len(contract.rules)} rules.")


def _errors(document: Node) -> Html:
    rows = [
        (
            tag("span", status, class_=f"status status-{status[0]}"),
            tag("code", error["code"]),
            error["message"],
            tag("code", error["param"]) if error["param"] else "",
            join((tag("a", rule, href=f"#{rule}") for rule in rules), between=" "),
        )
        for status, error, rules in sorted(_refusals(document), key=lambda refusal: refusal[0])
    ]
    return tag(
        "section",
        tag("h2", "Errors"),
        prose("Every error has one shape; `code` and `param` are for programs, the message is for people."),
        table(("Status", "Code", "Message, for example", "Field", "Rule"), rows),
        id="errors",
        class_="card",
    )


def _refusals(document: Node) -> Iterator[tuple[str, Node, tuple[str, ...]]]:
    """Yield status, error and rules of every different example of a refusal."""
    seen: set[str] = set()
    for status, reply in _replies(document):
        content = reply.get("content", {}).get("application/json", {})
        for reference in content.get("examples", {}).values():
            example = resolve(document, reference)
            key = f"{status} {example['value']}"
            if status >= "4" and key not in seen:
                seen.add(key)
                yield status, example["value"]["error"], tuple(example.get("x-rules", ()))


def _replies(document: Node) -> Iterator[tuple[str, Node]]:
    """Yield the replies of all operations, and those that belong to none and state their status themselves."""
    for operation in operations(document):
        for status, reference in operation.node.get("responses", {}).items():
            yield status, resolve(document, reference)
    for reply in document.get("components", {}).get("responses", {}).values():
        if "x-status" in reply:
            yield str(reply["x-status"]), reply


def _rules(contract: Contract) -> Html:
    areas = [area for area in AREAS if any(rule.area == area for rule in contract.rules)]
    return tag(
        "section",
        tag("h2", "Rules"),
        _legend(contract),
        *(_area([rule for rule in contract.rules if rule.area == area], area) for area in areas),
        id="rules",
        class_="card",
    )


def _legend(contract: Contract) -> Html:
    counts = Counter(rule.basis for rule in contract.rules)
    rows = [(_badge(basis), str(counts[basis]), words) for basis, words in _BASIS_WORDS.items()]
    return table(("Basis", "Rules", "Meaning"), rows)


def _area(rules: list[Rule], area: str) -> Html:
    rows = [_row(rule) for rule in rules]
    return join([tag("h3", area.capitalize()), table(("Rule", "Requirement", "Level", "Basis", "Source"), rows)])


def _row(rule: Rule) -> tuple[Html, ...]:
    notes = [Html(f"cost: {rule.cost}")]
    if rule.knob:
        notes.append(join(["flipped by ", tag("code", rule.knob)]))
    if rule.untestable:
        notes.append(join(["not judged: ", inline(rule.untestable)]))
    return (
        tag("code", rule.id, id=rule.id),
        join([inline(rule.title), tag("span", join(notes, between=" · "), class_="note")]),
        _badge(rule.level),
        _badge(rule.basis),
        join([rule.source]),
    )


def _badge(word: str) -> Html:
    return tag("span", word, class_=f"badge {word}")
