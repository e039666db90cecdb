"""The small moves every part of a visit is made of: staying, drafting, looking through what covers a step."""

from __future__ import annotations

from dataclasses import replace

from lending.entries import Body, Draft, Personal
from lending.nouns import Rules
from lending.rules import Reason, card_refuses
from lending.visit.model import (
    Account,
    AskDamage,
    AskInstead,
    AskPin,
    AskReturn,
    BorrowParts,
    CannotLend,
    Confirmed,
    Facts,
    Line,
    LineState,
    Notice,
    OtherCard,
    Outcome,
    PinUnchecked,
    Returned,
    StaffMenu,
    Step,
    Thanks,
    Visit,
    WhichMissing,
)
from lending.visit.page_steps import AtPage, Heard
from lending.visit.staff_steps import CountShelf, RegisterItem, StationState, TryReaders, WriteNote

AboutItem = (
    BorrowParts | Confirmed | Returned | WhichMissing | Thanks | AskInstead | CannotLend | AskReturn | AskDamage
)

COVERS = (Notice, OtherCard, AtPage, Heard)
"""The steps that cover the one below."""
_LONG_WORK = CountShelf | RegisterItem | StationState | TryReaders | WriteNote
_LONG_WORK_SECONDS = 300
"""How long staff may walk along the shelf, or look behind the station, between two scans or touches."""

PAUSES_MS = (0, 0, 0, 5_000, 15_000, 60_000)
"""How long the next try waits after so many wrong ones; after more, as long as after the last named here."""


def stay(visit: Visit, facts: Facts, *drafts: Draft) -> Outcome:
    """Return the visit with its time set anew."""
    span_ms = _span_seconds(visit.step, visit.lines, facts.rules) * 1000
    return Outcome(replace(visit, deadline_ms=facts.up_ms + span_ms, span_ms=span_ms), drafts)


def go(visit: Visit, step: Step, facts: Facts, *drafts: Draft, lines: tuple[Line, ...] | None = None) -> Outcome:
    """Return the visit at `step`, with nothing covered and its time set anew; with `lines` if they changed."""
    lines = visit.lines if lines is None else lines
    span_ms = _span_seconds(step, lines, facts.rules) * 1000
    deadline_ms = facts.up_ms + span_ms
    after = replace(visit, step=step, lines=lines, before=None, deadline_ms=deadline_ms, span_ms=span_ms)
    return Outcome(after, drafts)


ASKED_SECONDS = 20
"""How long the question after a return stays: as long as a receipt (design boards). Nobody has to answer it."""


def _span_seconds(step: Step, lines: tuple[Line, ...], rules: Rules) -> int:
    if isinstance(step, AskInstead):
        return ASKED_SECONDS
    if isinstance(step, Confirmed | Thanks):
        things = sum(line.state is not LineState.UNDONE for line in lines)
        return rules.done_seconds + rules.done_more_seconds * max(0, things - 1)
    if isinstance(step, _LONG_WORK):
        return max(rules.idle_seconds, _LONG_WORK_SECONDS)
    return rules.idle_seconds


def draft(facts: Facts, body: Body, personal: Personal | None = None) -> Draft:
    """Return an entry about to be committed."""
    return Draft(facts.new_id(), body, personal)


def settled(visit: Visit | None) -> Visit | None:
    """Return the visit with the step it is at as its home, if that is one "go on" can lead to."""
    if visit is not None and isinstance(visit.step, Account | AskPin | PinUnchecked | StaffMenu):
        return replace(visit, home=visit.step)
    return visit


def under_notice(visit: Visit) -> Step:
    """Return the step the visit is at, looking through a notice or a page that covers it."""
    return visit.before if isinstance(visit.step, Notice | AtPage | Heard) and visit.before else visit.step


def uncovered(visit: Visit, facts: Facts) -> Outcome:
    """Return the visit at the step that was covered. A PIN may have been answered meanwhile, so home tells of it."""
    covered = visit.before
    return go(visit, visit.home if covered is None or isinstance(covered, AskPin) else covered, facts)


def item_at(step: Step) -> str | None:
    """Return the item this step is about, if it is about one."""
    return step.item if isinstance(step, AboutItem) else None


def is_locked(visit: Visit) -> bool:
    """Return whether a PIN still stands before everything but returns."""
    return isinstance(visit.home, AskPin | PinUnchecked)


def is_staff(visit: Visit | None) -> bool:
    """Return whether the staff menu is open in this visit."""
    return visit is not None and isinstance(visit.home, StaffMenu)


def owns_account(visit: Visit) -> bool:
    """Return whether the patron's own things may be shown and changed: with a card, its PIN if one is due, and not by
    a pickup code alone.
    """
    return visit.patron is not None and visit.hold is None and not is_locked(visit)


def card_refused(patron_ref: str, facts: Facts) -> Reason | None:
    """Return why this card can borrow nothing now, or None if it can."""
    return card_refuses(facts.card(patron_ref), facts.today, clock_doubtful=facts.clock_doubtful)


def may_borrow(visit: Visit, facts: Facts) -> bool:
    """Return whether the card of this visit may borrow anything now."""
    return visit.patron is not None and not is_locked(visit) and card_refused(visit.patron.ref, facts) is None


def try_again_ms(wrong: int, facts: Facts) -> int:
    """Return the time since boot before which no new try is taken after `wrong` wrong ones; 0 for at once."""
    pause = PAUSES_MS[min(wrong, len(PAUSES_MS) - 1)]
    return facts.up_ms + pause if pause else 0
