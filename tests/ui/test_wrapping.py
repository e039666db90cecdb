"""Breaking words into lines, with letters that are half as wide as high."""

from __future__ import annotations

import pytest

from kiosk.ui.wrapping import balance, fit, wrap


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
