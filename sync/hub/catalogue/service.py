"""Filling the catalogue."""

from __future__ import annotations

from collections.abc import Iterable

from lending.nouns import Category, Item
from sync.feed import category_from_plain, category_to_plain, item_to_plain
from sync.feed_page import Kind, placed_category_to_plain
from sync.hub.catalogue.models import CatalogueCategory, CatalogueItem
from sync.hub.database import writing
from sync.hub.feed.models import Lane
from sync.hub.feed.publish import Told, publish
from sync.hub.ledger.fold import refold
from sync.hub.ledger.kept_back import matters, note_kept_back


def load_catalogue(items: Iterable[Item], categories: Iterable[Category], now_ms: int) -> int:
    """Return how many items and categories are new or changed; the catalogue now holds all that were given.

    Items that are not named stay. The same catalogue twice changes nothing, the feed's version neither.
    """
    with writing():
        changed = _load_categories(list(categories))
        items = list(items)
        fresh, altered, other = _load_items(items, now_ms)
        refold([*fresh, *other], now_ms)
        publish(Kind.CATEGORY, map(_told_category, CatalogueCategory.objects.all()), now_ms)
        publish(Kind.ITEM, map(_told_item, items), now_ms)
    return changed + altered + len(fresh)


def withdraw_items(codes: Iterable[str], now_ms: int) -> int:
    """Return how many items were taken out of the catalogue. What is lent of them stays lent until it comes back."""
    with writing():
        gone = sorted(CatalogueItem.objects.filter(code__in=list(codes)).values_list("code", flat=True))
        CatalogueItem.objects.filter(code__in=gone).delete()
        note_kept_back(gone, now_ms)
        refold(gone, now_ms)
        publish(Kind.ITEM, (Told(code, None, Lane.ITEMS) for code in gone), now_ms)
    return len(gone)


def _told_item(item: Item) -> Told:
    return Told(item.code, item_to_plain(item), Lane.ITEMS)


def _told_category(row: CatalogueCategory) -> Told:
    plain = category_to_plain(category_from_plain(row.plain))
    return Told(row.category_id, placed_category_to_plain(row.position, plain), Lane.SMALL)


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


def _load_items(items: list[Item], now_ms: int) -> tuple[list[str], int, list[str]]:
    """Return the codes that are new, the number of known items that changed, and the codes of those of them that may
    be lent otherwise than before.
    """
    known = dict(CatalogueItem.objects.values_list("code", "plain"))
    rows = [row for row in map(_row, items) if known.get(row.code) != row.plain]
    CatalogueItem.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["thing", "name", "category", "home", "plain"],
    )
    fresh = [row.code for row in rows if row.code not in known]
    otherwise = [row for row in rows if matters(known.get(row.code), row.plain)]
    note_kept_back((row.plain for row in otherwise), now_ms)
    return fresh, len(rows) - len(fresh), [row.code for row in otherwise if row.code in known]


def _row(item: Item) -> CatalogueItem:
    return CatalogueItem(
        code=item.code,
        thing=item.thing,
        name=item.name.get("nb"),
        category=item.category,
        home=item.home,
        plain=item_to_plain(item),
    )
