import pytest

from sora_conformance.contract.rulebook import ContractError, parse_rulebook

HEADING = {"contract_version": '"1.0.0"', "dialect": '"guide"', "base_path": '"/v1/sora"'}
RULE = {
    "id": '"character.model.value"',
    "title": '"The model is the right one."',
    "level": '"MUST"',
    "basis": '"assumed"',
    "source": '"FAQ"',
    "side": '"server"',
    "cost": '"free"',
}


def toml(fields, **changes):
    merged = {name: value for name, value in (fields | changes).items() if value is not None}
    return "".join(f"{name} = {value}\n" for name, value in merged.items())


def rulebook(*rules, **heading):
    return toml(HEADING, **heading) + "".join(f"[[rule]]\n{rule}" for rule in rules or [toml(RULE)])


def complaint(text):
    with pytest.raises(ContractError) as caught:
        parse_rulebook(text, file="guide/rules.toml")
    return str(caught.value)


def test_a_sound_file_is_read_whole_and_in_order():
    book = parse_rulebook(rulebook(toml(RULE, id='"limit.b"'), toml(RULE, id='"auth.a"', knob='"--keys"')), file="f")

    assert (book.contract_version, book.dialect, book.base_path) == ("1.0.0", "guide", "/v1/sora")
    assert [(rule.id, rule.knob) for rule in book.rules] == [("limit.b", None), ("auth.a", "--keys")]


def test_a_contract_error_is_a_value_error():
    assert issubclass(ContractError, ValueError)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"title": None}, "title: object missing required field `title`", id="field missing"),
        pytest.param({"title": '" "'}, "title: expected a text, found an empty one", id="title empty"),
        pytest.param({"source": '""'}, "source: expected a text, found an empty one", id="source empty"),
        pytest.param({"knob": '""'}, "knob: expected a text, found an empty one", id="knob empty"),
        pytest.param({"untestable": '""'}, "untestable: expected a text, found an empty one", id="reason empty"),
        pytest.param({"title": "7"}, "title: expected `str`, got `int`", id="type wrong"),
        pytest.param({"colour": '"x"'}, "colour: object contains unknown field `colour`", id="field unknown"),
        pytest.param({"level": '"SHALL"'}, "level: expected one of MUST, SHOULD, MAY, found 'SHALL'", id="level"),
        pytest.param(
            {"basis": '"guessed"'},
            "basis: expected one of documented, implied, protocol, assumed, found 'guessed'",
            id="basis",
        ),
        pytest.param({"side": '"relay"'}, "side: expected one of server, client, found 'relay'", id="side"),
        pytest.param(
            {"cost": '"dear"'}, "cost: expected one of free, character, generation, burst, found 'dear'", id="cost"
        ),
        pytest.param(
            {"basis": '"documented"', "knob": '"max_span"'},
            "knob: expected on assumed rules only, found on a rule that is documented",
            id="knob on a rule that is not assumed",
        ),
        pytest.param(
            {"side": '"client"'},
            "side: expected 'client' for the area client, and 'server' for every other",
            id="side and area disagree",
        ),
    ],
)
def test_a_broken_rule_is_told_with_file_rule_and_field(changes, expected):
    text = rulebook(toml(RULE, **changes))

    assert complaint(text) == f"guide/rules.toml: rule 'character.model.value': {expected}"


@pytest.mark.parametrize(
    "rule_id", ["character", "Character.model", "character.", "character..model", "character.my_model", "character.-a"]
)
def test_an_id_that_is_not_dotted_kebab_case_is_told(rule_id):
    text = rulebook(toml(RULE, id=f'"{rule_id}"'))

    expected = "id: expected dotted kebab-case, such as 'character.timestamps.format'"
    assert complaint(text) == f"guide/rules.toml: rule {rule_id!r}: {expected}"


def test_an_id_of_an_unknown_area_is_told_with_the_areas():
    text = rulebook(toml(RULE, id='"price.free"'))

    assert complaint(text).startswith("guide/rules.toml: rule 'price.free': id: expected an area of auth, request, ")
    assert complaint(text).endswith(", client, found 'price'")


def test_a_rule_of_the_client_area_belongs_to_the_client():
    text = rulebook(toml(RULE, id='"client.retry.backoff"'))

    assert "rule 'client.retry.backoff': side: " in complaint(text)


@pytest.mark.parametrize("rule_id", [None, '""', "7"])
def test_a_rule_without_a_name_is_told_by_its_position(rule_id):
    text = rulebook(toml(RULE, id='"auth.scheme"'), toml(RULE, id=rule_id))

    assert complaint(text).startswith("guide/rules.toml: rule number 2: id: ")


def test_two_rules_of_one_id_are_told():
    text = rulebook(toml(RULE), toml(RULE, title='"Another."'))

    assert complaint(text) == "guide/rules.toml: rule 'character.model.value': id: another rule has the same"


def test_text_that_is_not_toml_is_told():
    assert complaint("rule = [").startswith("guide/rules.toml: not valid TOML: ")


@pytest.mark.parametrize("rules", ["", "rule = []\n", "rule = 7\n", '[rule]\nid = "a.b"\n'])
def test_a_file_without_rules_is_told(rules):
    assert complaint(toml(HEADING) + rules) == "guide/rules.toml: rule: expected at least one [[rule]] table"


def test_something_else_in_place_of_a_rule_is_told():
    assert complaint(toml(HEADING) + "rule = [7]\n").startswith("guide/rules.toml: rule number 1: ")


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        pytest.param({"dialect": None}, "dialect: object missing required field `dialect`", id="missing"),
        pytest.param({"dialect": "7"}, "dialect: expected `str`, got `int`", id="type wrong"),
        pytest.param({"colour": '"red"'}, "colour: object contains unknown field `colour`", id="unknown"),
        pytest.param(
            {"contract_version": '""'}, "contract_version: expected a version, found an empty text", id="empty"
        ),
        pytest.param(
            {"base_path": '"/v1/"'},
            "base_path: expected a path that begins with a slash and ends without one, found '/v1/'",
            id="slash at the end",
        ),
        pytest.param(
            {"base_path": '"v1"'},
            "base_path: expected a path that begins with a slash and ends without one, found 'v1'",
            id="no slash at the start",
        ),
    ],
)
def test_a_broken_heading_is_told_with_file_and_field(heading, expected):
    assert complaint(rulebook(**heading)) == f"guide/rules.toml: {expected}"
