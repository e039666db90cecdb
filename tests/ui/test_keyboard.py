"""Typing letters on the screen: which keys there are, what they write; a plugged-in keyboard does nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st
from kivy.base import EventLoop

import assets
from kiosk.ui import layouts
from kiosk.ui.layouts import ERASE, LETTERS_OF, SPACE
from kiosk.ui.theme import SHAPES
from kiosk.ui.widgets.box import Box, Stage
from kiosk.ui.widgets.keyboard import LEAST_KEY, Field, Keyboard
from kiosk.ui.writing import Writing

pytestmark = pytest.mark.screen
each_window = pytest.mark.parametrize("size", SHAPES, ids=lambda size: f"{size[0]}x{size[1]}")

ALPHABETS = {
    "nb": "abcdefghijklmnopqrstuvwxyzæøå",
    "sv": "abcdefghijklmnopqrstuvwxyzåäö",
    "se": "aábcčdđefghijklmnŋoprsštŧuvzž",
    "uk": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
}
"""Every letter of the alphabets."""


@dataclass
class Desk:
    """A keyboard with its line, on a window of its own."""

    line: Writing = field(default_factory=Writing)


@pytest.fixture
def keys(kiosk):
    """Put a keyboard of this language with a line above it on the window."""

    def put(size=(1280, 800), language="nb"):
        kiosk.resize(*size)
        kiosk.show("starting")
        kiosk.app.tr.language = language if language in {"nb", "en"} else "nb"
        stage = Stage(kiosk.app.shape, _Speaks(language), lambda _touch: None, lambda: 0)
        desk = Desk()
        whole = Box(stage, kiosk.app.shape.window)
        whole.fill(whole.rect, "#F6F3EC")
        place = Keyboard.place(stage, kiosk.app.shape.window.bottom - 8)
        line = Field(stage, place.top_part(72)._replace(y=place.y - 100), "search", "hva skal du gjøre?")

        def took(line_now):
            desk.line = line_now
            line.show(line_now.text)

        whole.add(
            line,
            Keyboard(stage, place, lambda letter: took(desk.line.write(letter)), lambda: took(desk.line.erase())),
        )
        for box in list(kiosk.app.scene.boxes):
            kiosk.app.scene.lay_aside(box)
        kiosk.app.scene.add(whole)
        kiosk.person.wait(2)
        return desk

    return put


class _Speaks:
    """Says a key's name; the languages to come have no catalogue yet."""

    def __init__(self, language):
        self.language = language

    def __call__(self, key, **_values):
        return {"key.space": "Mellomrom", "key.erase": "Slett", "key.letters": "abc"}[key]


def test_what_is_touched_stands_in_the_line(kiosk, keys):
    """Letters, a space and the erasing key do what they say."""
    desk = keys()
    for key in ("g", "r", "i", "Mellomrom", "l", "l", "e", "Slett"):
        kiosk.person.touch(key)
    assert desk.line.words == "gri ll"
    assert kiosk.person.sees("gri ll")


@pytest.mark.parametrize("language", sorted(LETTERS_OF))
@each_window
def test_every_letter_can_be_touched(kiosk, keys, size, language):
    """Each letter of the language has a key of at least 64 pixels in height; keys lie apart and inside the window."""
    keys(size, language)
    caps = [(box.says, box.rect) for box in kiosk.person.controls()]
    assert set("".join(LETTERS_OF[language])) <= {says for says, _ in caps}
    for says, rect in caps:
        assert rect.h >= 64, says
        assert rect.w >= LEAST_KEY, says
        assert kiosk.app.shape.window.holds(rect), says
    for (one, here), (other, there) in combinations(caps, 2):
        assert not here.overlaps(there), (one, other)


def test_the_neighbours_letters_and_digits_lie_behind_one_key(kiosk, keys):
    """What the language's own letters lack is one touch away, and the letters come back by another."""
    desk = keys()
    kiosk.person.touch("123")
    for key in ("4", "0", "š", "ä"):
        kiosk.person.touch(key)
    kiosk.person.touch("abc")
    kiosk.person.touch("m")
    assert desk.line.words == "40šäm"


