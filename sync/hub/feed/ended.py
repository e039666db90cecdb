"""Telling a station of loans it lent and that ended elsewhere: at another station, or by staff's word.

It closes them, so that its patron is forgotten there and limits count right. What ended at the station itself it
knows.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from lending.entries import Entry
from lending.ledger import ItemLedger, OpenLoan, apply_entry
from sync.feed_page import Kind
from sync.hub.feed.models import FeedRow, Lane
from sync.hub.feed.publish import Told, publish


def ended_elsewhere(before: ItemLedger, entries: Sequence[Entry]) -> list[OpenLoan]:
    """Return the loans of an item that one of `entries` ended and that another station had lent. `before` is what is
    known of the item ahead of them.
    """
    ended: list[OpenLoan] = []
    ledger = before
    for entry in entries:
        after = apply_entry(ledger, entry)
        if after.open_loans != ledger.open_loans:
            still = {loan.entry_id for loan in after.open_loans}
            gone = (loan for loan in ledger.open_loans if loan.entry_id not in still)
            ended.extend(loan for loan in gone if loan.station != entry.station)
        ledger = after
    return ended


def tell_ended(ended: Collection[OpenLoan], now_ms: int, among: Mapping[str, str] | None = None) -> None:
    """Tell the stations of these loans that ended. Of the loans in `among` (station by entry id) all others did not
    end elsewhere, whatever was told before. Runs inside a transaction.
    """
    wanted = {loan.entry_id: loan for loan in ended}
    about = sorted({*wanted, *(among or {})})
    if not about:
        return
    told = _told_before(about)
    new = [_ended(loan, now_ms) for key, loan in wanted.items() if told.get(key) != loan.station]
    not_so = [Told(key, None, Lane.HERE, station) for key, station in told.items() if key not in wanted]
    if new or not_so:
        publish(Kind.ENDED, [*new, *not_so], now_ms)


def _told_before(loans: Sequence[str]) -> dict[str, str]:
    rows = FeedRow.objects.filter(kind=Kind.ENDED, key__in=loans).exclude(content="")
    return dict(rows.values_list("key", "station"))


def _ended(loan: OpenLoan, now_ms: int) -> Told:
    plain = {"loan": loan.entry_id, "item": loan.item, "at_ms": now_ms}
    return Told(loan.entry_id, plain, Lane.HERE, loan.station)
