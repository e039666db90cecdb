"""Pictures are kept for the next screen, but not without end."""

from __future__ import annotations

import math

import pytest
from kivy.graphics import Rectangle
from kivy.graphics.texture import Texture

from kiosk.ui.loop import drawn
from kiosk.ui.textures import TextureStore
from kiosk.ui.theme import Rect
from kiosk.ui.widgets.box import Box, Stage

pytestmark = [pytest.mark.screen, pytest.mark.usefixtures("kiosk")]
KB = 1024


def _square():
    return Texture.create(size=(16, 16))


def test_what_was_used_longest_ago_goes_first():
    """Of four pictures of 1 KB each, a store of 3 KB keeps the three used last; the fourth is drawn anew."""
    store, drawn = TextureStore(3 * KB), []

    def get(name):
        return store.get(name, lambda: drawn.append(name) or _square())

    for name in ("a", "b", "c", "a", "d", "a", "b"):
        get(name)
    assert drawn == ["a", "b", "c", "d", "b"]
    assert store.bytes == 3 * KB


def test_a_picture_larger_than_the_store_is_given_out_all_the_same():
    """One picture always fits."""
    store = TextureStore(1)
    assert store.get("a", _square) is store.get("a", _square)
    store.get("b", _square)
    assert store.bytes == KB


def test_a_drawing_is_hardly_larger_in_memory_than_it_is_shown(kiosk):
    """What is drawn is the next larger picture: none is made smaller by more than a third, nor blurred by others."""
    stage = Stage(kiosk.app.shape, kiosk.app.tr, lambda _touch: None, lambda: 0)

    def texture(pixels, name="drill"):
        box = Box(stage, Rect(0, 0, 1000, 600))
        assert box.picture(Rect(0, 0, pixels / stage.shape.zoom, 600), name)
        return next(part.texture for part in box._ink.children if isinstance(part, Rectangle))

    assert [texture(pixels).width for pixels in (20, 48, 49, 79, 129, 300)] == [48, 48, 64, 96, 192, 256]
    assert [texture(pixels, "card-and-reader").width for pixels in (78, 199, 300, 700)] == [100, 199, 398, 796]
    assert not texture(79).mipmap


@pytest.mark.parametrize("side", [20, 107, 108])
def test_a_disc_is_round_and_smooth(kiosk, side):
    """Seen on the window it is as large as a circle, the same on all sides, and its edge has no steps."""
    stage = Stage(kiosk.app.shape, kiosk.app.tr, lambda _touch: None, lambda: 0)
    box = Box(stage, Rect(0, 0, 200, 200))
    box.fill(Rect(0, 0, 200, 200), "#000000")
    box.disc(Rect(30.4, 40.3, side, side), "#FFFFFF")
    kiosk.show("idle")
    kiosk.app.scene.add(box)
    picture = drawn()
    kiosk.app.scene.remove(box)
    up, wide = picture.height - 1, 4 * picture.width
    rows = [[picture.rgba[(up - y) * wide + 4 * x] for x in range(200)] for y in range(200)]
    disc = [row[30 : 30 + side] for row in rows[40 : 40 + side]]
    assert sum(map(sum, rows)) == sum(map(sum, disc)) == pytest.approx(255 * math.pi * side * side / 4, rel=0.005)
    assert disc == disc[::-1] == [row[::-1] for row in disc] == [list(column) for column in zip(*disc, strict=True)]
    for y, row in enumerate(disc):
        for x, light in enumerate(row):
            inside = side / 2 - math.hypot(x + 0.5 - side / 2, y + 0.5 - side / 2)
            assert abs(light - 255 * min(1, max(0, inside + 0.5))) <= 2
