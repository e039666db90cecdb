"""The newest feed in its tables: items, cards, rules. A new one replaces the old one whole, or not at all."""

from __future__ import annotations

import json
from dataclasses import asdict

from sqlite_utils import Database

from lending.nouns import Category, Item, Rules, Standing
from sync.feed import (
    Feed,
    category_from_plain,
    category_to_plain,
    item_from_plain,
    item_to_plain,
    rules_from_plain,
)


def store_feed(db: Database, feed: Feed) -> None:
    """Put `feed` in the place of the one before, inside the open transaction."""
    for table in ("item", "category", "card"):
        db.conn.execute(f"DELETE FROM {table}")  # noqa: S608 - fixed words only
    db.conn.executemany(
        "INSERT INTO item VALUES (?, ?, ?, ?)",
        [(i.code, i.category, i.home, json.dumps(item_to_plain(i), ensure_ascii=False)) for i in feed.items],
    )
    db.conn.executemany(
        "INSERT INTO category VALUES (?, ?, ?)",
        [
            (c.category_id, place, json.dumps(category_to_plain(c), ensure_ascii=False))
            for place, c in enumerate(feed.categories)
        ],
    )
    db.conn.executemany("INSERT INTO card VALUES (?, ?)", [(c.patron_ref, int(c.blocked)) for c in feed.cards])


def feed_facts(feed: Feed) -> dict[str, str]:
    """Return the single values of a feed, as they are kept by name."""
    return {
        "feed_version": str(feed.version),
        "feed_made_ms": str(feed.made_ms),
        "station_name": feed.station_name,
        "rules": json.dumps(asdict(feed.rules)),
    }


def rules_from_text(text: str | None) -> Rules:
    """Return the rules kept as `text`, or the built-in ones if there are none yet."""
    return Rules() if text is None else rules_from_plain(json.loads(text))


def item(db: Database, code: str) -> Item | None:
    """Return the item with this barcode, or None if the feed has none."""
    row = db.conn.execute("SELECT content FROM item WHERE code = ?", (code,)).fetchone()
    return None if row is None else item_from_plain(json.loads(row[0]))


def standing(db: Database, patron_ref: str) -> Standing:
    """Return what the feed says of a card."""
    row = db.conn.execute("SELECT blocked FROM card WHERE patron_ref = ?", (patron_ref,)).fetchone()
    if row is None:
        return Standing.UNKNOWN
    return Standing.BLOCKED if row[0] else Standing.KNOWN


def categories(db: Database) -> list[Category]:
    """Return the categories in the order of the feed."""
    rows = db.conn.execute("SELECT content FROM category ORDER BY place")
    return [category_from_plain(json.loads(content)) for (content,) in rows]


def items_at(db: Database, station: str) -> list[tuple[str, str]]:
    """Return code and category of every item whose home is `station`."""
    rows = db.conn.execute("SELECT code, category FROM item WHERE home = ? ORDER BY code", (station,))
    return [(code, category) for code, category in rows]


def places_of_known(db: Database) -> list[tuple[str, str, str | None]]:
    """Return code, category and the place the journal last saw it, for every item the journal has seen."""
    sql = "SELECT i.code, i.category, s.place FROM item i JOIN item_state s ON s.item = i.code"
    return [(code, category, place) for code, category, place in db.conn.execute(sql)]
