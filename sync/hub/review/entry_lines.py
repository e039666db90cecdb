"""One entry of a journal as a line for people. Cards appear as their last four signs only."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

from lending.cases import OLD_DATA_HOURS
from lending.entries import (
    ClockChange,
    ConditionAnswer,
    DamageReport,
    DeviceChange,
    Entry,
    HoldCancelled,
    HoldCollected,
    HoldPlaced,
    ItemChecked,
    ItemMoved,
    ItemRegistered,
    Loan,
    OfferedItem,
    Refusal,
    Renewal,
    Return,
    SearchMissed,
    StaffNote,
    StaffPresence,
    Started,
    StockCount,
    Suggestion,
    SurveyAnswer,
)
from lending.errors import EntryRefused, Refused
from lending.nouns import AskedOf, PartAnswer, Shelf
from sync.cards import open_sealed_card
from sync.hub import environment
from sync.hub.holds.models import Hold
from sync.hub.journal.models import RawEntry
from sync.hub.ledger.history import said
from sync.hub.review.intervals import between
from sync.hub.review.things import Thing
from sync.hub.review.when import day_and_time, weekday, whole_day
from sync.hub.review.words import say

ICONS = {
    "loan": "arrow-up-right",
    "return": "archive-restore",
    "condition": "message-square",
    "refusal": "circle-slash",
    "started": "power",
    "device": "cpu",
    "clock": "clock",
    "hub_time": "clock",
    "renewal": "repeat",
    "hold_placed": "bookmark",
    "hold_cancelled": "bookmark",
    "hold_collected": "bookmark",
    "damage": "wrench",
    "search_missed": "search",
    "survey": "message-square",
    "suggestion": "lightbulb",
    "offered_item": "gift",
    "stock_count": "list-checks",
    "item_registered": "plus",
    "item_moved": "map-pin",
    "staff_note": "pencil",
    "item_checked": "shield-check",
    "staff": "user",
}
_END = 4


@dataclass(frozen=True, slots=True)
class Line:
    """One entry for people. `synced` says whether the station's clock was known to be right then, None if unread."""

    entry_id: str
    seq: int
    station: str
    when: str
    wall_ms: int | None
    synced: bool | None
    icon: str
    what: str
    detail: str
    item: str
    verdict: str
    verdict_tone: str
    chosen: bool = False
    between: str = ""


def line_of(
    row: RawEntry,
    thing: Thing,
    now_ms: int,
    language: str,
    *,
    chosen: bool = False,
    cards: bool = True,
    dated: bool = False,
) -> Line:
    """Return the line of an entry; `cards=False` leaves out whose card it was. `dated` gives the time by the hub's
    clock, and between which times it can have been, instead of what the station's clock said.
    """
    entry = _read(row)
    at = entry.at.wall_ms if entry else row.received_ms
    if dated and row.order_ms is not None:
        at = row.order_ms
    parts = [*_details(entry, thing, language), *([row.reason] if entry is None else [])]
    if entry is not None and cards:
        parts = [*(card_words(entry, language) or forgotten_words(row, now_ms, language)), *parts]
    verdict, tone = _verdict(row, language)
    return Line(
        entry_id=row.entry_id,
        seq=row.seq,
        station=row.journal.station_id,
        when=day_and_time(at, now_ms, language),
        wall_ms=entry.at.wall_ms if entry else None,
        synced=entry.at.synced if entry else None,
        icon=ICONS.get(row.kind, "file-text"),
        what=_what(entry, language),
        detail=" · ".join(parts),
        item=row.item,
        verdict=verdict,
        verdict_tone=tone,
        chosen=chosen,
        between=between(row, language) if dated else "",
    )


def _read(row: RawEntry) -> Entry | None:
    try:
        return said(row)
    except EntryRefused:
        return None


def _what(entry: Entry | None, language: str) -> str:
    if entry is None:
        return say(language, "entry.unreadable")
    undone = isinstance(entry.body, Return) and entry.body.undo
    return say(language, "entry.undo" if undone else f"entry.{entry.body.kind}")


def _details(entry: Entry | None, thing: Thing, language: str) -> list[str]:
    match entry.body if entry else None:
        case Loan() as loan:
            return _loan(loan, thing, language)
        case Return(shelf=Shelf.LEFT):
            return [say(language, "shelf.left")]
        case ConditionAnswer() as answer:
            return _condition(answer, thing, language)
        case Renewal() as renewal:
            return _due(renewal.due, language, doubtful=renewal.due_doubtful)
        case Refusal(reason=reason):
            return [reason]
        case Started(software=software, unclean=unclean):
            return [say(language, "started.unclean" if unclean else "started.clean", software=software)]
        case DeviceChange(device=device, up=up, reason=reason):
            return [say(language, "device.up" if up else "device.down", device=device), *([reason] if reason else [])]
        case ClockChange(by_ms=by_ms):
            return [say(language, "clock.by", seconds=f"{by_ms / 1000:+.0f}")]
    return _later_details(entry, language)


