"""Pictures are kept for the next screen, but not without end."""

from __future__ import annotations

import pytest
from kivy.graphics.texture import Texture

from kiosk.ui.textures import TextureStore

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
