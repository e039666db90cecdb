"""More things out on one card than its limit: found by going through one patron's loans, across items and stations.

The same loans always give the same cases, whatever order they came in. In doubt it counts for the borrower: a loan is
over when its thing comes back or goes out again, whoever lent it, and one undone in the same visit never was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from lending.cases import MOST_EARLIER, Case, CaseKind
from lending.entries import Entry, Loan, Return
from lending.explain import Explanation, Why

Place = tuple[int, str, int, int]
"""Where an entry stands among all: its time in the order (Unix ms), then station, epoch and place in the journal."""

LimitAt = Callable[[int], int | None]
"""How many things a patron may have at a time (Unix ms); None where nobody can say."""


@dataclass(frozen=True, slots=True)
class Span:
    """That somebody had `item` on the loan `entry_id` from `start` to before `end`, None while it is out."""

    entry_id: str
    item: str
    start: Place
    end: Place | None = None


def spans_of(item: str, entries: Iterable[tuple[Place, Entry]], before: Span | None = None) -> list[Span]:
    """Return the loans of `item` in `entries`, which come in order, with their ends.

    `before` is the loan that is open ahead of them, and comes first if one of them ends it. No entry may undo a loan
    that is not among them.
    """
    entries = list(entries)
    undone = {e.body.loan for _, e in entries if isinstance(e.body, Return) and e.body.undo}
    done, out = list[Span](), before
    for place, entry in entries:
        lends = isinstance(entry.body, Loan) and entry.entry_id not in undone
        takes_back = isinstance(entry.body, Return) and not entry.body.undo
        if out is not None and (lends or takes_back):
            done.append(Span(out.entry_id, item, out.start, place))
            out = None
        if lends:
            out = Span(entry.entry_id, item, place)
    return [*done, out] if out is not None and out is not before else done


def find_over_limit(loans: Iterable[Span], limit_at: LimitAt) -> tuple[Case, ...]:
    """Return a case for each of one patron's loans that was more than the limit when it was made."""
    found, out = list[Case](), list[Span]()
    for loan in sorted(loans, key=lambda one: (one.start, one.entry_id)):
        out = [one for one in out if one.end is None or one.end > loan.start]
        limit = limit_at(loan.start[0])
        if limit is not None and len(out) >= limit:
            ids = (*(one.entry_id for one in out[-MOST_EARLIER:]), loan.entry_id)
            found.append(Case(CaseKind.OVER_LIMIT, loan.item, loan.start[1], loan.start[0], ids))
        out.append(loan)
    return tuple(found)


def explain_over_limit(
    case: Case,
    loans: Mapping[str, Span],
    ended: AbstractSet[str] = frozenset(),
    forgotten: AbstractSet[str] = frozenset(),
) -> Explanation:
    """Return why `case` is not found any more. `loans` are the patron's, by entry id; `ended` those of the patron's
    that staff have ended, which count no more; `forgotten` those of which nobody knows any more that they were.
    """
    gone = [loan for loan in case.entry_ids if loan in forgotten]
    if gone:
        return Explanation(Why.FORGOTTEN, (gone[-1],))
    over = [loan for loan in reversed(case.entry_ids) if loan in ended]
    if over:
        return Explanation(Why.STAFF_ENDED, (over[0],))
    raised = loans.get(case.entry_ids[-1])
    if raised is None:
        return Explanation(Why.UNDONE, case.entry_ids[-1:])
    for loan_id in reversed(case.entry_ids[:-1]):
        earlier = loans.get(loan_id)
        if earlier is None:
            return Explanation(Why.UNDONE, (loan_id,))
        if earlier.end is not None and earlier.end <= raised.start:
            return Explanation(Why.ROOM_AFTER_ALL, (loan_id,), earlier.end[1], earlier.end[0])
        if earlier.start > raised.start:
            return Explanation(Why.DATED_OTHERWISE, (raised.entry_id,), raised.start[1], raised.start[0], case.at_ms)
    return Explanation(Why.ROOM_AFTER_ALL, (raised.entry_id,))
