"""The one way into a visit: which input at which step goes where."""

from __future__ import annotations

from lending.visit import (
    borrow,
    browse,
    cards,
    damage,
    holds,
    pages,
    pin,
    renew,
    returns,
    scans,
    staff,
    staff_work,
    survey,
)
from lending.visit.inputs import (
    AskAboutMe,
    CancelHold,
    CancelItem,
    CardShown,
    CodeEntered,
    ConditionGiven,
    ConfirmLoan,
    ConfirmMissing,
    ConfirmReturn,
    DamageGiven,
    Done,
    GoOn,
    Input,
    InsteadGiven,
    ItemScanned,
    OddScanned,
    OpenPage,
    PartAnswered,
    PinChecked,
    PinEntered,
    PlaceHold,
    RenewLoan,
    RestIsHere,
    SearchFor,
    StartBrowse,
    StartCode,
    StartDamage,
    SwitchCard,
    Tick,
    Touch,
    UndoNewest,
    WordsGiven,
)
from lending.visit.model import (
    AboutMe,
    Account,
    AskDamage,
    AskInstead,
    AskPin,
    AskReturn,
    BorrowParts,
    CannotLend,
    CardStop,
    Confirmed,
    EnterCode,
    Facts,
    Notice,
    OtherCard,
    Outcome,
    Returned,
    UnknownCard,
    Visit,
    WhichMissing,
)
from lending.visit.moves import go, is_staff, owns_account, settled, stay, uncovered
from lending.visit.page_steps import AtPage, Heard


def decide(visit: Visit | None, given: Input, facts: Facts) -> Outcome:
    """Return what follows from `given`; an input that does not fit the present step only moves the deadline."""
    before = settled(visit)
    after = browse.left(before, _decide(before, given, facts), facts)
    return staff.left(before, Outcome(settled(after.visit), after.drafts), facts)


def _decide(visit: Visit | None, given: Input, facts: Facts) -> Outcome:
    match given:
        case Tick():
            return _tick(visit, facts)
        case CardShown():
            return cards.card_shown(visit, given, facts)
        case ItemScanned():
            return scans.item_scanned(visit, given, facts)
        case OddScanned(about):
            return scans.odd(visit, about, facts)
        case PinChecked():
            return Outcome(None) if visit is None else pin.checked(visit, given, facts)
        case StartCode() if visit is None:
            return stay(Visit(None, EnterCode()), facts)
        case OpenPage(page) if visit is None:
            return pages.open_page(None, page, facts)
        case StartBrowse() | SearchFor() if visit is None:
            return browse.begin(given, facts)
        case _:
            return Outcome(None) if visit is None else _touch(visit, given, facts)


def _tick(visit: Visit | None, facts: Facts) -> Outcome:
    if visit is None or facts.up_ms < visit.deadline_ms:
        return Outcome(visit)
    if isinstance(visit.step, Notice) and visit.before is not None:
        return uncovered(visit, facts)
    return Outcome(None)


def _touch(visit: Visit, touch: Touch, facts: Facts) -> Outcome:
    work = staff_work.touched(visit, touch, facts) if is_staff(visit) else None
    if work is not None:
        return work
    match touch, visit.step:
        case Done(), _:
            return Outcome(None)
        case ((CancelItem() | GoOn()), _):
            return _go_on(visit, facts)
        case SwitchCard(), OtherCard() as step:
            return cards.switch(visit, step, facts)
        case OpenPage(page), _:
            return pages.open_page(visit, page, facts)
        case _, OtherCard():
            return stay(visit, facts)
        case UndoNewest(), _:
            return returns.undo_newest(visit, facts)
        case WordsGiven(words), AtPage() as step:
            return pages.written(visit, step, words, facts)
    answers = (table(visit, touch, facts) for table in (_borrowing, _returning, _damage, _patron, browse.touched))
    return next((answer for answer in answers if answer is not None), stay(visit, facts))


def _borrowing(visit: Visit, touch: Touch, facts: Facts) -> Outcome | None:
    match touch, visit.step:
        case PartAnswered(), BorrowParts() as step:
            return borrow.answer_part(visit, step, touch, facts)
        case RestIsHere(), BorrowParts() as step:
            return borrow.rest_is_here(visit, step, facts)
        case ConfirmLoan(), BorrowParts() as step:
            return borrow.lend(visit, step, facts)
        case ConditionGiven(answer), Confirmed() as step:
            return borrow.borrower_tells(visit, step, answer, facts)
    return None


def _returning(visit: Visit, touch: Touch, facts: Facts) -> Outcome | None:
    match touch, visit.step:
        case ConfirmReturn(), (AskReturn(item=code) | CannotLend(item=code) | BorrowParts(item=code)):
            return returns.take_back(visit, code, facts)
        case ConditionGiven(answer), Returned() as step:
            return returns.returner_tells(visit, step, answer, facts)
        case PartAnswered(index), WhichMissing() as step:
            return returns.toggle_missing(visit, step, index, facts)
        case ConfirmMissing(), WhichMissing() as step:
            return returns.missing_named(visit, step, facts)
        case InsteadGiven(answer), AskInstead() as step:
            return survey.answered(visit, step, answer, facts)
    return None


def _damage(visit: Visit, touch: Touch, facts: Facts) -> Outcome | None:
    match touch, visit.step:
        case StartDamage(), (AskReturn() | BorrowParts() | Returned() | Confirmed()) as step:
            return damage.start(visit, step, facts)
        case DamageGiven(what), AskDamage() as step:
            return damage.given(visit, step, what, facts)
    return None


def _patron(visit: Visit, touch: Touch, facts: Facts) -> Outcome | None:
    match touch, visit.step:
        case PinEntered(), AskPin() as step:
            return pin.entered(visit, step, facts)
        case CodeEntered(code), EnterCode() as step:
            return holds.code_entered(visit, step, code, facts)
        case PlaceHold(), CannotLend() as step:
            return holds.place(visit, step, facts)
        case CancelHold(row), Account():
            return holds.cancel(visit, row, facts)
        case RenewLoan(row), Account():
            return renew.renew(visit, row, facts)
        case AskAboutMe(), (Account() | CardStop() | UnknownCard()) if owns_account(visit):
            return go(visit, AboutMe(), facts)
    return None


def _go_on(visit: Visit, facts: Facts) -> Outcome:
    match visit.step:
        case AtPage() | Heard():
            return pages.back(visit, facts)
        case Notice() | OtherCard() if visit.before is not None:
            return uncovered(visit, facts)
        case AskDamage(back=back):
            return go(visit, back, facts)
    if visit.patron is None and not visit.lines:
        return Outcome(None)
    return go(visit, visit.home, facts)
