"""Breaking words into lines, with letters that are half as wide as high."""

from __future__ import annotations

import pytest

from kiosk.ui.wrapping import balance, fit, kept_together, wrap


def measure(text, size):
    return len(text) * size / 2


@pytest.mark.parametrize(
    "text", ["kort", "en ganske lang tekst som må brytes", "høytrykksspylerslangekobling", "a\nb c", ""]
)
@pytest.mark.parametrize("room", [(400, 200), (120, 60), (60, 24), (30, 300)])
def test_fitted_text_stays_inside_its_room(text, room):
    """Whatever the text and the room, what comes out is not larger than the room."""
    fitted = fit(text, room, 20, 1.2, measure)
    assert fitted.width <= room[0]
    assert fitted.height <= room[1]


def test_text_gets_smaller_before_it_is_shortened():
    """Type shrinks as far as needed, and only then are words left out."""
    assert fit("tolv tegn er", (110, 30), 20, 1.2, measure).size == 18
    shortened = fit("tolv tegn er for lite", (90, 24), 20, 1.2, measure, most=1)
    assert shortened.size == 14
    assert shortened.lines[0].endswith("…")


@pytest.mark.parametrize(
    ("text", "room", "cut"),
    [
        ("tolv tegn er", (120, 24), False),
        ("og så…", (120, 24), False),
        ("tolv tegn er for lite", (90, 24), True),
        ("tolv tegn er for lite…", (90, 24), True),
        ("høytrykksspylerslangekobling og mer", (90, 48), True),
        ("lav", (90, 4), False),
    ],
)
def test_what_is_shortened_is_known(text, room, cut):
    """Words that end in an ellipsis of their own are whole; what was left out is told, wherever it stood."""
    assert fit(text, room, 20, 1.2, measure, most=2).cut is cut


def test_no_word_is_lost_while_wrapping():
    """Broken into lines, the text still says the same."""
    text = "Trykk på hver del du ser. Mangler noe, er det greit å vite."
    assert " ".join(wrap(text, 150, lambda words: measure(words, 20))) == text


def test_titles_are_balanced():
    """A title in two lines does not end in a single short word."""
    lines = balance("Hold kortet mot leseren", 220, lambda words: measure(words, 20))
    assert lines == ["Hold kortet", "mot leseren"]


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("Den er din til fredag 27. november", 250, ["Den er din til fredag", "27. november"]),
        ("Den er din til fredag 27. november", 240, ["Den er din til fredag", "27. november"]),
        ("Lukkes selv om 8 sekunder", 170, ["Lukkes selv om", "8 sekunder"]),
        ("klokka 27. er for langt", 80, ["klokka", "27. er", "for", "langt"]),
        ("den nye: 12–37 kg. Anslag", 160, ["den nye:", "12–37 kg. Anslag"]),  # noqa: RUF001
        ("Leie i 12 dager, 1\u00a0800 kr", 120, ["Leie i", "12 dager,", "1\u00a0800 kr"]),
    ],
)
def test_a_number_stays_with_its_word(text, width, lines):
    """A day is not parted from its month, nor how many from what; a space that never breaks stays one."""
    assert kept_together(text, width, lambda words: measure(words, 20)) == lines


def test_a_number_costs_no_line():
    """Where keeping them together would take a line more, they are parted."""
    assert kept_together("ti på 27. november", 110, lambda words: measure(words, 20)) == ["ti på 27.", "november"]


def test_no_short_word_stands_alone():
    """A last word much shorter than the line above takes some of it along; a longer one stays."""
    assert kept_together("Si ja hvis du har tingen med nå", 280, lambda words: measure(words, 20)) == [
        "Si ja hvis du har", "tingen med nå"
    ]  # fmt: skip
    text = "Vi setter av den lange høytrykksspyleren"
    assert kept_together(text, 240, lambda words: measure(words, 20)) == wrap(text, 240, lambda w: measure(w, 20))


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("Thank you! We have taken it.", 240, ["Thank you!", "We have taken it."]),
        ("Thank you! We have taken all of it.", 200, ["Thank you! We have", "taken all of it."]),
        ("Dat lea du. Gitta: bear 27. b.", 220, ["Dat lea du.", "Gitta: bear 27. b."]),
        ("Det koster ca. ti kroner i dag", 220, ["Det koster ca.", "ti kroner i dag"]),
    ],
)
def test_a_title_of_two_sentences_is_two_lines(text, width, lines):
    """Where it takes two lines anyway and each has room on one; else the lines are as even as can be."""
    assert kept_together(text, width, lambda words: measure(words, 20), even=True) == lines
