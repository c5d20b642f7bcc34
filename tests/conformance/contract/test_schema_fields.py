import pytest

from sora_conformance.contract.schema_fields import variants

DOCUMENT = {
    "components": {
        "schemas": {
            "Name": {"type": "string", "description": "A name."},
            "Cat": {"title": "Cat", "description": "It purrs.", "properties": {"lives": {"type": "integer"}}},
            "Dog": {"title": "Dog", "properties": {"tricks": {"type": "array", "items": {"type": "string"}}}},
            "Pet": {"oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}]},
        }
    }
}
PET = {"$ref": "#/components/schemas/Pet"}


def fields(**properties):
    (variant,) = variants(DOCUMENT, {"type": "object", "properties": properties})
    return variant.fields


def kind(schema):
    return fields(x=schema)[0].kind


def test_a_single_form_needs_no_title():
    (variant,) = variants(DOCUMENT, {"$ref": "#/components/schemas/Cat"})

    assert (variant.title, variant.description) == ("", "It purrs.")


def test_alternative_forms_keep_their_titles_and_order():
    assert [variant.title for variant in variants(DOCUMENT, PET)] == ["Cat", "Dog"]


def test_a_field_is_told_with_what_its_reference_says():
    (field,) = fields(name={"$ref": "#/components/schemas/Name"})

    assert (field.name, field.kind, field.description) == ("name", "string", "A name.")


def test_required_fields_are_told_apart():
    schema = {"required": ["a"], "properties": {"a": {"type": "string"}, "b": {"type": "string"}}}
    (variant,) = variants(DOCUMENT, schema)

    assert [(field.name, field.required) for field in variant.fields] == [("a", True), ("b", False)]


def test_fields_within_fields_are_told_by_their_path():
    inner = {"type": "object", "properties": {"b": {"type": "string"}}}

    assert [field.name for field in fields(a=inner)] == ["a", "a.b"]


def test_fields_within_arrays_are_told_by_their_path():
    items = {"type": "array", "items": {"type": "object", "properties": {"b": {"type": "string"}}}}

    assert [field.name for field in fields(a=items)] == ["a", "a[].b"]


def test_fields_of_alternative_forms_are_all_told():
    assert [field.name for field in fields(pet=PET)] == ["pet", "pet.lives", "pet.tricks"]


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "integer"}, "integer"),
        ({"type": ["integer", "null"]}, "integer | null"),
        ({"const": "sora-2"}, '"sora-2"'),
        ({"type": "string", "enum": ["a", "b"]}, '"a" | "b"'),
        ({"type": "array", "items": {"type": "string"}}, "array of string"),
        ({"type": ["array", "null"], "items": {"$ref": "#/components/schemas/Name"}}, "array of string | null"),
        ({"oneOf": [{"$ref": "#/components/schemas/Name"}, {"type": "null"}]}, "string | null"),
        ({}, "any"),
    ],
)
def test_types_are_put_into_words(schema, words):
    assert kind(schema) == words
