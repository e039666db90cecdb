"""How an item looks on a page: its name, its drawing on its category's tint."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import assets
from lending.nouns import Item
from sync.feed import item_from_plain
from sync.hub.catalogue.models import CatalogueItem
from sync.hub.review.words import say

_NO_TINT = "sand"


@dataclass(frozen=True, slots=True)
class Thing:
    """One item as a page shows it. `drawing` is empty where there is none, `tint` the name of a CSS class."""

    code: str
    name: str
    definite: str
    drawing: str
    tint: str
    parts: Mapping[str, str]
    same: str

    def part_names(self, part_ids: Iterable[str]) -> str:
        """Return the names of parts, those not known by their ids."""
        return ", ".join(self.parts.get(part, part) for part in part_ids)


def thing_of(item: Item, language: str) -> Thing:
    """Return how `item` looks in `language`."""
    return Thing(
        code=item.code,
        name=item.name.get(language) or item.code,
        definite=item.definite.get(language) or item.name.get(language) or item.code,
        drawing=item.drawing if item.drawing in assets.drawings() else "",
        tint=item.tint.lstrip("#").upper() if item.tint else _NO_TINT,
        parts={part.part_id: part.name.get(language) for part in item.parts},
        same=item.thing,
    )


def unknown_thing(code: str, language: str) -> Thing:
    """Return how an item looks that is not in the catalogue."""
    name = say(language, "unknown_thing")
    return Thing(code, name, name, "", _NO_TINT, {}, "")


class Things(dict[str, Thing]):
    """The things of a page by code; one that is not in the catalogue looks unknown."""

    def __init__(self, codes: Iterable[str], language: str) -> None:
        rows = CatalogueItem.objects.filter(code__in=set(codes)).values_list("code", "plain")
        super().__init__({code: thing_of(item_from_plain(plain), language) for code, plain in rows})
        self.language = language

    def __missing__(self, code: str) -> Thing:
        return unknown_thing(code, self.language)
