"""Every screen in every window shape and language."""

from __future__ import annotations

from itertools import combinations

import pytest

from kiosk.desk.views import IdleView, OutOfServiceView, StartingView
from kiosk.ui.theme import SHAPES, Rect
from kiosk.ui.tr import LANGUAGES

pytestmark = pytest.mark.screen

each_window = pytest.mark.parametrize("size", SHAPES, ids=lambda size: f"{size[0]}x{size[1]}")
each_language = pytest.mark.parametrize("language", LANGUAGES)


@each_language
@each_window
def test_words_stay_in_their_place(gallery, size, language):
    """No text flows over its place, over what it stands on or over the window."""
    for page in gallery(size, language):
        for text in page.texts:
            assert text.letters.w <= text.place.w + 1, (page.name, text)
            assert text.letters.h <= text.place.h + 1, (page.name, text)
            assert text.ground.holds(text.letters, 1.5), (page.name, text)
            assert page.shape.window.holds(text.letters), (page.name, text)


@each_language
@each_window
def test_no_words_lie_on_other_words(gallery, size, language):
    """No text lies on another."""
    for page in gallery(size, language):
        for one, other in combinations(page.texts, 2):
            assert not one.ink.overlaps(other.ink), (page.name, one, other)


@each_language
@each_window
def test_every_place_in_a_sentence_is_filled(gallery, size, language):
    """No text shows a place that was to be filled, and none is empty."""
    for page in gallery(size, language):
        assert all(text.says.strip() and "{" not in text.says for text in page.texts), page.name


@each_language
@each_window
def test_what_can_be_touched_is_large(gallery, size, language):
    """Each control is at least 72 pixels high and wide (64 on the small windows) and inside the window."""
    for page in gallery(size, language):
        least = 72 if page.shape.large else 64
        for says, rect in page.controls:
            assert says, page.name
            assert rect.h >= least, (page.name, says)
            assert rect.w >= least, (page.name, says)
            assert page.shape.window.holds(rect), (page.name, says)


@each_language
@each_window
def test_what_can_be_touched_is_apart(gallery, size, language):
    """No two controls overlap."""
    for page in gallery(size, language):
        for (one, here), (other, there) in combinations(page.controls, 2):
            assert not here.overlaps(there), (page.name, one, other)


@each_language
@each_window
def test_the_main_button_is_always_in_the_same_place(gallery, size, language):
    """Every screen of a visit has a main button, in the one rectangle of the window's shape."""
    for page in gallery(size, language):
        main = page.shape.main
        there = [rect for _, rect in page.controls if rect.overlaps(main)]
        alone = isinstance(page.view, IdleView | StartingView | OutOfServiceView)
        assert there == ([] if alone else [main]), page.name


@each_language
@each_window
def test_all_type_can_be_read(gallery, size, language):
    """Type is at least 17 pixels (15 on the 7-inch), but for the code one reads out on the telephone."""
    for page in gallery(size, language):
        for text in page.texts:
            if not text.says.endswith("D07"):
                assert text.letters.h >= page.shape.sizes.least * 1.15, (page.name, text)


def test_a_window_of_another_size_is_laid_out_anew(kiosk):
    """When the window changes its size, the same view stands in the new shape."""
    kiosk.show("account")
    kiosk.resize(480, 800)
    assert kiosk.person.sees("Hei! Du har 2 lån.")
    assert kiosk.person.find("Ferdig").rect == kiosk.app.shape.main == Rect(24, 720, 432, 64)
