"""What staff do at a station beside checking what was left: counting, registering, moving, noting, trying devices.

Each piece of work can be left for the menu and gone on with in the same visit; what was written can be taken back.
"""

from __future__ import annotations

from dataclasses import replace

from lending.entries import ItemMoved, ItemRegistered, StaffNote, StockCount
from lending.ledger import ItemLedger
from lending.nouns import Standing
from lending.plain import MAX_LIST
from lending.said import MOST_LETTERS, cleaned
from lending.visit.inputs import CardShown, ItemScanned, Touch, UndoNewest
from lending.visit.model import Facts, OddScan, Outcome, StaffMenu, Visit
from lending.visit.moves import draft, go, stay, under_notice
from lending.visit.returns import take_back
from lending.visit.staff_steps import (
    CountDone,
    CountFinished,
    CountShelf,
    ListThings,
    MoveItem,
    MoveTo,
    NoteWritten,
    OpenStaffPage,
    Registered,
    RegisterItem,
    Seen,
    StaffPage,
    StaffTasks,
    StationState,
    ThingChosen,
    TryReaders,
    WriteNote,
)

_UNREADABLE = OddScan.UNREADABLE_CARD


def touched(visit: Visit, touch: Touch, facts: Facts) -> Outcome | None:
    """Return what a touch in the staff menu leads to; None if it is none of the staff's own."""
    match touch, visit.step:
        case OpenStaffPage(page), _:
            return _open(visit, page, facts)
        case CountFinished(), CountShelf() as step:
            return _finish_count(visit, step, facts)
        case UndoNewest(), CountShelf(found) if found:
            return _counting(visit, CountShelf(found[:-1]), facts)
        case ListThings(first, words), RegisterItem(code) if code is not None:
            return go(visit, RegisterItem(code, max(0, first), words[:MOST_LETTERS]), facts)
        case ThingChosen(thing), RegisterItem(code) if code is not None:
            return _register(visit, code, thing, facts)
        case UndoNewest(), Registered() as step:
            taken_back = draft(facts, ItemRegistered(step.code, step.thing, undo=True))
            return go(visit, RegisterItem(), facts, taken_back)
        case MoveTo(here), MoveItem(item=str(item), moved=None):
            return _move(visit, item, facts, here=here)
        case UndoNewest(), MoveItem(item=str(item), moved=bool(moved)):
            return go(visit, MoveItem(item), facts, draft(facts, ItemMoved(item, here=not moved)))
        case NoteWritten(words), WriteNote():
            return _note(visit, words, facts)
    return None


def scanned(visit: Visit, given: ItemScanned, facts: Facts) -> Outcome | None:
    """Return what a scan means on the page staff have open; None where it means what it means in the menu."""
    code = given.code
    match under_notice(visit):
        case TryReaders() as step:
            return _saw(visit, step, Seen.ITEM_KNOWN if facts.item(code) else Seen.ITEM_NEW, facts)
        case CountShelf() as step:
            return _count(visit, step, code, facts)
        case RegisterItem() as step:
            return go(visit, replace(step, code=code), facts)
        case Registered():
            return go(visit, RegisterItem(code), facts)
        case MoveItem():
            return _to_move(visit, code, facts)
    return None


def card_tried(visit: Visit, card: CardShown, facts: Facts) -> Outcome | None:
    """Return the visit with a card seen, if the readers are being tried."""
    if not isinstance(visit.step, TryReaders):
        return None
    known = facts.card(card.patron_ref).standing is not Standing.UNKNOWN
    return _saw(visit, visit.step, Seen.CARD_KNOWN if known else Seen.CARD_NEW, facts)


def odd_tried(visit: Visit, about: OddScan, facts: Facts) -> Outcome | None:
    """Return the visit with an odd scan seen, if the readers are being tried."""
    if not isinstance(visit.step, TryReaders):
        return None
    return _saw(visit, visit.step, Seen.CARD_UNREADABLE if about is _UNREADABLE else Seen.CODE_OTHER, facts)


def stands_here(code: str, facts: Facts) -> bool:
    """Return whether the journal, or where it says nothing the feed, has this item on the shelf here. An empty ledger
    can be that of an item nobody has seen, or of one that was taken away.
    """
    ledger = facts.ledger(code)
    if ledger == ItemLedger(code):
        return code in facts.expected_here()
    return ledger.place == facts.station and not ledger.open_loans


