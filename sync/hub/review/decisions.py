"""Staff's answers: stored with who and when, undone within 30 days, and never written over."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from lending.errors import Refused
from sync.hub.database import lock_items, writing
from sync.hub.fleet.forks import take_back_for
from sync.hub.ledger.fold import refold_items
from sync.hub.ledger.limits import refold_patrons_of
from sync.hub.ledger.models import CaseEvent, CaseState, ReviewCase, StaffReturn
from sync.hub.ledger.rules_then import EVER
from sync.hub.review.answers import ACCEPTED, OWN, loans_ended, may_answer

UNDO_MS = 30 * 24 * 3600 * 1000
MAX_NOTE = 1000


def accept(case_ids: Iterable[int], who: str, note: str, now_ms: int) -> list[int]:
    """Return the ids of the cases whose suggestion is now accepted: those that were still open."""
    return answer(case_ids, ACCEPTED, who, note, now_ms)


def answer_otherwise(case_id: int, who: str, note: str, now_ms: int) -> bool:
    """Return whether the case was open and now has this answer. Raises Refused without a note."""
    return bool(answer([case_id], OWN, who, note, now_ms))


def answer(case_ids: Iterable[int], name: str, who: str, note: str, now_ms: int) -> list[int]:
    """Return the ids of the cases that are now answered so: those that were still open and can have this answer.

    `name` is one of `sync.hub.review.answers`. Raises Refused for words of one's own without a note.
    """
    if name == OWN and not note.strip():
        raise Refused("an answer of one's own needs a note")
    return [case_id for case_id in case_ids if _decide(case_id, name, who, note, now_ms)]


def _decide(case_id: int, name: str, who: str, note: str, now_ms: int) -> bool:
    with writing():
        case = _locked(case_id)
        if case is None or case.state != CaseState.OPEN or not may_answer(case.kind, name):
            return False
        case.state, case.decision = CaseState.DECIDED, name
        case.note, case.decided_by, case.decided_ms = _kept(note), who, now_ms
        case.save()
        CaseEvent.objects.create(case=case, at_ms=now_ms, what=name, who=who, note=_kept(note))
        if loans := loans_ended(case, name):
            _end(loans, case)
            _fold_anew(case, loans, now_ms)
    return True


def _locked(case_id: int) -> ReviewCase | None:
    """Return the case, locked; its item is locked first, in the order in which a batch locks them."""
    item = ReviewCase.objects.filter(pk=case_id).values_list("item", flat=True).first()
    if item:
        lock_items([item])
    return ReviewCase.objects.select_for_update().filter(pk=case_id).first()


def _kept(note: str) -> str:
    return note.replace("\x00", "").strip()[:MAX_NOTE]


def _end(loans: Sequence[str], case: ReviewCase) -> None:
    StaffReturn.objects.bulk_create((StaffReturn(loan=loan, case=case) for loan in loans), ignore_conflicts=True)


def _fold_anew(case: ReviewCase, loans: Collection[str], now_ms: int) -> None:
    """Count the item of the case anew, and what is out on the cards of these loans, which staff ended or reopened."""
    changed = refold_items([case.item], now_ms)
    # Once for all of them: two transactions must not wait for each other's patrons.
    refold_patrons_of(changed | dict.fromkeys(loans, EVER), now_ms)


def undo(case_id: int, who: str, now_ms: int) -> bool:
    """Return whether the case was decided at most 30 days ago; it is now as if it had never been answered.

    The trail keeps both the answer and its undoing. A loan that another answer ended too stays ended.
    """
    taken_back = take_back_for(case_id, who, now_ms)
    if taken_back is not None:
        return taken_back
    with writing():
        case = _locked(case_id)
        if case is None or case.state != CaseState.DECIDED or not can_undo(case, now_ms):
            return False
        case.state = CaseState.OPEN if case.found else CaseState.EXPLAINED
        case.decision, case.note, case.decided_by, case.decided_ms = "", "", "", None
        case.save()
        CaseEvent.objects.create(case=case, at_ms=now_ms, what="undone", who=who)
        ended = set(StaffReturn.objects.filter(case=case).values_list("loan", flat=True))
        if ended:
            StaffReturn.objects.filter(case=case).delete()
            keep_ended_by_others(case, ended)
            _fold_anew(case, ended, now_ms)
    return True


def keep_ended_by_others(case: ReviewCase, loans: set[str]) -> None:
    """Let those of `loans` stay ended that another answer about the same item ends as well."""
    others = ReviewCase.objects.filter(item=case.item, state=CaseState.DECIDED).exclude(pk=case.pk)
    for other in others.order_by("decided_ms", "pk"):
        _end([loan for loan in loans_ended(other, other.decision) if loan in loans], other)


def can_undo(case: ReviewCase, now_ms: int) -> bool:
    """Return whether the answer to this case can still be taken back."""
    return case.decided_ms is not None and now_ms - case.decided_ms <= UNDO_MS
