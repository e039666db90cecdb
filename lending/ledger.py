"""Who has what: one fold over entries, used by the station's tables and by the hub alike.

A return closes every open loan of its item: whoever lent it, it is on the shelf now. Two loans without a
return between them stay both open, because both are facts; a person decides (see `lending.cases`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from lending.entries import ConditionAnswer, Entry, Loan, Return
from lending.nouns import Condition, PartAnswer


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


@dataclass(frozen=True, slots=True)
class ItemLedger:
    """What all entries so far say of one item.

    `place` is the station that last took it back, or None while it is out or was never seen.
    `last_loan` is the newest loan's entry id, open or closed.
    """

    item: str
    open_loans: tuple[OpenLoan, ...] = ()
    place: str | None = None
    condition: Condition = Condition.OK
    missing: tuple[str, ...] = ()
    times_lent: int = 0
    last_loan: str | None = None


def item_of(entry: Entry) -> str | None:
    """Return the item whose ledger this entry changes, or None if it changes none."""
    match entry.body:
        case Loan() | Return() | ConditionAnswer():
            return entry.body.item
        case _:
            return None


def apply_entry(ledger: ItemLedger, entry: Entry) -> ItemLedger:
    """Return the ledger of the item after `entry`, which must be about it and come next in order."""
    match entry.body:
        case Loan() as body:
            return _lend(ledger, entry, body)
        case Return() as body:
            return _take_back(ledger, entry, body)
        case ConditionAnswer() as body:
            return replace(ledger, condition=body.answer, missing=body.missing)
        case _:
            return ledger


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
        missing=missing,
        times_lent=ledger.times_lent + 1,
        last_loan=entry.entry_id,
    )


def _take_back(ledger: ItemLedger, entry: Entry, body: Return) -> ItemLedger:
    if body.undo:
        kept = tuple(loan for loan in ledger.open_loans if loan.entry_id != body.loan)
        return replace(ledger, open_loans=kept, place=entry.station if not kept else None)
    return replace(ledger, open_loans=(), place=entry.station)


def fold_item(item: str, entries: Iterable[Entry]) -> ItemLedger:
    """Return the ledger of `item` after `entries`, which come in order and are all about it."""
    ledger = ItemLedger(item)
    for entry in entries:
        ledger = apply_entry(ledger, entry)
    return ledger


def in_order(entries: Iterable[Entry]) -> list[Entry]:
    """Return entries of any stations in the one order everything is folded in.

    Within a station the journal's order holds, whatever its clock said: an entry counts as no earlier than
    the one before it. Between stations the time decides, then station and place in the journal. The result
    depends on the set of entries alone, not on the order in which they came.
    """
    newest: dict[tuple[str, int], int] = {}
    keyed = []
    for entry in sorted(entries, key=lambda e: (e.station, e.epoch, e.seq)):
        journal = (entry.station, entry.epoch)
        newest[journal] = max(newest.get(journal, entry.at.wall_ms), entry.at.wall_ms)
        keyed.append(((newest[journal], entry.station, entry.epoch, entry.seq), entry))
    return [entry for _, entry in sorted(keyed, key=lambda pair: pair[0])]
