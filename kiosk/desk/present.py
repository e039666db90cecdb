"""From a visit to the view that shows it. Reads facts, changes nothing, and lets no card or entry id through."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from kiosk.desk.facts import DeskFacts, local_time
from kiosk.desk.views import (
    AccountView,
    AskReturnView,
    BorrowView,
    CannotLendView,
    CardStopView,
    CategoryTile,
    ConfirmedView,
    Countdown,
    DueSoon,
    IdleView,
    LoanRow,
    NoticeView,
    PartRow,
    PowerBackView,
    ReturnedView,
    Status,
    ThanksView,
    ThingFace,
    UnknownCardView,
    View,
    VisitLine,
    WhichMissingView,
)
from kiosk.store.station_store import StationStore
from lending.ledger import OpenLoan
from lending.nouns import Item, PartAnswer, Standing, Text
from lending.times import due_date
from lending.visit import (
    Account,
    AskReturn,
    BorrowParts,
    CannotLend,
    CardStop,
    Confirmed,
    Line,
    LineState,
    Notice,
    PowerBack,
    Returned,
    Step,
    Thanks,
    UnknownCard,
    Visit,
    WhichMissing,
)

WARN_MS = 15_000
"""How long before the end the screen asks whether somebody is still there (design boards)."""

_UNNAMED = Text.of({"nb": "Ukjent ting", "en": "Unknown thing"})
_UNNAMED_INSIDE = Text.of({"nb": "tingen", "en": "the thing"})


def face_of(item: Item | None) -> ThingFace:
    """Return how an item looks and is named; a neutral face for one nobody knows."""
    if item is None:
        return ThingFace(_UNNAMED, _UNNAMED_INSIDE, Text(()), "", "#EFE9DC")
    return ThingFace(item.name, item.definite, item.yours, item.drawing, item.tint, item.shelf, item.buy_kroner)


def idle_view(store: StationStore, status: Status) -> IdleView:
    """Return what stands on the screen while nobody is here."""
    counts = store.here_by_category()
    tiles = tuple(
        CategoryTile(c.name, c.drawing, c.tint, counts[c.category_id])
        for c in store.categories()
        if counts.get(c.category_id)
    )
    return IdleView(status, phone=store.rules.phone, here=sum(counts.values()), categories=tiles)


def visit_view(visit: Visit, facts: DeskFacts, store: StationStore, status: Status) -> View:
    """Return the view of a visit."""
    warns = not isinstance(visit.step, Confirmed | Thanks)
    common: dict[str, Any] = {
        "status": status,
        "lines": tuple(_line(line, visit, place, facts) for place, line in enumerate(visit.lines)),
        "countdown": Countdown(visit.deadline_ms, visit.span_ms, WARN_MS if warns else 0),
        "phone": facts.rules.phone,
        "has_card": visit.patron is not None,
    }
    return _step_view(visit, visit.step, facts, store, common)


def _step_view(visit: Visit, step: Step, facts: DeskFacts, store: StationStore, common: dict[str, Any]) -> View:
    match step:
        case Account():
            return AccountView(**common, loans=_loans(visit, facts))
        case CardStop(reason):
            return CardStopView(**common, reason=reason)
        case UnknownCard(room):
            return UnknownCardView(**common, room=room)
        case BorrowParts():
            return _borrow_view(visit, step, facts, common)
        case Confirmed(item):
            return ConfirmedView(**common, thing=face_of(facts.item(item)))
        case Returned(item):
            return ReturnedView(**common, thing=face_of(facts.item(item)))
        case WhichMissing():
            return _which_missing_view(step, facts, common)
        case Thanks():
            return _thanks_view(step, facts, common)
        case CannotLend(item, reason):
            like_it = tuple(face_of(other) for other in store.like(item, limit=2))
            return CannotLendView(**common, thing=face_of(facts.item(item)), reason=reason, like_it=like_it)
        case AskReturn(code, why):
            known = facts.item(code)
            return AskReturnView(**common, thing=face_of(known) if known else None, why=why)
        case Notice(about):
            return NoticeView(**common, about=about)
        case PowerBack():
            return _power_back_view(facts, store, common)


def _line(line: Line, visit: Visit, place: int, facts: DeskFacts) -> VisitLine:
    newest = place == len(visit.lines) - 1
    can_undo = newest and line.state is LineState.LENT and visit.patron is not None
    return VisitLine(face_of(facts.item(line.item)), line.state, due=line.due, can_undo=can_undo)


def _loans(visit: Visit, facts: DeskFacts) -> tuple[LoanRow, ...]:
    if visit.patron is None:
        return ()
    return tuple(_loan_row(loan, facts) for loan in facts.loans_of(visit.patron.ref))


def _loan_row(loan: OpenLoan, facts: DeskFacts) -> LoanRow:
    return LoanRow(face_of(facts.item(loan.item)), loan.due, _soon(loan.due, facts.today))


def _soon(due: date, today: date) -> DueSoon:
    if due < today:
        return DueSoon.OVERDUE
    if due == today:
        return DueSoon.TODAY
    return DueSoon.TOMORROW if due == today + timedelta(days=1) else DueSoon.LATER


def _borrow_view(visit: Visit, step: BorrowParts, facts: DeskFacts, common: dict[str, Any]) -> BorrowView:
    item = facts.item(step.item)
    parts = item.parts if item else ()
    rows = tuple(PartRow(p.name, p.drawing, answer) for p, answer in zip(parts, step.answers, strict=False))
    due = due_date(facts.today, item.loan_days) if item else None
    provisional = visit.patron is not None and visit.patron.standing is Standing.UNKNOWN
    return BorrowView(**common, thing=face_of(item), parts=rows, due=due, provisional=provisional)


def _which_missing_view(step: WhichMissing, facts: DeskFacts, common: dict[str, Any]) -> WhichMissingView:
    item = facts.item(step.item)
    parts = item.parts if item else ()
    rows = tuple(
        PartRow(p.name, p.drawing, PartAnswer.MISSING if gone else None)
        for p, gone in zip(parts, step.missing, strict=False)
    )
    return WhichMissingView(**common, thing=face_of(item), parts=rows)


def _thanks_view(step: Thanks, facts: DeskFacts, common: dict[str, Any]) -> ThanksView:
    item = facts.item(step.item)
    names = {part.part_id: part.name for part in item.parts} if item else {}
    missing = tuple(names[part] for part in step.missing if part in names)
    return ThanksView(**common, thing=face_of(item) if item else None, answer=step.answer, missing=missing)


def _power_back_view(facts: DeskFacts, store: StationStore, common: dict[str, Any]) -> PowerBackView:
    since_ms = store.trace_wall_ms()
    if since_ms is None or not facts.at.synced or since_ms > facts.at.wall_ms:
        return PowerBackView(**common)
    minutes = (facts.at.wall_ms - since_ms) // 60_000
    return PowerBackView(**common, since=local_time(since_ms, facts.rules.time_zone), minutes=minutes)
