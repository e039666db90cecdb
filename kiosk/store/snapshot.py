"""The newest feed in its tables: items, cards, holds, categories.

Every row belongs to one of two slots. One slot is live; the next feed is put into the other, in short transactions,
and goes live whole when a single value says so (see `feed_load`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Any

import orjson
from sqlite_utils import Database

from kiosk.store import told_loans
from lending.nouns import CardFacts, Category, Hold, Item, Rules, Standing
from sync.feed import (
    Feed,
    FeedCard,
    category_from_plain,
    category_to_plain,
    item_from_plain,
    item_to_plain,
    rules_from_plain,
    rules_to_plain,
)
from sync.feed_browse import (
    CopyFacts,
    NearbyPlace,
    StationFigures,
    ThingPage,
    figures_to_plain,
    page_to_plain,
    place_to_plain,
)
from sync.feed_page import (
    EndedLoan,
    FeedPage,
    Head,
    Kind,
    Message,
    PlacedCategory,
    StillOpen,
    Thing,
    message_from_plain,
    message_to_plain,
)

SLOTS = (0, 1)
_INSERT = {
    "item": "INSERT INTO item VALUES (?, ?, ?, ?, ?, ?)",
    "category": "INSERT INTO category VALUES (?, ?, ?, ?)",
    "card": "INSERT INTO card VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    "hold": "INSERT INTO hold VALUES (?, ?, ?, ?, ?, ?, ?)",
    "ended_loan": "INSERT INTO ended_loan VALUES (?, ?, ?, ?)",
    "message": "INSERT INTO message VALUES (?, ?, ?)",
    "thing_page": "INSERT INTO thing_page VALUES (?, ?, ?)",
    "copy": "INSERT INTO copy VALUES (?, ?, ?, ?)",
    "place": "INSERT INTO place VALUES (?, ?, ?)",
    "figures": "INSERT INTO figures VALUES (?, ?, ?)",
    "told_loan": "INSERT INTO told_loan VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
}
_KEYS = {
    "item": "code",
    "category": "category_id",
    "card": "patron_ref",
    "hold": "hold_id",
    "ended_loan": "loan",
    "message": "message_id",
    "thing_page": "thing",
    "copy": "code",
    "place": "place_id",
    "figures": "station",
    "told_loan": "loan",
}
_TABLE_OF = {
    Kind.CARD: "card",
    Kind.ITEM: "item",
    Kind.CATEGORY: "category",
    Kind.HOLD: "hold",
    Kind.ENDED: "ended_loan",
    Kind.MESSAGE: "message",
    Kind.THING: "thing_page",
    Kind.COPY: "copy",
    Kind.PLACE: "place",
    Kind.FIGURES: "figures",
    Kind.OPEN: "told_loan",
}

TABLES = tuple(_INSERT)
"""The tables of the feed."""

_PLAIN_CARD = "INSERT INTO card (slot, patron_ref, blocked) VALUES (?, ?, ?)"
"""For a card about which nothing is special, as most are: sqlite3 looks for an adapter for every None it is
given, and the five of them took as long as the rest of the row.
"""

_START = 4
"""Characters of a patron_ref by which cards are parted before they are sorted: a few hundred piles."""


def insert(db: Database, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Add rows of a feed inside the open transaction."""
    for width, some in groupby(sorted(rows, key=len), key=len):
        db.conn.executemany(_insert(table, width), some)


def put(db: Database, slot: int, rows: Sequence[tuple[str, tuple[Any, ...]]]) -> None:
    """Put rows, each with its table and without its slot, in the place of those with the same keys, inside the open
    transaction.
    """
    for (table, width), some in groupby(rows, key=lambda row: (row[0], 1 + len(row[1]))):
        sql = _insert(table, width).replace("INSERT", "INSERT OR REPLACE", 1)
        db.conn.executemany(sql, ((slot, *row) for _, row in some))


def _insert(table: str, width: int) -> str:
    return _PLAIN_CARD if (table, width) == ("card", 3) else _INSERT[table]


def remove(db: Database, slot: int, gone: Mapping[Kind, Sequence[str]]) -> None:
    """Erase what is gone, inside the open transaction."""
    for kind, keys in gone.items():
        table = _TABLE_OF[kind]
        sql = f"DELETE FROM {table} WHERE slot = ? AND {_KEYS[table]} = ?"  # noqa: S608 - fixed words only
        db.conn.executemany(sql, ((slot, key) for key in keys))


