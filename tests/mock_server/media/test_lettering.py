import pytest

from sora_mock.media.lettering import BOX, ELLIPSIS, Lettering, readable


@pytest.fixture
def lettering():
    return Lettering(20)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text", "plain text"),
        ("  spaces\tand\r\nlines ", "spaces and lines"),
        ("bell\x07and\x00nul", "bell and nul"),
        ("Café — ﬁne", "Cafe - fine"),
        ("Straße", "Strasse"),
        ("中文", BOX * 2),
        ("שלום", BOX * 4),
        ("\u202eevil\u202c", "evil"),
        ("🐈\u200d⬛", BOX * 2),
        ("lone \ud800", f"lone {BOX}"),
    ],
)
def test_any_text_becomes_readable(text, shown):
    assert readable(text) == shown


def test_a_text_that_fits_is_one_line(lettering):
    assert lettering.wrap("a short one", 400, 3) == (["a short one"], True)


def test_lines_are_no_wider_than_allowed(lettering):
    lines, _ = lettering.wrap("some words of varying lengths " * 5, 150, 20)
    assert all(lettering.width(line) <= 150 for line in lines)


def test_no_word_is_lost(lettering):
    text = "some words of varying lengths " * 5
    lines, whole = lettering.wrap(text, 150, 20)
    assert (" ".join(lines), whole) == (text.strip(), True)


def test_a_long_word_is_broken(lettering):
    lines, whole = lettering.wrap("x" * 50, 150, 20)
    assert ("".join(lines), whole) == ("x" * 50, True)


def test_what_does_not_fit_ends_in_an_ellipsis(lettering):
    lines, whole = lettering.wrap("word " * 6_400, 150, 3)
    assert (len(lines), lines[-1][-1], whole) == (3, ELLIPSIS, False)


def test_the_ellipsis_fits_too(lettering):
    lines, _ = lettering.wrap("x" * 32_000, 150, 3)
    assert all(lettering.width(line) <= 150 for line in lines)


def test_a_cut_after_the_part_looked_at_is_told(lettering):
    assert lettering.wrap("x" + " " * 5_000 + "y", 150, 3) == (["x…"], False)


def test_no_text_is_an_empty_line(lettering):
    assert lettering.wrap("", 150, 3) == ([""], True)


def test_a_pillow_without_fonts_is_named(lettering, monkeypatch):
    monkeypatch.setattr("PIL.ImageFont.load_default", lambda size: object())
    with pytest.raises(TypeError, match="without FreeType"):
        lettering.width("a")


def test_no_room_still_ends(lettering):
    lines, whole = lettering.wrap("abc", 1, 2)
    assert (len(lines), whole) == (2, False)


def test_a_name_that_fits_is_left_alone(lettering):
    assert lettering.squeeze("@char_abc", 400, spare="@char_") == "@char_abc"


def test_a_name_first_loses_its_spare_beginning(lettering):
    assert lettering.squeeze("@char_abc", lettering.width("@char"), spare="@char_") == "abc"


def test_a_name_then_loses_its_middle(lettering):
    name = lettering.squeeze("@char_0123456789", lettering.width("012…789"), spare="@char_")
    assert name == "012…789"


def test_without_room_a_name_is_an_ellipsis(lettering):
    assert lettering.squeeze("@char_abc", 1) == ELLIPSIS
