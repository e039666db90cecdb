"""Keeping the table of cases equal to what the journals show, and what staff decided untouched."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from lending.cases import RISK, Case, CaseKind, case_key
from lending.explain import Explanation, Why
from sync.hub.journal.aside import not_counting
from sync.hub.journal.models import RawEntry, SetAside
from sync.hub.ledger.models import CaseEvent, CaseState, ReviewCase

MAX_ENTRIES_NAMED = 50
MOST_QUARANTINED = 50
"""So many open cases of entries in quarantine a station has, a page of the list; more of them are one case."""
ASKED_AGAIN_MS = 24 * 60 * 60 * 1000
"""How long staff's answer to a case of too much aside stands, while the station goes on sending."""
_EXAMPLES = 5
_AT_ONCE = 200
_BY_ITEM = [kind.value for kind in CaseKind if kind is not CaseKind.OVER_LIMIT]


class JournalCaseKind(StrEnum):
    """Cases about a journal itself rather than about an item."""

    JOURNAL_FORKED = "journal_forked"
    JOURNAL_CONFLICT = "journal_conflict"
    TOO_MUCH_ASIDE = "too_much_aside"
    ENTRY_QUARANTINED = "entry_quarantined"
    KOHA_REFUSED = "koha_refused"


JOURNAL_RISK = {
    JournalCaseKind.JOURNAL_FORKED: 0,
    JournalCaseKind.JOURNAL_CONFLICT: 0,
    JournalCaseKind.TOO_MUCH_ASIDE: 0,
    JournalCaseKind.ENTRY_QUARANTINED: 3,
    JournalCaseKind.KOHA_REFUSED: 4,
}


Explain = Callable[[Case], Explanation]
"""Says why a case is no longer found."""


def sync_cases(items: Collection[str], found: Iterable[Case], explain: Explain, now_ms: int) -> None:
    """Make the cases of `items` those in `found`: new ones open, those no longer found close and say why."""
    rows = ReviewCase.objects.select_for_update().filter(item__in=items, kind__in=_BY_ITEM)
    _sync({row.key: row for row in rows}, found, explain, now_ms)


def sync_over_limit(loans: Sequence[str], found: Iterable[Case], explain: Explain, now_ms: int) -> None:
    """Do the same for the cases of more things than a card may have that these loans raised."""
    rows = list[ReviewCase]()
    for start in range(0, len(loans), _AT_ONCE):
        keys = [case_key(CaseKind.OVER_LIMIT, loan) for loan in loans[start : start + _AT_ONCE]]
        rows.extend(ReviewCase.objects.select_for_update().filter(key__in=keys))
    _sync({row.key: row for row in rows}, found, explain, now_ms)


def _sync(known: Mapping[str, ReviewCase], found: Iterable[Case], explain: Explain, now_ms: int) -> None:
    current = {case.key: case for case in found}
    _show(current, known, now_ms)
    for key in sorted(known.keys() - current.keys()):
        if known[key].found:
            _no_longer_found(known[key], explain(as_found(known[key])), now_ms)


def as_found(row: ReviewCase) -> Case:
    """Return the case as it was found last."""
    return Case(
        CaseKind(row.kind), row.item, row.station, row.at_ms, tuple(row.entry_ids), tuple(row.missing), row.reason
    )


def add_cases(found: Iterable[Case], now_ms: int) -> None:
    """Make sure that the cases in `found` are shown; all others stay as they are."""
    current = {case.key: case for case in found}
    if current:
        _show(current, {r.key: r for r in ReviewCase.objects.select_for_update().filter(key__in=current)}, now_ms)


def _show(current: Mapping[str, Case], known: Mapping[str, ReviewCase], now_ms: int) -> None:
    for key, case in current.items():
        if key in known:
            _update(known[key], case, now_ms)
    _open([case for key, case in current.items() if key not in known], now_ms)


def _open(cases: Sequence[Case], now_ms: int) -> None:
    """Open these cases, many at once: after a backlog there may be thousands."""
    rows = ReviewCase.objects.bulk_create(_row(case) for case in cases)
    CaseEvent.objects.bulk_create(CaseEvent(case=row, at_ms=now_ms, what="opened") for row in rows)


def _row(case: Case) -> ReviewCase:
    return ReviewCase(
        key=case.key,
        kind=case.kind.value,
        risk=RISK[case.kind],
        item=case.item,
        station=case.station,
        at_ms=case.at_ms,
        entry_ids=list(case.entry_ids),
        missing=list(case.missing),
        reason=case.reason,
    )


def _update(row: ReviewCase, case: Case, now_ms: int) -> None:
    said = (list(case.entry_ids), list(case.missing), case.reason, case.at_ms, True)
    if said == (row.entry_ids, row.missing, row.reason, row.at_ms, row.found):
        return
    row.entry_ids, row.missing, row.reason, row.at_ms, row.found = said
    if row.state == CaseState.EXPLAINED:
        row.state, row.why = CaseState.OPEN, {}
        CaseEvent.objects.create(case=row, at_ms=now_ms, what="reopened")
    row.save()


def _no_longer_found(row: ReviewCase, why: Explanation, now_ms: int) -> None:
    """Close an open case and say why; one that staff decided keeps the reason too, and stays decided.

    That nobody knows any more who it was explains nothing: a case that was closed stays as it is.
    """
    if why.why is Why.FORGOTTEN and row.state != CaseState.OPEN:
        return
    row.found, row.why = False, as_plain(why)
    if row.state == CaseState.OPEN:
        row.state = CaseState.EXPLAINED
        CaseEvent.objects.create(case=row, at_ms=now_ms, what="explained", why=row.why)
    row.save()


