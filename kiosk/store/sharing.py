"""What the feed says that is good to know beside the things of this station."""

from __future__ import annotations

from sqlite_utils import Database

_ELSEWHERE = """SELECT min(code) FROM item WHERE slot = :slot AND thing NOT IN (
        SELECT thing FROM item WHERE slot = :slot AND home = :station)
    GROUP BY thing ORDER BY count(*) DESC, thing LIMIT :limit"""
_PRICED = """SELECT code FROM item WHERE slot = ? AND home = ? AND json_extract(content, '$.buy_kroner') > 0
    ORDER BY +code"""


def only_elsewhere(db: Database, slot: int, station: str, limit: int) -> list[str]:
    """Return one barcode of each of up to `limit` things that are at home elsewhere only, the commonest first."""
    values = {"slot": slot, "station": station, "limit": limit}
    return [code for (code,) in db.conn.execute(_ELSEWHERE, values)]


def with_price(db: Database, slot: int, station: str, begin: int, limit: int) -> list[str]:
    """Return up to `limit` barcodes of items at home at `station` that have a price, beginning at another for each
    `begin`.
    """
    codes = [code for (code,) in db.conn.execute(_PRICED, (slot, station))]
    at = begin * 7 % len(codes) if codes else 0
    return (codes[at:] + codes[:at])[:limit]


def has_places(db: Database, slot: int, station: str) -> bool:
    """Return whether the feed tells of any place but this station."""
    sql = "SELECT 1 FROM place WHERE slot = ? AND coalesce(json_extract(content, '$.station'), '') <> ? LIMIT 1"
    return db.conn.execute(sql, (slot, station)).fetchone() is not None
