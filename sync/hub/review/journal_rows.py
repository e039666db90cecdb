"""Which entries of a station's journals a page shows, the newest first; as quick with a million of them as with ten.

A station has a journal per epoch; a page goes through them one after the other. Each way to choose has an index that
holds its order:

| chosen | index |
|---|---|
| nothing, or a kind that most entries are of | one_entry_per_place |
| a kind that few entries are of | entries_rare |
| days | entries_by_wall, in the order of the station's clock |
| a barcode | entries_of_item; few enough to be sorted |
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import BooleanField, QuerySet
from django.db.models.expressions import RawSQL

from sync.hub.journal.kinds import FREQUENT, rare
from sync.hub.journal.models import Journal, RawEntry
from sync.hub.review.case_list import COUNTED, Counted
from sync.hub.review.keyset import Piece, both_ways, mark_of, take, take_by_time

A_PAGE = 100
_BY_PLACE, _BY_CLOCK = ("seq",), ("wall_ms", "seq")


@dataclass(frozen=True, slots=True)
class Choice:
    """What staff chose to see of a station's journals; empty and None where everything is meant.

    Days as Unix ms by the station's clock: from `first_ms` to before `end_ms`.
    """

    station: str
    kind: str = ""
    item: str = ""
    first_ms: int | None = None
    end_ms: int | None = None

    @property
    def by_day(self) -> bool:
        """Return whether days were chosen."""
        return self.first_ms is not None or self.end_ms is not None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that order the entries of one journal."""
        return _BY_CLOCK if self.by_day else _BY_PLACE

    def rows(self, journal: int) -> QuerySet[RawEntry]:
        """Return what was chosen of one journal, in no order."""
        rows = RawEntry.objects.filter(_only_within(journal), item=self.item) if self.item else _within(journal)
        if self.kind:
            rows = rows.filter(kind=self.kind)
        if self.kind and self.kind not in FREQUENT and not self.item and not self.by_day:
            rows = rows.filter(rare())
        if self.first_ms is not None:
            rows = rows.filter(wall_ms__gte=self.first_ms)
        return rows if self.end_ms is None else rows.filter(wall_ms__lt=self.end_ms)


def _within(journal: int) -> QuerySet[RawEntry]:
    return RawEntry.objects.filter(journal_id=journal)


def _only_within(journal: int) -> RawSQL:
    """Return the condition that an entry is of this journal, in words that lead no database to read the journal for
    it: SQLite, which does not know how many entries an item has, would.
    """
    return RawSQL("+journal_rawentry.journal_id = %s", (journal,), output_field=BooleanField())


def page_of(choice: Choice, after: str, before: str) -> Piece[RawEntry]:
    """Return a page of what was chosen, the newest first."""

    def taking(mark: str, count: int, back: bool) -> list[RawEntry]:  # noqa: FBT001 - as keyset asks
        found = list[RawEntry]()
        for journal, within in _journals(choice.station, mark, back=back):
            rows = choice.rows(journal).select_related("journal", "personal")
            found.extend(_take(choice, rows, within, count - len(found), down=not back))
            if len(found) >= count:
                break
        return found

    return both_ways(taking, lambda row: f"{row.journal.epoch}.{mark_of(row, choice.columns)}", after, before, A_PAGE)


def _take(choice: Choice, rows: QuerySet[RawEntry], mark: str, count: int, *, down: bool) -> list[RawEntry]:
    if choice.by_day:
        return take_by_time(rows, _BY_CLOCK, mark, count, down=down)
    return take(rows, _BY_PLACE, mark, count, down=down)


def _journals(station: str, mark: str, *, back: bool) -> Iterator[tuple[int, str]]:
    """Return the station's journals from the one in the mark on, the newest first (the oldest, if `back`), each with
    the mark within it.
    """
    epoch, _, within = mark.partition(".")
    rows = Journal.objects.filter(station=station).order_by("epoch" if back else "-epoch")
    known = list(rows.values_list("epoch", "pk"))
    begun = epoch not in {str(one) for one, _ in known}
    for one, pk in known:
        here = not begun and str(one) == epoch
        begun = begun or here
        if begun:
            yield pk, within if here else ""


def in_order(choice: Choice) -> Iterator[RawEntry]:
    """Return all that was chosen, the oldest first, as it is read."""
    for pk in Journal.objects.filter(station=choice.station).order_by("epoch").values_list("pk", flat=True):
        rows = choice.rows(pk).select_related("journal", "personal").order_by("seq")
        yield from rows.iterator(chunk_size=500)


def count(choice: Choice) -> Counted:
    """Return how much was chosen, up to COUNTED."""
    found = 0
    for pk in Journal.objects.filter(station=choice.station).order_by("-epoch").values_list("pk", flat=True):
        found += choice.rows(pk)[: COUNTED + 1 - found].count()
        if found > COUNTED:
            return Counted(COUNTED, more=True)
    return Counted(found)
