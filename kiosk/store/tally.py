"""How often each thing was lent here and what was answered, counted on from where the last counting stopped.

The journal only grows, so nothing is counted twice: what is told is what one reading of the whole journal would tell.
"""

from __future__ import annotations

from collections import Counter

from sqlite_utils import Database

from lending.impact import QUESTION, Instead, Lent, Told

_NEXT = """SELECT place, kind, item,
        CASE WHEN kind = 'return' AND json_valid(covered) THEN json_extract(covered, '$.body.undo') END,
        CASE WHEN kind = 'survey' AND json_valid(covered) AND json_extract(covered, '$.body.question') = :question
            THEN json_extract(covered, '$.body.about') END,
        CASE WHEN kind = 'survey' AND json_valid(covered) THEN json_extract(covered, '$.body.answer') END
    FROM journal WHERE place > :after ORDER BY place LIMIT :limit"""
_THING = "SELECT thing FROM item WHERE slot = ? AND code = ?"
ROWS_AT_ONCE = 500
"""Entries, or items, that are read in one go: a few milliseconds on a small computer."""


class Tally:
    """The counting of one journal. It belongs to the thread that owns the store."""

    def __init__(self) -> None:
        self.place = 0
        """The place of the last entry that has been counted (see `journal_table.place_of`)."""
        self._times: Counter[str] = Counter()
        self._answers: Counter[tuple[str, Instead]] = Counter()
        self._mark = ""
        self._things: dict[str, str] = {}
        self._unnamed: list[str] = []

    def knows(self, newest: int, mark: str) -> bool:
        """Return whether all up to the entry at `newest` is counted, by things of the feed with this mark."""
        return self.place >= newest and self._mark == mark and not self._unnamed

    def count_on(self, db: Database, slot: int, newest: int, mark: str) -> None:
        """Count a few entries more, or look up the things of a few items more. Raises sqlite3.Error."""
        if self._mark != mark:
            self._mark, self._things, self._unnamed = mark, {}, list(self._times)
        if self.place < newest:
            self._read(db, newest)
        elif self._unnamed:
            some, self._unnamed = self._unnamed[-ROWS_AT_ONCE:], self._unnamed[:-ROWS_AT_ONCE]
            for code in some:
                row = db.conn.execute(_THING, (slot, code)).fetchone()
                self._things[code] = row[0] if row else code

    def _read(self, db: Database, newest: int) -> None:
        asked = {"question": QUESTION, "after": self.place, "limit": ROWS_AT_ONCE}
        rows = db.conn.execute(_NEXT, asked).fetchall()
        for place, kind, item, undo, about, answer in rows:
            self.place = place
            if kind == "loan" or (kind == "return" and undo):
                self._note(item, 1 if kind == "loan" else -1)
            elif about is not None and answer in _ANSWERS:
                self._answers[about, Instead(answer)] += 1
        if len(rows) < ROWS_AT_ONCE:
            self.place = max(self.place, newest)

    def _note(self, item: str, times: int) -> None:
        if item not in self._times:
            self._unnamed.append(item)
        self._times[item] += times

    def lent(self) -> dict[str, Lent]:
        """Return for each thing how often it was lent here and how many copies that were.

        A loan taken back within its visit is none. What no feed tells of any more stands under its own code.
        """
        found: dict[str, Lent] = {}
        for item, times in self._times.items():
            if times > 0:
                thing = self._things[item]
                before = found.get(thing, Lent(0, 0))
                found[thing] = Lent(before.times + times, before.copies + 1)
        return found

    def told(self) -> list[Told]:
        """Return how many gave which answer about which thing."""
        return [Told(thing, answer, n) for (thing, answer), n in sorted(self._answers.items())]


_ANSWERS = frozenset(one.value for one in Instead)
