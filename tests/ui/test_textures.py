"""Pictures are kept for the next screen, but not without end."""

from __future__ import annotations

import pytest
from kivy.graphics import Rectangle
from kivy.graphics.texture import Texture

from kiosk.ui.textures import TextureStore
from kiosk.ui.theme import Rect
from kiosk.ui.widgets.box import Box, Stage

pytestmark = [pytest.mark.screen, pytest.mark.usefixtures("kiosk")]
KB = 1024


def _square(*, mipmap=False):
    return Texture.create(size=(16, 16), mipmap=mipmap)


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
    """One picture always fits; with its smaller sizes it counts a third more."""
    store = TextureStore(1)
    assert store.get("a", _square) is store.get("a", _square)
    store.get("b", lambda: _square(mipmap=True))
    assert store.bytes == round(KB * 4 / 3)


def test_a_drawing_is_no_larger_in_memory_than_it_is_shown(kiosk):
    """What is small on the window is drawn from its small picture; a large one stays sharp."""
    stage = Stage(kiosk.app.shape, kiosk.app.tr, lambda _touch: None, lambda: 0)

    def side(pixels):
        box = Box(stage, Rect(0, 0, 400, 400))
        assert box.picture(Rect(0, 0, pixels / stage.shape.zoom, 400), "drill")
        return next(part.texture.width for part in box._ink.children if isinstance(part, Rectangle))

    assert [side(pixels) for pixels in (40, 128, 130, 300)] == [128, 128, 256, 256]
