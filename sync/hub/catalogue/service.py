"""Filling the catalogue."""

from __future__ import annotations

from collections.abc import Iterable

from lending.nouns import Category, Item
from sync.feed import category_to_plain, item_to_plain
from sync.hub.catalogue.models import CatalogueCategory, CatalogueItem
from sync.hub.database import writing
from sync.hub.feed.service import feed_changed
from sync.hub.ledger.fold import refold


def load_catalogue(items: Iterable[Item], categories: Iterable[Category], now_ms: int) -> int:
    """Return how many items and categories are new or changed; the catalogue now holds all that were given.

    Items that are not named stay. The same catalogue twice changes nothing, the feed's version neither.
    """
    with writing():
        changed = _load_categories(list(categories))
        fresh, altered = _load_items(list(items))
        refold(fresh, now_ms)
        if changed or altered or fresh:
            feed_changed()
    return changed + altered + len(fresh)


def _load_categories(categories: list[Category]) -> int:
    known = {row.category_id: (row.position, row.plain) for row in CatalogueCategory.objects.all()}
    changed = 0
    for position, category in enumerate(categories):
        plain = category_to_plain(category)
        if known.get(category.category_id) == (position, plain):
            continue
        CatalogueCategory.objects.update_or_create(
            category_id=category.category_id, defaults={"position": position, "plain": plain}
        )
        changed += 1
    return changed


def _load_items(items: list[Item]) -> tuple[list[str], int]:
    """Return the codes that are new and the number of known items that changed."""
    known = dict(CatalogueItem.objects.values_list("code", "plain"))
    rows = [row for row in map(_row, items) if known.get(row.code) != row.plain]
    CatalogueItem.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["thing", "name", "category", "home", "plain"],
    )
    fresh = [row.code for row in rows if row.code not in known]
    return fresh, len(rows) - len(fresh)


def _row(item: Item) -> CatalogueItem:
    return CatalogueItem(
        code=item.code,
        thing=item.thing,
        name=item.name.get("nb"),
        category=item.category,
        home=item.home,
        plain=item_to_plain(item),
    )