def waits_for_library(code: str, facts: Facts) -> bool:
    """Return whether this tag was registered here and the library's feed does not know it yet."""
    return facts.item(code) is None and facts.ledger(code).place == facts.station


def _open(visit: Visit, page: StaffPage, facts: Facts) -> Outcome:
    match page:
        case StaffPage.STATE:
            return go(visit, StationState(), facts)
        case StaffPage.TRY:
            return go(visit, TryReaders(), facts)
        case StaffPage.COUNT:
            return go(visit, CountShelf(_menu(visit).counted), facts)
        case StaffPage.REGISTER:
            return go(visit, RegisterItem(), facts)
        case StaffPage.MOVE:
            return go(visit, MoveItem(), facts)
        case StaffPage.NOTE:
            return go(visit, WriteNote(), facts)
    return go(visit, StaffTasks(), facts)


def _menu(visit: Visit) -> StaffMenu:
    return visit.home if isinstance(visit.home, StaffMenu) else StaffMenu()


def _saw(visit: Visit, step: TryReaders, seen: Seen, facts: Facts) -> Outcome:
    return go(visit, TryReaders(seen, step.times + 1), facts)


# --- Counting


def _counting(visit: Visit, step: CountShelf, facts: Facts) -> Outcome:
    """Return the visit at this point of the count, which the menu keeps."""
    return go(replace(visit, home=replace(_menu(visit), counted=step.found)), step, facts)


def _count(visit: Visit, step: CountShelf, code: str, facts: Facts) -> Outcome:
    """Count a thing. One that was lent is back by that, also where it was counted before the hub told of its loan, or
    where there is no room for more; one that was thought elsewhere stands here now.
    """
    known = code in step.found or len(step.found) >= MAX_LIST
    found = step if known else CountShelf((*step.found, code))
    if facts.ledger(code).open_loans:
        back = take_back(visit, code, facts)
        assert back.visit is not None  # noqa: S101 - a return never ends a visit
        return replace(_counting(back.visit, found, facts), drafts=back.drafts)
    if known:
        return stay(visit, facts)
    counted = _counting(visit, found, facts)
    if facts.item(code) is None or stands_here(code, facts):
        return counted
    return replace(counted, drafts=(draft(facts, ItemMoved(code, here=True)),))


def _finish_count(visit: Visit, step: CountShelf, facts: Facts) -> Outcome:
    """Write what was found and what was not. Where nothing was scanned there is nothing to write."""
    if not step.found:
        return stay(visit, facts)
    seen = set(step.found)
    missing = tuple(code for code in facts.expected_here() if code not in seen)[:MAX_LIST]
    done = replace(visit, home=replace(_menu(visit), counted=()))
    return go(done, CountDone(len(step.found), missing), facts, draft(facts, StockCount(step.found, missing)))


# --- Registering, moving, noting


def _register(visit: Visit, code: str, thing: str, facts: Facts) -> Outcome:
    """Register a new copy, unless the tag is known or was registered already, or no feed tells of the thing."""
    if facts.item(code) is not None or waits_for_library(code, facts) or not facts.copies_of(thing):
        return stay(visit, facts)
    return go(visit, Registered(code, thing), facts, draft(facts, ItemRegistered(code, thing)))


def _to_move(visit: Visit, code: str, facts: Facts) -> Outcome:
    if facts.item(code) is None and not waits_for_library(code, facts):
        return go(visit, MoveItem(unknown=True), facts)
    if facts.ledger(code).open_loans:
        back = take_back(visit, code, facts)
        assert back.visit is not None  # noqa: S101 - a return never ends a visit
        return replace(go(back.visit, MoveItem(code), facts), drafts=back.drafts)
    return go(visit, MoveItem(code), facts)


def _move(visit: Visit, item: str, facts: Facts, *, here: bool) -> Outcome:
    if stands_here(item, facts) is here:
        return stay(visit, facts)
    return go(visit, MoveItem(item, moved=here), facts, draft(facts, ItemMoved(item, here=here)))


def _note(visit: Visit, words: str, facts: Facts) -> Outcome:
    """Write a note, without what looks like the number of a person."""
    said = cleaned(words).words
    if not said:
        return stay(visit, facts)
    return go(visit, WriteNote(saved=True), facts, draft(facts, StaffNote(said)))
