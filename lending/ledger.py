"""Who has what: one fold over entries, used by the station's tables and by the hub alike.

A return closes every open loan of its item: whoever lent it, it is on the shelf now. Two loans without a
return between them stay both open, because both are facts; a person decides (see `lending.cases`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from lending.dating import Dated, date_entries, stamp_of
from lending.entries import (
    ConditionAnswer,
    DamageReport,
    Entry,
    ItemChecked,
    ItemMoved,
    ItemRegistered,
    Loan,
    Renewal,
    Return,
)
from lending.nouns import AskedOf, Condition, Damage, PartAnswer, Shelf


@dataclass(frozen=True, slots=True)
class OpenLoan:
    """A loan nothing has closed yet. `patron_ref` is None where the personal part has been erased."""

    entry_id: str
    item: str
    patron_ref: str | None
    station: str
    seq: int
    lent_ms: int
    due: date
    provisional: bool
    renewals: int = 0


@dataclass(frozen=True, slots=True)
class ItemLedger:
    """What all entries so far say of one item.

    `place` is the station that last took it back, or None while it is out or was never seen.
    `shelf` says how far an item that is back has come. `last_loan` is the newest loan's entry id, open or closed.
    """

    item: str
    open_loans: tuple[OpenLoan, ...] = ()
    place: str | None = None
    shelf: Shelf = Shelf.FREE
    condition: Condition = Condition.OK
    missing: tuple[str, ...] = ()
    times_lent: int = 0
    last_loan: str | None = None


def item_of(entry: Entry) -> str | None:
    """Return the item whose ledger this entry changes, or None if it changes none."""
    match entry.body:
        case Loan(item=item) | Return(item=item) | Renewal(item=item) | ConditionAnswer(item=item):
            return item
        case DamageReport(item=item) | ItemChecked(item=item) | ItemMoved(item=item) | ItemRegistered(item=item):
            return item
        case _:
            return None


def apply_entry(ledger: ItemLedger, entry: Entry) -> ItemLedger:
    """Return the ledger of the item after `entry`, which must be about it and come next in order."""
    match entry.body:
        case Loan() as body:
            return _lend(ledger, entry, body)
        case Return() as body:
            return _take_back(ledger, entry, body)
        case Renewal() as body:
            return _renew(ledger, body)
        case ConditionAnswer() as body:
            return _told(ledger, body)
        case DamageReport(what=what):
            shelf = Shelf.STOPPED if what is Damage.UNSAFE else ledger.shelf
            return replace(ledger, condition=Condition.DAMAGED, shelf=shelf)
        case ItemChecked(shelf=shelf):
            return replace(ledger, shelf=shelf, condition=Condition.OK, missing=())
        case ItemRegistered(undo=True):
            return replace(ledger, place=None) if ledger.place == entry.station else ledger
        case ItemRegistered():
            return replace(ledger, place=entry.station, shelf=Shelf.FREE)
        case ItemMoved(here=here):
            return replace(ledger, place=entry.station if here else None)
        case _:
            return ledger


def _told(ledger: ItemLedger, body: ConditionAnswer) -> ItemLedger:
    """A next borrower does not wipe out what is known to be missing, nor, by saying that all is well, damage."""
    if body.asked_of is AskedOf.BORROWER:
        return ledger if body.answer is Condition.OK else replace(ledger, condition=body.answer)
    return replace(ledger, condition=body.answer, missing=body.missing)


def _renew(ledger: ItemLedger, body: Renewal) -> ItemLedger:
    loans = tuple(
        replace(loan, due=body.due, renewals=loan.renewals + 1) if loan.entry_id == body.loan else loan
        for loan in ledger.open_loans
    )
    return replace(ledger, open_loans=loans)


def _lend(ledger: ItemLedger, entry: Entry, body: Loan) -> ItemLedger:
    loan = OpenLoan(
        entry_id=entry.entry_id,
        item=body.item,
        patron_ref=entry.personal.patron_ref if entry.personal else None,
        station=entry.station,
        seq=entry.seq,
        lent_ms=entry.at.wall_ms,
        due=body.due,
        provisional=body.provisional,
    )
    missing = tuple(part for part, answer in body.parts if answer is PartAnswer.MISSING)
    return replace(
        ledger,
        open_loans=(*ledger.open_loans, loan),
        place=None,
        shelf=Shelf.OUT,
        missing=missing,
        times_lent=ledger.times_lent + 1,
        last_loan=entry.entry_id,
    )


def _take_back(ledger: ItemLedger, entry: Entry, body: Return) -> ItemLedger:
    if body.undo:
        kept = tuple(loan for loan in ledger.open_loans if loan.entry_id != body.loan)
        back = not kept
        return replace(
            ledger,
            open_loans=kept,
            place=entry.station if back else None,
            shelf=body.shelf if back else Shelf.OUT,
        )
    shelf = Shelf.STOPPED if ledger.shelf is Shelf.STOPPED else body.shelf
    return replace(ledger, open_loans=(), place=entry.station, shelf=shelf)


def fold_item(item: str, entries: Iterable[Entry]) -> ItemLedger:
    """Return the ledger of `item` after `entries`, which come in order and are all about it."""
    ledger = ItemLedger(item)
    for entry in entries:
        ledger = apply_entry(ledger, entry)
    return ledger


def in_order(entries: Iterable[Entry]) -> list[Entry]:
    """Return entries of any stations in the one order everything is folded in.

    Within a station the journal's order holds, whatever its clock said. Between stations the time decides, as
    `lending.dating` makes it out, then station and place in the journal. The result depends on the set of entries
    alone, not on the order in which they came; in a forked journal the id decides.
    """
    return [entry for entry, _ in dated_in_order(entries)]


def dated_in_order(entries: Iterable[Entry]) -> list[tuple[Entry, Dated]]:
    """Return entries as `in_order` does, each with its date."""
    keyed = list[tuple[Entry, Dated]]()
    by_place = sorted(entries, key=_place)
    for _, journal in groupby(by_place, key=lambda e: (e.station, e.epoch)):
        some = list(journal)
        dates = date_entries([stamp_of(entry) for entry in some]).dated
        keyed.extend(zip(some, dates, strict=True))
    return sorted(keyed, key=lambda pair: (pair[1].order_ms, *_place(pair[0])))


def _place(entry: Entry) -> tuple[str, int, int, str]:
    return (entry.station, entry.epoch, entry.seq, entry.entry_id)
