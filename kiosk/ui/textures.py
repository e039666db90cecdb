"""Pictures kept ready for the next screen, so many bytes of them at most: with software GL they lie in memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable

from kivy.graphics.texture import Texture

_BYTES_PER_PIXEL = 4


class TextureStore:
    """Keeps the textures used last, `most_bytes` of them. What a screen shows stays alive without it."""

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._kept: OrderedDict[Hashable, Texture] = OrderedDict()
        self.bytes = 0

    def get(self, key: Hashable, make: Callable[[], Texture]) -> Texture:
        """Return the texture kept under `key`; if there is none, the one that `make` makes now."""
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        texture = self._kept[key] = make()
        self.bytes += _bytes_of(texture)
        while self.bytes > self._most and len(self._kept) > 1:
            self.bytes -= _bytes_of(self._kept.popitem(last=False)[1])
        return texture


def _bytes_of(texture: Texture) -> int:
    return int(texture.width * texture.height * _BYTES_PER_PIXEL)
