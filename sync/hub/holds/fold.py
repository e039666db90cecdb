"""The fold of holds: what the entries in force, in whatever order they came, and staff's own word say of each."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from lending.entries import Entry, HoldCancelled, HoldCollected, HoldPlaced, Loan, Return
from lending.holds import undone_loan
from sync.hub.database import lock_holds
from sync.hub.holds.models import Hold, HoldEvent, HoldState
from sync.hub.holds.tell import tell
from sync.hub.journal.models import RawEntry
from sync.hub.ledger.history import held, opened

_AT_ONCE = 200
_FIELDS = ("station", "thing", "item", "patron_ref", "until", "placed_ms", "ended_ms", "state")


def hold_of(entry: Entry) -> str | None:
    """Return the id of the hold that this entry is about, or None."""
    match entry.body:
        case HoldPlaced(hold=hold) | HoldCancelled(hold=hold) | HoldCollected(hold=hold):
            return hold
        case _:
            return None


def refold_holds(hold_ids: Iterable[str], now_ms: int) -> None:
    """Make these holds say what their entries and staff say, and tell the stations. Runs inside a transaction."""
    wanted = sorted(set(hold_ids))
    lock_holds(wanted)
    entries = _entries_of(wanted)
    undone = _undone_among([entry for some in entries.values() for entry in some])
    entries = {hold_id: [e for e in some if not _is_undone(e, undone)] for hold_id, some in entries.items()}
    known = Hold.objects.select_for_update().in_bulk(wanted)
    folded = [_refold_one(hold_id, known.get(hold_id), entries.get(hold_id, []), now_ms) for hold_id in wanted]
    tell([hold for hold in folded if hold is not None], now_ms)


def refold_all_holds(now_ms: int) -> None:
    """Work out every hold anew."""
    rows = RawEntry.objects.filter(in_force=True).exclude(hold="")
    refold_holds({*rows.values_list("hold", flat=True), *Hold.objects.values_list("hold_id", flat=True)}, now_ms)


def _entries_of(hold_ids: Sequence[str]) -> Mapping[str, list[Entry]]:
    by_hold = defaultdict(list)
    for row in held(hold__in=list(hold_ids)):
        by_hold[row.hold].append(opened(row))
    return by_hold


def holds_collected_by(loans: Sequence[str]) -> set[str]:
    """Return the holds that these loans, which were undone, collected: they are to be folded again."""
    wires = RawEntry.objects.filter(entry_id__in=loans, kind=Loan.kind).values_list("wire", flat=True)
    return {hold for hold in map(hold_collected_by, wires) if hold}


def hold_collected_by(wire: str) -> str:
    """Return the hold that the loan in this wire form collects, "" if none."""
    hold = json.loads(wire)["body"].get("hold") if '"hold":"' in wire else None
    return hold if isinstance(hold, str) else ""


def _undone_among(entries: Sequence[Entry]) -> set[tuple[str, str]]:
    """Return hold and loan of the collectings among `entries` whose loan says so too and was undone.

    A collecting alone is not enough: only the loan leads from an undo to the hold that is to be folded again.
    """
    said = [entry.body for entry in entries if isinstance(entry.body, HoldCollected)]
    if not said:
        return set()
    undone, agreed = set[str](), set[tuple[str, str]]()
    for some in _in_parts(sorted({body.item for body in said})):
        backs = held(kind=Return.kind, item__in=some, wire__contains='"undo":true')
        undone |= {loan for loan in map(undone_loan, map(opened, backs)) if loan is not None}
    for some in _in_parts(sorted({body.loan for body in said} & undone)):
        agreed |= {
            (hold_collected_by(row.wire), row.entry_id) for row in held(kind=Loan.kind, entry_id__in=list(some))
        }
    return agreed


def _in_parts(items: Sequence[str]) -> Iterable[Sequence[str]]:
    return (items[start : start + _AT_ONCE] for start in range(0, len(items), _AT_ONCE))


def _is_undone(entry: Entry, undone: AbstractSet[tuple[str, str]]) -> bool:
    return isinstance(entry.body, HoldCollected) and (entry.body.hold, entry.body.loan) in undone


def _refold_one(hold_id: str, known: Hold | None, entries: Sequence[Entry], now_ms: int) -> Hold | None:
    """Return the hold if it changed. Ends that came before any word of the hold itself wait for it."""
    if known is None and not _placings(entries):
        return None
    hold, before = known or Hold(hold_id=hold_id), _seen(known)
    if not hold.by:
        _set_placing(hold, entries)
    hold.state = _state(hold, entries)
    hold.ended_ms = _ended_ms(hold, entries)
    if _seen(hold) == before:
        return None
    hold.save()
    _note(hold, before, now_ms)
    return hold


def _note(hold: Hold, before: tuple[object, ...] | None, now_ms: int) -> None:
    """Add to the trail what happened to the hold by entries."""
    steps = ["placed"] if before is None else []
    was = HoldState.OPEN if before is None else before[-1]
    if hold.state != was:
        steps.append("reopened" if hold.state == HoldState.OPEN else hold.state)
    HoldEvent.objects.bulk_create(HoldEvent(hold=hold, at_ms=now_ms, what=what) for what in steps)


def _placings(entries: Sequence[Entry]) -> list[tuple[Entry, HoldPlaced]]:
    """Return the entries that place the hold and still say for whom."""
    return [(e, e.body) for e in entries if isinstance(e.body, HoldPlaced) and e.personal is not None]


def _set_placing(hold: Hold, entries: Sequence[Entry]) -> None:
    """Take over what the last placing says; where the patron has been erased, what was known stays."""
    for entry, body in _placings(entries)[-1:]:
        hold.station, hold.thing, hold.item = entry.station, body.thing, body.item or ""
        hold.until, hold.placed_ms = body.until, entry.at.wall_ms
        hold.patron_ref = entry.personal.patron_ref if entry.personal else ""


def _state(hold: Hold, entries: Sequence[Entry]) -> HoldState:
    """Return how the hold stands: what was collected was collected, whatever else anybody said. A collecting that was
    undone is not among the entries.
    """
    bodies = [entry.body for entry in entries]
    if any(isinstance(body, HoldCollected) for body in bodies):
        return HoldState.COLLECTED
    ends = [body for body in bodies if isinstance(body, HoldCancelled)]
    if hold.cancelled_by or any(not body.lapsed for body in ends):
        return HoldState.CANCELLED
    return HoldState.LAPSED if ends else HoldState.OPEN


def _ended_ms(hold: Hold, entries: Sequence[Entry]) -> int | None:
    """Return when the hold was over first, by whoever's word; None while it is open."""
    ends = [entry.at.wall_ms for entry in entries if isinstance(entry.body, HoldCancelled | HoldCollected)]
    if hold.cancelled_by:
        theirs = hold.events.filter(what="cancelled").exclude(who="")
        ends.extend(theirs.values_list("at_ms", flat=True))
    return min(ends, default=None)


def items_set_aside(hold_ids: Collection[str]) -> set[str]:
    """Return the items that these holds set aside, as far as anybody has said: loans of them may be cases."""
    if not hold_ids:
        return set()
    known = Hold.objects.filter(pk__in=hold_ids).values_list("item", flat=True)
    wires = RawEntry.objects.filter(hold__in=hold_ids, kind=HoldPlaced.kind, in_force=True)
    named = (json.loads(wire)["body"].get("item") for wire in wires.values_list("wire", flat=True))
    return {item for item in (*known, *named) if isinstance(item, str) and item}


def _seen(hold: Hold | None) -> tuple[object, ...] | None:
    """Return all that entries can change about a hold, its state last; None for no hold."""
    return None if hold is None else tuple(getattr(hold, name) for name in _FIELDS)