def erase(db: Database, slot: int, limit: int) -> int:
    """Erase up to `limit` rows of a slot from each table; return how many there were."""
    erased = 0
    for table, key in _KEYS.items():
        some = f"SELECT {key} FROM {table} WHERE slot = ? LIMIT ?"  # noqa: S608 - fixed words only
        sql = f"DELETE FROM {table} WHERE slot = ? AND {key} IN ({some})"  # noqa: S608
        erased += db.conn.execute(sql, (slot, slot, limit)).rowcount
    return erased


# --- rows of a feed


def item_row(slot: int, item: Item) -> tuple[Any, ...]:
    """Return the row of an item."""
    return (slot, item.code, item.thing, item.category, item.home, _text(item_to_plain(item)))


def category_row(slot: int, place: int, category: Category) -> tuple[Any, ...]:
    """Return the row of a category."""
    return (slot, category.category_id, place, _text(category_to_plain(category)))


def card_row(slot: int, card: FeedCard) -> tuple[Any, ...]:
    """Return the row of a card; what is not special about it takes no room, and nothing special ends the row."""
    start = (slot, card.patron_ref, int(card.blocked))
    if card.expires is None and card.age_from is None and not (card.category or card.trainings or card.staff):
        return start
    return (
        *start,
        None if card.expires is None else card.expires.isoformat(),
        card.category or None,
        card.age_from,
        json.dumps(sorted(card.trainings)) if card.trainings else None,
        int(card.staff) or None,
    )


def hold_row(slot: int, hold: Hold) -> tuple[Any, ...]:
    """Return the row of a hold."""
    return (slot, hold.hold_id, hold.thing, hold.patron_ref, hold.until.isoformat(), hold.item, hold.code_hash)


