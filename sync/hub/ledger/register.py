"""What the hub's registers say of items, cards and stations, each with its own dates, for finding cases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property

from lending.cases import Register
from lending.entries import Entry
from lending.nouns import RiskClass
from lending.rules import Reason
from sync.hub.catalogue.models import CatalogueItem
from sync.hub.fleet.models import Station
from sync.hub.holds.models import Hold, HoldState
from sync.hub.ledger.models import KeptBack
from sync.hub.ledger.rules_then import rules_at_last
from sync.hub.patrons.models import LibraryCard
from sync.hub.patrons.standing import expired_since_ms

_ORDER = list(Reason)


def register_for(items: Iterable[str], entries: Iterable[Entry]) -> Register:
    """Return what the hub knows of these items, and of the cards in these entries."""
    items = list(items)
    things, set_aside = _Things(items), _SetAside(items)
    refs = {entry.personal.patron_ref for entry in entries if entry.personal is not None}
    rows = LibraryCard.objects.filter(patron_ref__in=refs).values_list("patron_ref", "blocked_since_ms", "expires")
    blocked = {ref: since for ref, since, _ in rows}
    expired = {ref: expired_since_ms(expires) for ref, _, expires in rows}
    return Register(
        things.classes.__contains__,
        blocked.__contains__,
        blocked.get,
        expired.get,
        things.not_loanable,
        things.needs_check,
        _shut_out(),
        set_aside.for_other,
        set_aside.for_forgotten,
    )


def _shut_out() -> Callable[[str, int], int | None]:
    """Return since when a station's journal of an epoch is shut out, None if it is not."""
    rows = Station.objects.exclude(revoked_ms=None).values_list("station_id", "revoked_ms", "revoked_epoch")
    since = {station: (ms, epoch) for station, ms, epoch in rows}

    def shut_out_since_ms(station: str, epoch: int) -> int | None:
        ms, last = since.get(station, (None, 0))
        return ms if epoch <= last else None

    return shut_out_since_ms


class _Things:
    """What the catalogue says of some items, and said when."""

    def __init__(self, items: Sequence[str]) -> None:
        known = CatalogueItem.objects.filter(code__in=items)
        self.classes: Mapping[str, str] = dict(known.values_list("code", "plain__risk_class"))
        self._kept_back = _kept_back(items)

    def not_loanable(self, item: str, station: str, at_ms: int) -> Reason | None:
        """Return why the item was not to be lent at this station at this time, or None."""
        return next(
            (
                Reason(row.why)
                for row in self._kept_back.get(item, ())
                if row.from_ms <= at_ms and (row.until_ms is None or at_ms < row.until_ms) and row.home != station
            ),
            None,
        )

    def needs_check(self, item: str) -> bool:
        """Return whether it must be checked by staff before it goes out again."""
        kept = self.classes.get(item)
        return kept is not None and RiskClass(kept) in self._checked_classes

    @cached_property
    def _checked_classes(self) -> tuple[RiskClass, ...]:
        return rules_at_last().staff_check


class _SetAside:
    """For whom some items were set aside, and when."""

    def __init__(self, items: Sequence[str]) -> None:
        self._holds = defaultdict(list)
        for row in Hold.objects.filter(item__in=items):
            self._holds[row.item].append(row)

    def for_other(self, item: str, ref: str, at_ms: int) -> bool:
        """Return whether the item was set aside at this time for somebody else than this card."""
        return any(row.patron_ref not in {"", ref} and _stood(row, at_ms) for row in self._holds.get(item, ()))

    def for_forgotten(self, item: str, at_ms: int) -> bool:
        """Return whether the item was set aside at this time for somebody who has been erased since."""
        return any(not row.patron_ref and _stood(row, at_ms) for row in self._holds.get(item, ()))


def _stood(hold: Hold, at_ms: int) -> bool:
    """Return whether a hold stood at a time: from when it was placed until it ended, or its last day was over."""
    if hold.ended_ms is None and hold.state != HoldState.OPEN:
        return False  # it ended before anybody noted when
    ends = [end for end in (hold.ended_ms, expired_since_ms(hold.until)) if end is not None]
    return hold.placed_ms <= at_ms < min(ends, default=at_ms + 1)


def _kept_back(items: Sequence[str]) -> Mapping[str, list[KeptBack]]:
    by_item = defaultdict(list)
    for row in sorted(KeptBack.objects.filter(item__in=items), key=_rank):
        by_item[row.item].append(row)
    return by_item


def _rank(row: KeptBack) -> tuple[int, int]:
    return _ORDER.index(Reason(row.why)), row.from_ms
