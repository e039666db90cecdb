"""From a visit to the view that shows it. Reads facts, changes nothing, and lets no card or entry id through."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from kiosk.desk.faces import face_of
from kiosk.desk.facts import DeskFacts, local_time
from kiosk.desk.present_browse import browse_view
from kiosk.desk.present_idle import attract, words
from kiosk.desk.present_impact import instead_view
from kiosk.desk.present_pages import page_view
from kiosk.desk.present_staff import Backstage, staff_view
from kiosk.desk.views import (
    AboutMeView,
    AccountView,
    AskDamageView,
    AskReturnView,
    BorrowView,
    CannotLendView,
    CardStopView,
    CategoryTile,
    CodeView,
    ConfirmedView,
    Countdown,
    DeviceRow,
    DueSoon,
    HoldMadeView,
    HoldRow,
    IdleView,
    LoanRow,
    NoticeView,
    OtherCardView,
    PartRow,
    PinUncheckedView,
    PinView,
    PowerBackView,
    ReturnedView,
    StaffMenuView,
    StaffRow,
    Status,
    ThanksView,
    UnknownCardView,
    View,
    VisitLine,
    WhichMissingView,
)
from kiosk.store.station_store import StationStore
from lending.calendar import due_date
from lending.ledger import OpenLoan
from lending.nouns import Hold, Item, PartAnswer, Standing
from lending.rules import WAY_ON, may_hold
from lending.visit import (
    AboutMe,
    Account,
    AskDamage,
    AskInstead,
    AskPin,
    AskReturn,
    AtPage,
    BorrowParts,
    CannotLend,
    CardStop,
    Confirmed,
    EnterCode,
    Heard,
    HoldMade,
    Line,
    LineState,
    Notice,
    OtherCard,
    PinUnchecked,
    PowerBack,
    Returned,
    StaffMenu,
    Step,
    Thanks,
    UnknownCard,
    Visit,
    WhichMissing,
)
from lending.visit.borrow import asked_for
from lending.visit.moves import owns_account
from lending.visit.renew import renewed_due
from lending.visit.rows import row_of

WARN_MS = 15_000
"""How long before the end the screen asks whether somebody is still there (design boards)."""


def idle_view(store: StationStore, status: Status, today: date) -> IdleView:
    """Return what stands on the screen while nobody is here."""
    counts = store.here_by_category()
    tiles = tuple(
        CategoryTile(c.name, c.drawing, c.tint, counts[c.category_id], c.category_id, c.icon)
        for c in store.categories()
        if counts.get(c.category_id)
    )
    return IdleView(
        status,
        phone=store.rules.phone,
        here=sum(counts.values()),
        categories=tiles,
        code_entry=store.has_codes(today),
        attract=attract(store, today),
    )


def visit_view(
    visit: Visit,
    facts: DeskFacts,
    store: StationStore,
    status: Status,
    devices: tuple[DeviceRow, ...] = (),
    backstage: Backstage | None = None,
) -> View:
    """Return the view of a visit. `devices` is how the devices are, `backstage` the machine, for the staff menu."""
    warns = not isinstance(visit.step, Confirmed | Thanks | AskInstead)
    common: dict[str, Any] = {
        "status": status,
        "lines": tuple(_line(line, visit, place, facts) for place, line in enumerate(visit.lines)),
        "countdown": Countdown(visit.deadline_ms, visit.span_ms, WARN_MS if warns else 0),
        "phone": facts.rules.phone,
        "has_card": visit.patron is not None,
    }
    if isinstance(visit.step, StaffMenu):
        return _staff_menu_view(visit.step, facts, store, devices, common)
    for_staff = staff_view(visit, facts, store, backstage or Backstage(), face_of, common)
    if for_staff is not None:
        return for_staff
    return (
        _patron_view(visit, facts, store, common)
        or browse_view(visit, visit.step, facts, store, common)
        or _thing_view(visit, visit.step, facts, store, common)
    )


def _patron_view(visit: Visit, facts: DeskFacts, store: StationStore, common: dict[str, Any]) -> View | None:
    """Return the view of a step that is about the patron and not about a thing; None for the others."""
    match visit.step:
        case AtPage() | Heard() as page:
            return page_view(page, facts, store, common)
        case Account():
            return _account_view(visit, facts, store, common)
        case CardStop(reason):
            return CardStopView(**common, reason=reason)
        case UnknownCard(room):
            return UnknownCardView(**common, room=room)
        case AskPin(wrong, wait_until_ms, checking):
            return PinView(**common, wrong=wrong, wait_seconds=_wait(wait_until_ms, facts), checking=checking)
        case PinUnchecked():
            return PinUncheckedView(**common)
        case EnterCode(wrong, wait_until_ms):
            return CodeView(**common, wrong=wrong, wait_seconds=_wait(wait_until_ms, facts))
        case OtherCard():
            return OtherCardView(**common)
        case AboutMe():
            return _about_me_view(visit, facts, store, common)
        case Notice(about):
            return NoticeView(**common, about=about)
        case PowerBack() as step:
            return _power_back_view(step, facts, common)
        case _:
            return None


def _thing_view(visit: Visit, step: Step, facts: DeskFacts, store: StationStore, common: dict[str, Any]) -> View:
    match step:
        case BorrowParts():
            return _borrow_view(step, facts, common | {"provisional": _is_unknown(visit, facts)})
        case Confirmed(item):
            face, doubtful = face_of(facts.item(item)), facts.clock_doubtful
            return ConfirmedView(**common, thing=face, asks=not step.told, due_doubtful=doubtful)
        case Returned(item):
            return ReturnedView(**common, thing=face_of(facts.item(item)))
        case WhichMissing():
            return _which_missing_view(step, facts, common)
        case Thanks():
            return _thanks_view(step, facts, common)
        case AskInstead():
            return instead_view(step, face_of(facts.item(step.item)), facts, store, common)
        case CannotLend():
            return _cannot_lend_view(visit, step, facts, store, common)
        case AskReturn(code, why):
            known = facts.item(code)
            return AskReturnView(**common, thing=face_of(known) if known else None, why=why)
        case AskDamage(item):
            return AskDamageView(**common, thing=face_of(facts.item(item)))
        case HoldMade(item, until):
            return HoldMadeView(**common, thing=face_of(facts.item(item)), until=until)
        case _:
            raise AssertionError(f"no view shows {type(step).__name__}")


def _wait(until_ms: int, facts: DeskFacts) -> int:
    """Return how many seconds are left until then, rounded up."""
    return max(0, -(-(until_ms - facts.up_ms) // 1000))


def _is_unknown(visit: Visit, facts: DeskFacts) -> bool:
    return visit.patron is not None and facts.card(visit.patron.ref).standing is Standing.UNKNOWN


def _line(line: Line, visit: Visit, place: int, facts: DeskFacts) -> VisitLine:
    newest = place == len(visit.lines) - 1
    can_undo = newest and line.state is LineState.LENT and visit.patron is not None
    return VisitLine(face_of(facts.item(line.item)), line.state, due=line.due, can_undo=can_undo)


def _account_view(visit: Visit, facts: DeskFacts, store: StationStore, common: dict[str, Any]) -> AccountView:
    """A pickup code opens a visit too, but shows nothing of the patron. Nothing is renewed while nothing is lent."""
    patron = visit.patron
    if patron is None or not owns_account(visit):
        return AccountView(**common)
    lends = not common["status"].lends_nothing
    loans = tuple(_loan_row(loan, facts, lends=lends) for loan in facts.loans_of(patron.ref))
    holds = tuple(_hold_row(hold, facts, store) for hold in facts.holds_of(patron.ref))
    said = words(store, facts.today)
    return AccountView(**common, loans=loans, holds=holds, limit=_limit(patron.ref, facts), words=said)


def _limit(patron_ref: str, facts: DeskFacts) -> int:
    """Return how many things this card may have, now that the feed is as old as it is."""
    card, rules = facts.card(patron_ref), facts.rules
    own = rules.patron_rule(card.category).loan_limit
    limit = rules.loan_limit if own is None else own
    if card.standing is Standing.UNKNOWN:
        limit = min(limit, rules.provisional_limit)
    step = rules.age_step(facts.data_age_hours)
    return limit if step is None else min(limit, step.loan_limit)


def _loan_row(loan: OpenLoan, facts: DeskFacts, *, lends: bool) -> LoanRow:
    return LoanRow(
        face_of(facts.item(loan.item)),
        loan.due,
        _soon(loan.due, facts.today),
        can_renew=lends and renewed_due(loan, facts) is not None,
        renewals=loan.renewals,
        row=row_of(loan.entry_id),
    )


def _hold_row(hold: Hold, facts: DeskFacts, store: StationStore) -> HoldRow:
    item = facts.item(hold.item) if hold.item else store.item_of_thing(hold.thing)
    return HoldRow(face_of(item), hold.until, ready=hold.item is not None, row=row_of(hold.hold_id))


def _about_me_view(visit: Visit, facts: DeskFacts, store: StationStore, common: dict[str, Any]) -> AboutMeView:
    assert visit.patron is not None  # noqa: S101 - nobody else can ask
    known = facts.known_of(visit.patron.ref)
    return AboutMeView(
        **common,
        in_feed=known.in_feed,
        open_loans=known.open_loans,
        returned_loans=known.returned_loans,
        holds=known.holds,
        waiting=store.waiting_about(visit.patron.ref),
        forgotten_by=known.forgotten_by,
        pin_until=known.pin_until,
        retention_days=facts.rules.retention_days,
    )


def _staff_menu_view(
    step: StaffMenu, facts: DeskFacts, store: StationStore, devices: tuple[DeviceRow, ...], common: dict[str, Any]
) -> StaffMenuView:
    left = tuple(StaffRow(face_of(one.item), _local(one.since_ms, facts)) for one in store.left_here())
    heard = _local(store.hub_wall_ms or None, facts)
    version = store.feed_version
    return StaffMenuView(
        **common, left=left, done=step.done, feed_version=version, devices=devices, last_contact=heard
    )


def _local(wall_ms: int | None, facts: DeskFacts) -> datetime | None:
    return None if wall_ms is None else local_time(wall_ms, facts.rules.time_zone)


def _cannot_lend_view(
    visit: Visit, step: CannotLend, facts: DeskFacts, store: StationStore, common: dict[str, Any]
) -> CannotLendView:
    item = facts.item(step.item)
    return CannotLendView(
        **common,
        thing=face_of(item),
        reason=step.reason,
        like_it=tuple(face_of(other) for other in store.like(step.item, limit=2)),
        way_on=WAY_ON[step.reason],
        can_hold=item is not None and _can_hold(visit, step, item, facts),
    )


def _can_hold(visit: Visit, step: CannotLend, item: Item, facts: DeskFacts) -> bool:
    patron = visit.patron
    if patron is None or not owns_account(visit):
        return False
    return may_hold(asked_for(item, patron, facts), step.reason, facts.holds_of(patron.ref))


def _soon(due: date, today: date) -> DueSoon:
    if due < today:
        return DueSoon.OVERDUE
    if due == today:
        return DueSoon.TODAY
    return DueSoon.TOMORROW if due == today + timedelta(days=1) else DueSoon.LATER


def _borrow_view(step: BorrowParts, facts: DeskFacts, common: dict[str, Any]) -> BorrowView:
    item = facts.item(step.item)
    parts = item.parts if item else ()
    rows = tuple(PartRow(p.name, p.drawing, answer) for p, answer in zip(parts, step.answers, strict=False))
    due = due_date(facts.today, item.loan_days, facts.rules) if item else None
    return BorrowView(**common, thing=face_of(item), parts=rows, due=due, due_doubtful=facts.clock_doubtful)


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
    swap = face_of(facts.item(step.swap)) if step.swap else None
    face = face_of(item) if item else None
    return ThanksView(**common, thing=face, answer=step.answer, missing=missing, swap=swap)


def _power_back_view(step: PowerBack, facts: DeskFacts, common: dict[str, Any]) -> PowerBackView:
    """Return the view with how long the power was away: that stays as it is while somebody reads it."""
    since_ms, back_ms = step.since_ms, facts.at.wall_ms - (facts.up_ms - step.back_up_ms)
    if since_ms is None or not facts.at.synced or since_ms > back_ms:
        return PowerBackView(**common)
    minutes = (back_ms - since_ms) // 60_000
    return PowerBackView(**common, since=local_time(since_ms, facts.rules.time_zone), minutes=minutes)
