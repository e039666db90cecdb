"""Colours and measures."""

from __future__ import annotations

import pytest

from kiosk.ui import theme
from kiosk.ui.theme import Kind, Rect, shape_for

each_theme = pytest.mark.parametrize("palette", theme.PALETTES.values(), ids=lambda palette: str(palette.theme))


@each_theme
@pytest.mark.parametrize("pair", theme.TEXT_PAIRS)
def test_text_can_be_read_on_its_ground(pair, palette):
    """Every text colour reaches 4.5 : 1 on the grounds it is used on, 12 : 1 in high contrast."""
    least = (
        12 if palette is theme.CONTRAST and theme.PRESSED_WAITING not in pair and theme.PRESSED not in pair else 4.5
    )
    if palette is theme.CONTRAST and pair[1] in {theme.PRESSED_MAIN, theme.PRESSED_ATTENTION}:
        least = 7
    assert theme.contrast(*(palette.colour(role) for role in pair)) >= least


@each_theme
@pytest.mark.parametrize("pair", theme.EDGE_PAIRS)
def test_edges_of_controls_can_be_seen(pair, palette):
    """Every edge of a control reaches 3 : 1 on the ground beside it."""
    assert theme.contrast(*(palette.colour(role) for role in pair)) >= 3


def test_bars_stand_out_from_their_track_in_high_contrast():
    """What is left of the time, and a range, reach 3 : 1 on the line they lie on."""
    colour = theme.CONTRAST.colour
    for bar in (theme.MAIN, theme.RANGE, theme.ON_ATTENTION):
        assert theme.contrast(colour(bar), colour(theme.HAIRLINE)) >= 3


def test_contrast_is_measured_as_wcag_does():
    """Black on white is 21 : 1, and the order of the two does not matter."""
    assert theme.contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert (
        theme.contrast("#767676", "#FFFFFF") == theme.contrast("#FFFFFF", "#767676") == pytest.approx(4.54, abs=0.01)
    )


@pytest.mark.parametrize(
    ("size", "kind", "main"),
    [
        ((1280, 800), Kind.WIDE_LARGE, Rect(848, 688, 384, 80)),
        ((800, 480), Kind.WIDE_SMALL, Rect(408, 400, 368, 64)),
        ((1024, 600), Kind.WIDE_SMALL, Rect(456, 439, 408, 66)),
        ((720, 1280), Kind.TALL_LARGE, Rect(40, 1152, 640, 88)),
        ((800, 1280), Kind.TALL_LARGE, Rect(40, 1152, 720, 88)),
        ((480, 800), Kind.TALL_SMALL, Rect(24, 720, 432, 64)),
    ],
)
def test_the_main_button_stands_where_the_boards_have_it(size, kind, main):
    """The window's size alone decides the layout and the rectangle of the main button."""
    shape = shape_for(*size)
    assert (shape.kind, shape.main) == (kind, main)
    assert shape.on_window(shape.window) == pytest.approx(Rect(0, 0, *size))


@pytest.mark.parametrize("size", theme.SHAPES)
@pytest.mark.parametrize("others", [0, 1, 2])
def test_content_and_buttons_never_meet(size, others):
    """The room for content ends above every button, and the buttons are apart."""
    shape = shape_for(*size)
    buttons = (shape.main, *shape.others(others))
    assert not any(shape.content(others).overlaps(button) for button in buttons)
    assert not any(a.overlaps(b) for i, a in enumerate(buttons) for b in buttons[i + 1 :])
    assert all(shape.window.holds(button) for button in buttons)


def test_the_middle_window_has_measures_of_its_own():
    """1024x600 has more room than 800x480, larger type, and larger buttons."""
    middle, small = shape_for(1024, 600), shape_for(800, 480)
    assert middle.content().w * middle.content().h > 1.2 * small.content().w * small.content().h
    assert middle.sizes.body * middle.zoom > small.sizes.body
    assert middle.button * middle.zoom >= 72


def test_an_unreadable_colour_is_replaced():
    """A category with a malformed tint gets the neutral one; the screen does not stumble."""
    assert theme.rgba("beige") == theme.rgba(theme.NEUTRAL)
