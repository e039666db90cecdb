"""What a station knew when it lent something, beside what the hub knows of the same now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lending.cases import OLD_DATA_HOURS
from lending.entries import Entry, Loan
from lending.errors import EntryRefused
from sync.hub.catalogue.models import CatalogueItem
from sync.hub.journal.models import RawEntry
from sync.hub.ledger.history import held, opened
from sync.hub.ledger.models import OpenLoan, ReviewCase
from sync.hub.patrons.models import LibraryCard
from sync.hub.patrons.standing import expired_since_ms
from sync.hub.review.entry_lines import forgotten_words
from sync.hub.review.when import day_and_time, weekday
from sync.hub.review.words import say


@dataclass(frozen=True, slots=True)
class Known:
    """One fact: what it is about, what the station knew then, what the hub knows now. `differs` asks for a look."""

    about: str
    then: str
    now: str
    differs: bool


def then_and_now(case: ReviewCase, now_ms: int, language: str) -> list[Known]:
    """Return what was known at the loan a case stands on and is known now; nothing if it stands on none."""
    entry = _read(case.entry_ids[-1:])
    if entry is None or not isinstance(entry.body, Loan):
        return []
    loan = entry.body
    return [
        _card(entry, loan, now_ms, language),
        _thing(loan, language),
        _data(loan, language),
        _due(entry, loan, language),
    ]


def _read(entry_ids: Sequence[str]) -> Entry | None:
    rows = held(entry_id__in=entry_ids, kind="loan")
    try:
        return opened(rows[0]) if rows else None
    except EntryRefused:
        return None


def _card(entry: Entry, loan: Loan, now_ms: int, language: str) -> Known:
    then = say(language, "known.card_unknown" if loan.provisional else "known.card_good")
    about = say(language, "known.card")
    if entry.personal is None:
        row = RawEntry.objects.filter(entry_id=entry.entry_id).first()
        words = forgotten_words(row, now_ms, language) if row is not None else []
        return Known(about, then, next(iter(words), say(language, "known.card_forgotten")), differs=False)
    card = LibraryCard.objects.filter(patron_ref=entry.personal.patron_ref).first()
    if card is None:
        return Known(about, then, say(language, "known.card_unknown"), differs=not loan.provisional)
    expired = expired_since_ms(card.expires)
    if card.blocked_since_ms is not None:
        when = day_and_time(card.blocked_since_ms, now_ms, language)
        return Known(about, then, say(language, "known.card_blocked", when=when), differs=True)
    if expired is not None and expired <= now_ms:
        day = weekday(card.expires, language) if card.expires else ""
        return Known(about, then, say(language, "known.card_expired", day=day), differs=True)
    return Known(about, then, say(language, "known.card_good"), differs=loan.provisional)


def _thing(loan: Loan, language: str) -> Known:
    known = CatalogueItem.objects.filter(pk=loan.item).values_list("plain", flat=True).first()
    state = "unknown" if known is None else str(known.get("state", "ok"))
    now = say(language, f"known.item_{state}")
    return Known(say(language, "known.item"), say(language, "known.item_lent"), now, differs=state != "ok")


def _data(loan: Loan, language: str) -> Known:
    old = loan.data_age_hours > OLD_DATA_HOURS
    then = (
        say(language, "known.hours", n=loan.data_age_hours) if loan.data_age_hours else say(language, "known.fresh")
    )
    return Known(say(language, "known.data"), then, say(language, "known.here"), differs=old)


def _due(entry: Entry, loan: Loan, language: str) -> Known:
    due = OpenLoan.objects.filter(pk=entry.entry_id).values_list("due", flat=True).first()
    then = say(language, "case.due", day=weekday(loan.due, language))
    if loan.due_doubtful:
        then += f", {say(language, 'detail.due_doubtful')}"
    now = say(language, "known.over") if due is None else say(language, "case.due", day=weekday(due, language))
    return Known(say(language, "known.loan"), then, now, differs=loan.due_doubtful)