def _later_details(entry: Entry | None, language: str) -> list[str]:
    """Return what there is to say of the kinds that came with version 2."""
    match entry.body if entry else None:
        case HoldPlaced(thing=asked, item=item, until=until):
            return [asked, *([item] if item else []), say(language, "case.due", day=weekday(until, language))]
        case HoldCancelled(lapsed=True):
            return [say(language, "detail.lapsed")]
        case HoldCollected(item=item, by_code=by_code):
            return [item, *([say(language, "detail.by_code")] if by_code else [])]
        case DamageReport(what=what):
            return [say(language, f"damage.{what.value}")]
        case SearchMissed(words=words) | Suggestion(words=words) | OfferedItem(words=words) | StaffNote(words=words):
            return [words]
        case SurveyAnswer(question=question, answer=answer):
            return [f"{question}: {answer}"]
        case StockCount(found=found, missing=missing):
            return [say(language, "detail.counted", found=len(found), missing=len(missing))]
        case ItemRegistered(thing=thing, undo=undo):
            return [thing, *([say(language, "detail.taken_back")] if undo else [])]
        case ItemMoved(here=here):
            return [say(language, "detail.here" if here else "detail.away")]
        case ItemChecked(shelf=shelf):
            return [say(language, f"shelf.{shelf.value}")]
        case StaffPresence(inside=inside):
            return [say(language, "detail.inside" if inside else "detail.outside")]
    return []


def _loan(loan: Loan, thing: Thing, language: str) -> list[str]:
    old = loan.data_age_hours > OLD_DATA_HOURS
    return [
        *_parts(loan, thing, language),
        *_due(loan.due, language, doubtful=loan.due_doubtful),
        *([say(language, "detail.old_data", hours=loan.data_age_hours)] if old else []),
    ]


def _due(due: date, language: str, *, doubtful: bool) -> list[str]:
    doubt = [say(language, "detail.due_doubtful")] if doubtful else []
    return [say(language, "case.due", day=weekday(due, language)), *doubt]


def _condition(answer: ConditionAnswer, thing: Thing, language: str) -> list[str]:
    missing = [say(language, "case.missing", parts=thing.part_names(answer.missing))] if answer.missing else []
    borrower = [say(language, "detail.borrower")] if answer.asked_of is AskedOf.BORROWER else []
    return [say(language, f"condition.{answer.answer.value}"), *missing, *borrower]


def _parts(loan: Loan, thing: Thing, language: str) -> list[str]:
    if not loan.parts:
        return []
    missing = [part for part, answer in loan.parts if answer is PartAnswer.MISSING]
    counted = say(language, "case.parts", here=len(loan.parts) - len(missing), all=len(loan.parts))
    return [counted, *([say(language, "case.missing", parts=thing.part_names(missing))] if missing else [])]


def card_words(entry: Entry, language: str) -> list[str]:
    """Return in words which card an entry is about: its last four signs, or those of its keyed hash."""
    if entry.personal is None:
        return []
    if entry.personal.sealed_card is None:
        return [say(language, "case.card", end=short_ref(entry.personal.patron_ref))]
    try:
        card = open_sealed_card(entry.personal.sealed_card, environment.seal_key())
    except Refused:
        return [say(language, "case.card_sealed_other")]
    return [say(language, "case.card_sealed", end=card[-_END:])]


def forgotten_words(row: RawEntry | Hold, now_ms: int, language: str) -> list[str]:
    """Return in words when the hub forgot who it was; nothing where it has not, or never knew."""
    if row.forgotten_ms is None:
        return []
    when = whole_day(row.forgotten_ms, now_ms, language)
    if isinstance(row, RawEntry) and row.kind == StaffPresence.kind:
        return [say(language, "forgotten.staff", day=when)]
    return [say(language, "forgotten.borrower", day=when)]


def short_ref(patron_ref: str) -> str:
    """Return the last four signs of a patron_ref, enough to tell two cards apart and no more."""
    return patron_ref[-_END:].upper()


def _verdict(row: RawEntry, language: str) -> tuple[str, str]:
    if row.verdict != "stored":
        return say(language, f"verdict.{row.verdict}"), "attention" if row.verdict == "quarantined" else "stop"
    if row.in_force:
        return say(language, "verdict.stored"), "good"
    waits = row.seq > row.journal.held
    return say(language, "verdict.waiting" if waits else "verdict.aside"), "info" if waits else "attention"


def wire_kind(row: RawEntry) -> str:
    """Return the kind an entry says it is of, also when it is not one we know."""
    kind = json.loads(row.wire).get("kind")
    return kind if isinstance(kind, str) else row.kind