@pytest.mark.parametrize("language", sorted(ALPHABETS))
def test_the_alphabet_is_whole(language):
    """With the key for further letters, the whole alphabet of the language can be typed, and drawn by our type."""
    there = {key.name for signs in (False, True) for row in layouts.rows(language, signs=signs) for key in row}
    assert set(ALPHABETS[language]) <= there
    letters = {ord(name) for name in there if len(name) == 1}
    assert letters <= set(TTFont(assets.font(600)).getBestCmap())


@pytest.mark.parametrize("low", [True, False])
@pytest.mark.parametrize("language", sorted(LETTERS_OF))
def test_rows_are_no_wider_than_their_columns(language, low):
    """No key has no width, no letter stands twice, and each board has a space bar and an erasing key."""
    for signs in (False, True):
        rows = layouts.rows(language, signs=signs, low=low)
        names = [key.name for row in rows for key in row]
        assert len(names) == len(set(names))
        assert {ERASE, SPACE} <= set(names)
        assert all(key.columns >= 1 for row in rows for key in row)
        assert layouts.columns(rows) <= 12


@given(st.lists(st.one_of(st.none(), st.text(max_size=3)), max_size=80), st.integers(1, 20))
def test_a_line_stays_a_line(touches, most):
    """Whatever is typed, the line holds no more than it may, no breaks, no doubled spaces; its repr shows nothing."""
    line = Writing(most=most)
    for letters in touches:
        line = line.erase() if letters is None else line.write(letters)
        assert len(line.text) <= most
        assert "  " not in line.text
        assert line.text.isprintable()
        assert not line.text.startswith(" ")
        assert line.words == line.text.rstrip()
    assert repr(line) == f"Writing(most={most})"


def test_the_end_of_a_long_line_is_shown(kiosk, keys):
    """Whoever writes more than the line holds sees what was written last."""
    desk = keys((480, 800))
    for _ in range(8):
        for key in ("h", "a", "m", "m", "e", "r"):
            desk.line = desk.line.write(key)
    kiosk.person.touch("ø")
    (shown,) = [text for text in kiosk.person.reads() if text.endswith("ø") and len(text) > 1]
    assert desk.line.text.endswith(shown)
    assert len(shown) < len(desk.line.text)


def test_a_keyboard_that_is_plugged_in_does_nothing(kiosk):
    """Escape, the function keys, Alt+F4 and letters from a plugged-in keyboard close, open and write nothing."""
    kiosk.show("account")
    window = EventLoop.window
    before = kiosk.person.reads()
    for key, letter, held in (
        (27, "", []), (282, "", []), (285, "", ["alt"]), (292, "", []), (293, "", []), (113, "q", ["ctrl"]),
        (101, "e", ["ctrl"]), (97, "a", []), (13, "\r", []), (9, "\t", ["alt"]),
    ):  # fmt: skip
        assert window.dispatch("on_key_down", key, 0, letter, held)
        assert window.dispatch("on_keyboard", key, 0, letter, held)
        assert window.dispatch("on_key_up", key, 0)
        window.dispatch("on_textinput", letter)
    kiosk.person.wait(3)
    assert not EventLoop.quit
    assert kiosk.person.reads() == before
    assert kiosk.sent == []


def test_a_window_over_the_whole_screen_does_not_close_by_keys(kiosk):
    """What asks a full-screen window to close, as Alt+F4 does, is refused; a window on a desk closes."""
    window = EventLoop.window
    assert not window.dispatch("on_request_close", source="keyboard")
    kiosk.app.close()
    kiosk.app = type(kiosk.app)(kiosk.sent.append, lambda: 0, lambda: kiosk.now, keeps_open=True)
    kiosk.app.open()
    assert window.dispatch("on_request_close", source="keyboard")
