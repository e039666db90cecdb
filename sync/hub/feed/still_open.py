"""Telling a station of loans it lent and that are still open, but that its unit knows nothing of.

A unit that takes the place of a broken one begins with an empty journal. What its station lent under earlier epochs
the hub tells it, and takes back as soon as the loan is over; a loan that stands in the unit's own journal it leaves
out by itself. So a station is told nothing here as long as its first unit lives.

The invariant: after each fold and each change of epoch, a station is told of exactly its open loans of other epochs
than its own. Whoever folds keeps the epochs as they are until its transaction ends, and whoever changes one waits for
that before looking: so one of the two sees what the other did.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from sync.feed_page import Kind, StillOpen, still_open_to_plain
from sync.hub.database import keep_epochs
from sync.hub.feed.models import Lane
from sync.hub.feed.publish import Told, publish
from sync.hub.fleet.models import Station
from sync.hub.journal.models import RawEntry
from sync.hub.ledger.models import OpenLoan


def open_before(items: Collection[str]) -> dict[str, str]:
    """Return the loans of these items that are stored as open, with the stations that lent them."""
    return dict(OpenLoan.objects.filter(item__in=items).values_list("entry_id", "station"))


def tell_still_open(before: Mapping[str, str], lenders: Iterable[str], items: Collection[str], now_ms: int) -> None:
    """Tell the stations, now that the loans of `items` are stored anew. `before` is what was stored, `lenders` are
    the stations of the loans that may be open now.

    Runs inside a transaction that has locked the items.
    """
    epochs = _later_epochs({*before.values(), *lenders})
    if not epochs:
        return
    told = _told(list(OpenLoan.objects.filter(item__in=items, station__in=epochs)), epochs)
    still = {one.key for one in told}
    over = [loan for loan, station in before.items() if station in epochs and loan not in still]
    told += [Told(loan, None, Lane.HERE, before[loan]) for loan in over]
    if told:
        publish(Kind.OPEN, told, now_ms)


def tell_new_unit(station: Station, now_ms: int) -> None:
    """Tell a station all its unit cannot know of, after it got another epoch. Call `lock_epochs` before that."""
    loans = list(OpenLoan.objects.filter(station=station.station_id))
    told = _told(loans, {station.station_id: station.epoch})
    theirs = {one.key for one in told}
    told += [Told(loan.entry_id, None, Lane.HERE, loan.station) for loan in loans if loan.entry_id not in theirs]
    publish(Kind.OPEN, told, now_ms)


def _later_epochs(stations: Iterable[str]) -> dict[str, int]:
    """Return the epoch of each of these stations that has had another before, kept until the transaction ends."""
    wanted = set(stations)
    if not wanted:
        return {}
    keep_epochs()
    return dict(Station.objects.filter(pk__in=wanted, epoch__gt=1).values_list("station_id", "epoch"))


def _told(loans: Sequence[OpenLoan], epochs: Mapping[str, int]) -> list[Told]:
    """Return what their stations are told of those of these open loans that are not of the epoch they are in."""
    ids = [loan.entry_id for loan in loans]
    lent_in = dict(RawEntry.objects.filter(entry_id__in=ids).values_list("entry_id", "journal__epoch"))
    return [
        Told(loan.entry_id, still_open_to_plain(_plain(loan)), Lane.HERE, loan.station)
        for loan in loans
        if lent_in.get(loan.entry_id) != epochs[loan.station]
    ]


def _plain(row: OpenLoan) -> StillOpen:
    return StillOpen(
        row.entry_id, row.item, row.patron_ref or None, row.lent_ms, row.due, row.provisional, row.renewals
    )
