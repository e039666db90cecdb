"""Reading entries in force back in the one order they are folded in: plain rows, because histories are long."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from lending.dating import Dated, as_dated
from lending.entries import Entry
from lending.limits import Place
from sync.hub.journal.models import RawEntry
from sync.journal import open_entry

_COLUMNS = (
    "entry_id",
    "item",
    "hold",
    "kind",
    "seq",
    "journal__station_id",
    "journal__epoch",
    "order_ms",
    "lo_ms",
    "hi_ms",
    "wire",
    "personal__plain",
)


@dataclass(slots=True)
class Held:
    """An entry in force with its date. `wire` and `personal` are as they are stored, `personal` None where there is
    none.
    """

    entry_id: str
    item: str
    hold: str
    kind: str
    seq: int
    station: str
    epoch: int
    order_ms: int | None
    lo_ms: int | None
    hi_ms: int | None
    wire: str
    personal: str | None

    @property
    def place(self) -> Place:
        """Where it stands among all entries in force."""
        return (self.order_ms or 0, self.station, self.epoch, self.seq)


def held(*conditions: RawSQL, **which: Any) -> list[Held]:
    """Return the entries in force that fit, in the one order.

    It is the order of `lending.ledger.in_order` over all entries in force: `order_ms` is kept with each entry (see
    `sync.hub.journal.dates`), so that not every journal must be read to place one item's entries.
    """
    rows: QuerySet[RawEntry] = RawEntry.objects.filter(*conditions, in_force=True, **which)
    return sorted((Held(*row) for row in rows.values_list(*_COLUMNS)), key=place_in_order)


def rows_of(items: Iterable[str]) -> Mapping[str, list[Held]]:
    """Return the entries in force about each of `items`, in the one order."""
    by_item = defaultdict(list)
    for row in held(item__in=list(items)):
        by_item[row.item].append(row)
    return by_item


def place_in_order(row: Held) -> Place:
    """Return where an entry in force stands among all entries."""
    return row.place


def said(row: RawEntry) -> Entry:
    """Return the entry in a row that could be read, as its station said it, with its personal part if it is there."""
    personal = getattr(row, "personal", None)
    return _read(row.wire, personal.plain if personal is not None else None)


def opened(row: Held) -> Entry:
    """Return the entry as it counts: at the time it was made, as far as that is known, and with the due date that
    holds.
    """
    entry = _read(row.wire, row.personal)
    if row.lo_ms is None or row.hi_ms is None or row.order_ms is None:
        return entry
    return as_dated(entry, Dated(row.lo_ms, row.hi_ms, row.order_ms), ZoneInfo(settings.TIME_ZONE))


def _read(wire: str, personal: str | None) -> Entry:
    data = json.loads(wire)
    data["personal"] = json.loads(personal)["personal"] if personal is not None else None
    return open_entry(data)