def as_plain(why: Explanation) -> dict[str, Any]:
    """Return an explanation as it is stored."""
    times = {"at_ms": why.at_ms, "was_ms": why.was_ms}
    return {
        "why": why.why.value,
        "entries": list(why.entry_ids),
        "station": why.station,
        **{name: ms for name, ms in times.items() if ms is not None},
    }


def explain_quarantine(row: RawEntry, now_ms: int) -> None:
    """Close the case of an entry that came out of quarantine; what staff decided stays."""
    kind = JournalCaseKind.ENTRY_QUARANTINED
    key = _journal_key(kind, row.journal.station_id, row.journal.epoch, row)
    why = Explanation(Why.READABLE, (row.entry_id,), row.journal.station_id)
    for case in ReviewCase.objects.select_for_update().filter(key=key, found=True):
        _no_longer_found(case, why, now_ms)


def _journal_key(kind: JournalCaseKind, station: str, epoch: int, first: RawEntry | SetAside) -> str:
    mark = first.digest[:16] if isinstance(first, SetAside) else first.entry_id[:16]
    return f"{kind.value}:{station}:{epoch}:{first.seq}:{mark}"


def raise_journal_case(
    kind: JournalCaseKind, station: str, epoch: int, rows: Sequence[RawEntry | SetAside], now_ms: int
) -> None:
    """Make sure that an open case of this kind names these entries of the journal.

    Quarantined entries have a case each. A conflict, a fork or what Koha would not take has one per journal as long
    as it is open; when staff have answered it and more comes, a new one opens.
    """
    open_one = None if kind is JournalCaseKind.ENTRY_QUARANTINED else _open_one(kind, station, epoch)
    if open_one is not None:
        named = [*open_one.entry_ids, *(row.entry_id for row in rows)]
        open_one.entry_ids = named[:MAX_ENTRIES_NAMED]
        open_one.save(update_fields=["entry_ids"])
        return
    first = rows[0]
    case = ReviewCase.objects.create(
        key=_journal_key(kind, station, epoch, first),
        kind=kind.value,
        risk=JOURNAL_RISK[kind],
        station=station,
        at_ms=now_ms,
        entry_ids=[row.entry_id for row in rows][:MAX_ENTRIES_NAMED],
        reason=first.reason,
    )
    CaseEvent.objects.create(case=case, at_ms=now_ms, what="opened")


def show_quarantined(station: str, epoch: int, rows: Sequence[RawEntry], now_ms: int) -> None:
    """Raise a case for each of these entries, as long as staff can go through them one by one; else one for all."""
    kind = JournalCaseKind.ENTRY_QUARANTINED
    cases = ReviewCase.objects.filter(station=station, kind=kind.value, state=CaseState.OPEN)
    room = max(0, MOST_QUARANTINED - cases[:MOST_QUARANTINED].count())
    for row in rows[:room]:
        raise_journal_case(kind, station, epoch, [row], now_ms)
    if rows[room:]:
        raise_too_much(station, epoch, now_ms)


def raise_too_much(station: str, epoch: int, now_ms: int) -> None:
    """Make sure that staff know that this station brings more that counts nowhere than anybody can look through.

    There is one case for it. Answered, it opens again if the station still does so a day later.
    """
    kind = JournalCaseKind.TOO_MUCH_ASIDE
    said = {"kind": kind.value, "risk": JOURNAL_RISK[kind], "station": station, "at_ms": now_ms}
    case, new = ReviewCase.objects.select_for_update().get_or_create(
        key=_too_much_key(station, epoch), defaults=said | {"entry_ids": lambda: _newest_aside(station, epoch)}
    )
    stands = case.state == CaseState.OPEN or now_ms - (case.decided_ms or 0) < ASKED_AGAIN_MS
    if new:
        CaseEvent.objects.create(case=case, at_ms=now_ms, what="opened")
    elif not stands:
        case.state, case.found, case.why, case.decision, case.note = CaseState.OPEN, True, {}, "", ""
        case.decided_by, case.decided_ms, case.entry_ids = "", None, _newest_aside(station, epoch)
        case.save()
        CaseEvent.objects.create(case=case, at_ms=now_ms, what="reopened")


def _newest_aside(station: str, epoch: int) -> list[str]:
    """Return some of what counts nowhere, for whoever looks at the case."""
    aside = SetAside.objects.filter(journal__station_id=station, journal__epoch=epoch).order_by("-pk")
    rows = RawEntry.objects.filter(not_counting(), journal__station_id=station, journal__epoch=epoch).order_by("-pk")
    return [entry for found in (aside, rows) for entry in found.values_list("entry_id", flat=True)[:_EXAMPLES]]


def explain_too_much(station: str, epoch: int, now_ms: int) -> None:
    """Close that case: nothing of the journal lies aside any more."""
    why = Explanation(Why.READABLE, (), station)
    for case in ReviewCase.objects.select_for_update().filter(key=_too_much_key(station, epoch), found=True):
        _no_longer_found(case, why, now_ms)


def _too_much_key(station: str, epoch: int) -> str:
    return f"{JournalCaseKind.TOO_MUCH_ASIDE.value}:{station}:{epoch}"


def _open_one(kind: JournalCaseKind, station: str, epoch: int) -> ReviewCase | None:
    """Return the open case of this kind about a journal, locked: nobody answers it while more is named in it."""
    prefix = f"{kind.value}:{station}:{epoch}:"
    return ReviewCase.objects.select_for_update().filter(key__startswith=prefix, state=CaseState.OPEN).first()
