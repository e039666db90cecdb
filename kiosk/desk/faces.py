"""How an item looks and is named on the screen."""

from __future__ import annotations

from kiosk.desk.views import ThingFace
from lending.nouns import Item, Text

_UNNAMED = Text.of({"nb": "Ukjent ting", "en": "Unknown thing"})
_UNNAMED_INSIDE = Text.of({"nb": "tingen", "en": "the thing"})


def face_of(item: Item | None) -> ThingFace:
    """Return how an item looks and is named; a neutral face for one nobody knows."""
    if item is None:
        return ThingFace(_UNNAMED, _UNNAMED_INSIDE, Text(()), "", "#EFE9DC")
    return ThingFace(item.name, item.definite, item.yours, item.drawing, item.tint, item.shelf, item.buy_kroner)
