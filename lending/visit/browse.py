"""Looking around: what there is, searching, all about a thing. Nobody needs a card for it, and nothing of it is kept
but words that found nothing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from lending.availability import Shelved, copy_refused
from lending.entries import Draft, HoldPlaced, Personal, SearchMissed
from lending.nouns import Item
from lending.rules import Reason, may_hold
from lending.said import kept_words
from lending.visit import borrow
from lending.visit.inputs import GoBack, PlaceHold, SearchFor, ShowThing, StartBrowse, Touch, TurnPage
from lending.visit.model import (
    Account,
    Browse,
    CannotLend,
    CardStop,
    Facts,
    HoldMade,
    LookAt,
    Outcome,
    PinUnchecked,
    Search,
    Thanks,
    UnknownCard,
    Visit,
)
from lending.visit.moves import draft, go, owns_account, stay, under_notice

STOOD_MS = 2_000
"""Words that stood so long and found nothing were read, and count as a search; a letter on the way does not."""

_MAY_BEGIN = (Account, CardStop, UnknownCard, CannotLend, PinUnchecked, HoldMade, Thanks, Browse, Search, LookAt)
"""The steps from which somebody can look around: those where nothing waits for an answer."""


def begin(touch: StartBrowse | SearchFor, facts: Facts) -> Outcome:
    """Return the visit of somebody who looks around without a card."""
    return _start(Visit(None, Account()), touch, facts)


def touched(visit: Visit, touch: Touch, facts: Facts) -> Outcome | None:
    """Return what a touch leads to if it is about looking around, else None."""
    match touch, visit.step:
        case ((StartBrowse() | SearchFor()), Search() as step):
            return _search_on(visit, step, touch, facts)
        case ((StartBrowse() | SearchFor()), _) if isinstance(visit.step, _MAY_BEGIN):
            return _start(visit, touch, facts)
        case TurnPage(page), (Browse() | Search()) as step:
            return go(visit, replace(step, page=max(0, page)), facts)
        case ShowThing(thing), (Browse() | Search()) as step:
            return go(visit, LookAt(thing, step), facts) if facts.copies_of(thing) else stay(visit, facts)
        case GoBack(), LookAt(back=back) as step:
            return _leave(visit, back, facts) if not step.asked else go(visit, replace(step, asked=False), facts)
        case GoBack(), Search(back=back):
            return _leave(visit, back, facts)
        case GoBack(), Browse():
            return _leave(visit, None, facts)
        case PlaceHold(), LookAt() as step:
            return place_hold(visit, step, facts)
        case _:
            return None


def _start(visit: Visit, touch: StartBrowse | SearchFor, facts: Facts) -> Outcome:
    if isinstance(touch, StartBrowse):
        return go(visit, Browse(touch.category), facts)
    back = visit.step if isinstance(visit.step, Browse) else None
    return go(visit, Search(touch.words, since_ms=facts.up_ms, back=back), facts)


def _leave(visit: Visit, back: Browse | Search | None, facts: Facts) -> Outcome:
    """Return to the list this was chosen from, else to where the visit is at home, else to nobody being here."""
    if back is not None:
        return go(visit, back if isinstance(back, Browse) else replace(back, since_ms=facts.up_ms), facts)
    if visit.patron is None and not visit.lines:
        return Outcome(None)
    return go(visit, visit.home, facts)


# --- Words that found nothing


def _search_on(visit: Visit, step: Search, touch: StartBrowse | SearchFor, facts: Facts) -> Outcome:
    if isinstance(touch, StartBrowse):
        return go(visit, Browse(touch.category), facts)
    if touch.words == step.words:
        return stay(visit, facts)
    waits = _stood(step, facts) or step.missed
    goes_on = bool(touch.words) and (touch.words.startswith(waits) or waits.startswith(touch.words))
    after = Search(touch.words, since_ms=facts.up_ms, missed=waits if goes_on else "", back=step.back)
    return go(visit, after, facts, *([] if goes_on else _missed(waits, facts)))


def _stood(step: Search, facts: Facts) -> str:
    """Return the words that stand there now, if they have been read and found nothing, else ""."""
    return step.words if facts.up_ms - step.since_ms >= STOOD_MS and not facts.finds(step.words) else ""


def left(before: Visit | None, after: Outcome, facts: Facts) -> Outcome:
    """Return `after` with an entry of the words that found nothing, if a search was left by it. Guesses that nobody
    chose are nothing.
    """
    step = None if before is None else under_notice(before)
    if not isinstance(step, Search) or (after.visit is not None and isinstance(under_notice(after.visit), Search)):
        return after
    chose = after.visit is not None and isinstance(under_notice(after.visit), LookAt)
    in_vain = not facts.finds(step.words) or (facts.guesses(step.words) and not chose)
    words = step.words if step.words and in_vain else step.missed
    return replace(after, drafts=(*_missed(words, facts), *after.drafts))


def _missed(words: str, facts: Facts) -> list[Draft]:
    kept = kept_words(words)
    return [draft(facts, SearchMissed(kept))] if kept else []


# --- Setting aside


def reason_to_wait(thing: str, facts: Facts, patron_ref: str = "") -> tuple[Item, Reason] | None:
    """Return a copy of `thing` and why it cannot be taken now; None if one stands here free, or nobody knows any."""
    found: tuple[Item, Reason] | None = None
    holds = facts.holds_on(thing)
    for item in facts.copies_of(thing):
        one = Shelved(item, facts.ledger(item.code))
        reason = copy_refused(one, holds, facts.rules, facts.station, facts.today, patron_ref)
        if reason is None and one.stands_at(facts.station):
            return None
        found = found or (item, reason or Reason.ALREADY_OUT)
    return found


def can_hold(visit: Visit, thing: str, facts: Facts) -> bool:
    """Return whether the patron of this visit may have the next copy of `thing` set aside."""
    patron = visit.patron
    waits = None if patron is None else reason_to_wait(thing, facts, patron.ref)
    if patron is None or waits is None or not owns_account(visit):
        return False
    item, reason = waits
    return may_hold(borrow.asked_for(item, patron, facts), reason, facts.holds_of(patron.ref))


def place_hold(visit: Visit, step: LookAt, facts: Facts) -> Outcome:
    """Return the visit with the next copy set aside; without a card, waiting for one."""
    waits = reason_to_wait(step.thing, facts)
    if waits is None:
        return go(visit, replace(step, asked=False), facts)
    patron = visit.patron
    if patron is None:
        return go(visit, replace(step, asked=True), facts)
    if not can_hold(visit, step.thing, facts):
        return go(visit, replace(step, asked=False), facts)
    item, reason = waits
    until = facts.today + timedelta(days=facts.rules.hold_days)
    body = HoldPlaced(facts.new_id(), step.thing, until, item.code if reason is Reason.NOT_CHECKED_YET else None)
    return go(visit, HoldMade(item.code, until), facts, draft(facts, body, Personal(patron.ref)))


def go_on(visit: Visit, step: LookAt, facts: Facts) -> Outcome:
    """Return the visit of a card that was shown while a thing was looked at; it is set aside if that was asked."""
    return place_hold(visit, step, facts) if step.asked else go(visit, step, facts)
