"""What the journal of this station says of sharing: how often each thing was lent, and what was answered."""

from __future__ import annotations

from sqlite_utils import Database

from lending.impact import QUESTION, Instead, Lent, Told

_LOANS = """SELECT item, sum(CASE kind WHEN 'loan' THEN 1 ELSE -1 END) FROM journal
    WHERE kind = 'loan' OR (kind = 'return' AND json_valid(covered) AND json_extract(covered, '$.body.undo'))
    GROUP BY item"""
_TOLD = """SELECT json_extract(covered, '$.body.about'), json_extract(covered, '$.body.answer'), count(*) FROM journal
    WHERE kind = 'survey' AND json_valid(covered) AND json_extract(covered, '$.body.question') = ?
    GROUP BY 1, 2 ORDER BY 1, 2"""
_ELSEWHERE = """SELECT min(code) FROM item WHERE slot = :slot AND thing NOT IN (
        SELECT thing FROM item WHERE slot = :slot AND home = :station)
    GROUP BY thing ORDER BY count(*) DESC, thing LIMIT :limit"""
_PRICED = """SELECT code FROM item WHERE slot = ? AND home = ? AND json_extract(content, '$.buy_kroner') > 0
    ORDER BY +code"""
_THING = "SELECT thing FROM item WHERE slot = ? AND code = ?"


def lent(db: Database, slot: int) -> dict[str, Lent]:
    """Return for each thing how often it was lent here and how many copies that were; a loan taken back within its
    visit is none. What no feed tells of any more stands under its own code.
    """
    found: dict[str, Lent] = {}
    for item, times in db.conn.execute(_LOANS).fetchall():
        row = db.conn.execute(_THING, (slot, item)).fetchone()
        thing = row[0] if row else item
        before = found.get(thing, Lent(0, 0))
        if times > 0:
            found[thing] = Lent(before.times + times, before.copies + 1)
    return found


def told(db: Database) -> list[Told]:
    """Return how many gave which answer about which thing."""
    rows = db.conn.execute(_TOLD, (QUESTION,)).fetchall()
    known = {one.value for one in Instead}
    return [Told(str(thing), Instead(answer), count) for thing, answer, count in rows if answer in known]


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