def page_rows(page: FeedPage) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Yield the rows of a page, each with its table and without its slot, made only when they are asked for."""
    for kind, things in page.put.items():
        table = _TABLE_OF[kind]
        for thing in things:
            yield table, _row(thing)[1:]


def _row(thing: Thing) -> tuple[Any, ...]:
    match thing:
        case FeedCard():
            return card_row(0, thing)
        case Item():
            return item_row(0, thing)
        case PlacedCategory(place=place, category=category):
            return category_row(0, place, category)
        case Hold():
            return hold_row(0, thing)
        case EndedLoan():
            return (0, thing.loan, thing.item, thing.at_ms)
        case Message():
            return (0, thing.message_id, _text(message_to_plain(thing)))
        case StillOpen():
            return (0, *told_loans.row(thing))
        case ThingPage() | CopyFacts() | NearbyPlace() | StationFigures():
            return _browse_row(thing)


def _browse_row(thing: ThingPage | CopyFacts | NearbyPlace | StationFigures) -> tuple[Any, ...]:
    match thing:
        case ThingPage():
            return (0, thing.thing, _text(page_to_plain(thing)))
        case CopyFacts():
            return (0, thing.code, thing.times_lent, thing.checked_on and thing.checked_on.isoformat())
        case NearbyPlace():
            return (0, thing.place_id, _text(place_to_plain(thing)))
        case StationFigures():
            return (0, thing.station, _text(figures_to_plain(thing)))


def _text(plain: Mapping[str, Any]) -> str:
    return orjson.dumps(plain).decode()


def blocked_cards(rows: Sequence[tuple[str, tuple[Any, ...]]]) -> list[tuple[str, tuple[Any, ...]]]:
    """Return those of the rows that are blocked cards."""
    return [(table, row) for table, row in rows if table == "card" and row[1]]


def head_facts(head: Head) -> dict[str, str]:
    """Return what holds of the whole station, as it is kept by name."""
    rules = json.dumps(rules_to_plain(head.rules), ensure_ascii=False)
    return {"station_name": head.station_name, "rules": rules}


def feed_facts(feed: Feed, slot: int) -> dict[str, str]:
    """Return the single values of a feed, as they are kept by name."""
    return {
        "feed_slot": str(slot),
        "feed_cursor": "",
        "load_cursor": "",
        "feed_version": str(feed.version),
        "feed_made_ms": str(feed.made_ms),
        "station_name": feed.station_name,
        "rules": json.dumps(rules_to_plain(feed.rules), ensure_ascii=False),
    }


def rules_from_text(text: str | None) -> Rules:
    """Return the rules kept as `text`, or the built-in ones if there are none yet."""
    return Rules() if text is None else rules_from_plain(json.loads(text))


# --- questions


def item(db: Database, slot: int, code: str) -> Item | None:
    """Return the item with this barcode, or None if the feed has none."""
    row = db.conn.execute("SELECT content FROM item WHERE slot = ? AND code = ?", (slot, code)).fetchone()
    return None if row is None else item_from_plain(json.loads(row[0]))


def items_of(db: Database, slot: int, thing: str) -> list[Item]:
    """Return all items of a thing, by barcode."""
    # The plus: or SQLite walks through the whole slot in the order asked for, instead of looking up the thing.
    rows = db.conn.execute("SELECT content FROM item WHERE slot = ? AND thing = ? ORDER BY +code", (slot, thing))
    return [item_from_plain(json.loads(content)) for (content,) in rows]


def counts(db: Database, slot: int) -> tuple[int, int]:
    """Return how many items and cards a slot holds."""
    sql = "SELECT (SELECT count(*) FROM item WHERE slot = ?), (SELECT count(*) FROM card WHERE slot = ?)"
    items, cards = db.conn.execute(sql, (slot, slot)).fetchone()
    return items, cards


def items_after(db: Database, slot: int, code: str, limit: int) -> list[Item]:
    """Return up to `limit` items with barcodes after `code`, by barcode."""
    sql = "SELECT content FROM item WHERE slot = ? AND code > ? ORDER BY code LIMIT ?"
    return [item_from_plain(json.loads(content)) for (content,) in db.conn.execute(sql, (slot, code, limit))]


def card(db: Database, slot: int, patron_ref: str) -> CardFacts:
    """Return what the feed says of a card. Whether it has expired is for the rules to say, who know the day."""
    sql = "SELECT blocked, expires, category, age_from, trainings, staff FROM card WHERE slot = ? AND patron_ref = ?"
    row = db.conn.execute(sql, (slot, patron_ref)).fetchone()
    if row is None:
        return CardFacts(Standing.UNKNOWN)
    blocked, expires, category, age_from, trainings, staff = row
    return CardFacts(
        Standing.BLOCKED if blocked else Standing.KNOWN,
        category or "",
        age_from,
        expires and date.fromisoformat(expires),
        frozenset(json.loads(trainings)) if trainings else frozenset(),
        staff=bool(staff),
    )


def messages(db: Database, slot: int, today: date) -> list[Message]:
    """Return the messages of this day, those that began first before the others."""
    rows = db.conn.execute("SELECT content FROM message WHERE slot = ?", (slot,))
    found = (message_from_plain(json.loads(content)) for (content,) in rows)
    shown = [one for one in found if one.first <= today <= one.last]
    return sorted(shown, key=lambda one: (one.first, one.message_id))


def categories(db: Database, slot: int) -> list[Category]:
    """Return the categories in the order of the feed."""
    rows = db.conn.execute("SELECT content FROM category WHERE slot = ? ORDER BY place", (slot,))
    return [category_from_plain(json.loads(content)) for (content,) in rows]


def items_at(db: Database, slot: int, station: str) -> list[tuple[str, str]]:
    """Return code and category of every item whose home is `station`, by barcode."""
    # for the plus see `items_of`
    sql = "SELECT code, category FROM item WHERE slot = ? AND home = ? ORDER BY +code"
    return [(code, category) for code, category in db.conn.execute(sql, (slot, station))]


def places_of_known(db: Database, slot: int) -> list[tuple[str, str, str | None]]:
    """Return code, category and the place the journal last saw it, for every item the journal has seen."""
    # CROSS: each item the journal has seen is looked up; else SQLite asks of all items whether it has.
    sql = "SELECT i.code, i.category, s.place FROM item_state s CROSS JOIN item i ON i.slot = ? AND i.code = s.item"
    return [(code, category, place) for code, category, place in db.conn.execute(sql, (slot,))]


def all_rows(feed: Feed, slot: int) -> Iterable[tuple[str, Iterable[tuple[Any, ...]]]]:
    """Return the rows of a feed, table by table, made only when they are asked for."""
    yield "category", (category_row(slot, place, c) for place, c in enumerate(feed.categories))
    yield "item", (item_row(slot, i) for i in feed.items)
    yield "hold", (hold_row(slot, h) for h in feed.holds)
    # in the order of their key: in any other, every row falls on another page, and a feed writes gigabytes
    yield "card", (card_row(slot, c) for c in _by_ref(feed.cards))


def _by_ref(cards: Iterable[FeedCard]) -> Iterator[FeedCard]:
    """Yield the cards by their key, sorted pile by pile: during one sort of all no other thread has its turn."""
    piles: dict[str, list[FeedCard]] = {}
    for card in cards:
        piles.setdefault(card.patron_ref[:_START], []).append(card)
    for start in sorted(piles):
        yield from sorted(piles[start], key=attrgetter("patron_ref"))
