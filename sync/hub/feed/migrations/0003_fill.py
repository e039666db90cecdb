"""Put into the feed's rows what stations were told before there were rows. Loans that ended elsewhere come with the
next `refold`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.db import migrations

from sync.feed import (
    FeedCard,
    card_to_plain,
    category_from_plain,
    category_to_plain,
    hold_to_plain,
    item_from_plain,
    item_to_plain,
)
from lending.nouns import Hold

URGENT, HERE, SMALL, ITEMS, CARDS = range(5)
AT_ONCE = 1000


def fill(apps: Any, schema_editor: Any) -> None:
    rows = apps.get_model("feed", "FeedRow").objects
    waiting: list[Any] = []

    def flush() -> None:
        rows.bulk_create(waiting)
        waiting.clear()

    for kind, key, station, lane, plain in everything(apps):
        content = json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
        waiting.append(rows.model(kind=kind, key=key, station=station, lane=lane, stamp=0, at_ms=0, content=content))
        if len(waiting) == AT_ONCE:
            flush()
    flush()


def order_keys_as_stations_do(apps: Any, schema_editor: Any) -> None:
    """A snapshot comes in the order of its keys: by their bytes, not by the words of any language."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute('ALTER TABLE feed_feedrow ALTER COLUMN key TYPE varchar(200) COLLATE "C"')


def everything(apps: Any) -> Iterator[tuple[str, str, str, int, dict[str, Any]]]:
    for row in apps.get_model("catalogue", "CatalogueCategory").objects.order_by("category_id"):
        plain = category_to_plain(category_from_plain(row.plain))
        yield "category", row.category_id, "", SMALL, {**plain, "place": row.position}
    for row in apps.get_model("catalogue", "CatalogueItem").objects.order_by("code").iterator(AT_ONCE):
        yield "item", row.code, "", ITEMS, item_to_plain(item_from_plain(row.plain))
    for row in apps.get_model("holds", "Hold").objects.filter(state="open").order_by("hold_id"):
        hold = Hold(row.hold_id, row.thing, row.patron_ref, row.until, row.item or None, row.code_hash)
        yield "hold", row.hold_id, row.station, HERE, hold_to_plain(hold)
    for row in apps.get_model("patrons", "LibraryCard").objects.order_by("patron_ref").iterator(AT_ONCE):
        blocked = row.blocked_since_ms is not None
        card = FeedCard(
            row.patron_ref, blocked, row.expires, row.category, row.age_from, frozenset(row.trainings), row.staff
        )
        yield "card", row.patron_ref, "", URGENT if blocked else CARDS, card_to_plain(card)


class Migration(migrations.Migration):
    dependencies = [
        ("feed", "0002_rows"),
        ("catalogue", "0001_first"),
        ("holds", "0001_first"),
        ("patrons", "0002_deeper"),
    ]

    operations = [
        migrations.RunPython(order_keys_as_stations_do, migrations.RunPython.noop),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
