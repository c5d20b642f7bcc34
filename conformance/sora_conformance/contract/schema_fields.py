"""Fields: a JSON schema, told field by field for a reader.

Owns the wording of types and the flattening of nested objects. It knows no HTML and no operation.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from sora_conformance.contract.references import resolve

Schema = Mapping[str, Any]


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One field of a body: `name` is the path to it, such as `scenes[].prompt`, `kind` its type in words."""

    name: str
    kind: str
    required: bool
    description: str


class Variant(msgspec.Struct, frozen=True, kw_only=True):
    """One form that a body can have; `title` is empty where there is only one."""

    title: str
    description: str
    fields: tuple[Field, ...]


def variants(document: Schema, schema: Schema) -> tuple[Variant, ...]:
    """Return the forms of the body that `schema` describes, in order."""
    forms = _forms(document, schema)
    return tuple(
        Variant(
            title=form.get("title", "") if len(forms) > 1 else "",
            description=form.get("description", ""),
            fields=tuple(_fields(document, form, path="")),
        )
        for form in forms
    )


def _forms(document: Schema, schema: Schema) -> tuple[Schema, ...]:
    schema = resolve(document, schema)
    return tuple(resolve(document, form) for form in schema.get("oneOf", (schema,)))


def _fields(document: Schema, schema: Schema, *, path: str) -> Iterator[Field]:
    for name, reference in schema.get("properties", {}).items():
        field = resolve(document, reference)
        yield Field(
            name=path + name,
            kind=_kind(document, field),
            required=name in schema.get("required", ()),
            description=field.get("description", ""),
        )
        for form in _forms(document, field):
            yield from _fields(document, form, path=f"{path}{name}.")
        for form in _forms(document, field.get("items", {})):
            yield from _fields(document, form, path=f"{path}{name}[].")


def _kind(document: Schema, schema: Schema) -> str:
    if "const" in schema:
        return f'"{schema["const"]}"'
    if "enum" in schema:
        return " | ".join(f'"{value}"' for value in schema["enum"])
    if "oneOf" in schema:
        return " | ".join(_kind(document, form) for form in _forms(document, schema))
    kinds = schema.get("type", "any")
    words = [kinds] if isinstance(kinds, str) else kinds
    return " | ".join(_array(document, schema) if word == "array" else word for word in words)


def _array(document: Schema, schema: Schema) -> str:
    return f"array of {_kind(document, resolve(document, schema.get('items', {})))}"
