"""Cases of more things out on one card than its limit: a patron's loans, gone through after the items' fold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from lending.cases import Case
from lending.limits import Span, explain_over_limit, find_over_limit
from sync.hub.database import lock_patrons
from sync.hub.journal.models import PersonalPart
from sync.hub.ledger.cases import sync_over_limit
from sync.hub.ledger.models import LoanSpan, StaffReturn
from sync.hub.ledger.rules_then import RulesThen
from sync.hub.ledger.spans import span_of
from sync.hub.patrons.models import LibraryCard

_AT_ONCE = 200


def refold_patrons_of(loans: Collection[str], now_ms: int, also: Iterable[str] = ()) -> None:
    """Find the cases of the patrons who made these loans anew, and of those in `also` (patron_ref).

    Runs inside a transaction, after the items' fold.
    """
    refs = set(also)
    for some in _pieces(sorted(loans)):
        rows = PersonalPart.objects.filter(entry__entry_id__in=some).exclude(patron_ref="")
        refs |= set(rows.values_list("patron_ref", flat=True))
    refold_patrons(refs, now_ms)


def refold_all_patrons(now_ms: int) -> None:
    """Find the cases of everybody anew."""
    rows = PersonalPart.objects.filter(entry__kind="loan").exclude(patron_ref="")
    refold_patrons(set(rows.values_list("patron_ref", flat=True)), now_ms)


def refold_patrons(refs: Iterable[str], now_ms: int) -> None:
    """Make the cases of these patrons those of their loans, as their spans say. Runs inside a transaction."""
    wanted = sorted(refs)
    if not wanted:
        return
    lock_patrons(wanted)
    rules = RulesThen()
    for some in _pieces(wanted):
        _refold_some(some, rules, now_ms)


def _refold_some(refs: Sequence[str], rules: RulesThen, now_ms: int) -> None:
    loans = loans_of(refs)
    if not loans:
        return
    categories = dict(LibraryCard.objects.filter(patron_ref__in=refs).values_list("patron_ref", "category"))
    every = [loan for some in loans.values() for loan in some]
    ended = _ended_by_staff(every)
    spans = {loan: span for loan, span in _spans(every).items() if loan not in ended}
    found = list[Case]()
    for ref, some in loans.items():
        if ref in categories:  # a card nobody knows is another case
            found.extend(
                find_over_limit((spans[loan] for loan in some if loan in spans), rules.limit_of(categories[ref]))
            )
    sync_over_limit(every, found, lambda case: explain_over_limit(case, spans, ended), now_ms)


def loans_of(refs: Sequence[str]) -> Mapping[str, list[str]]:
    """Return the loans of each patron, by entry id, those too that do not count."""
    rows = PersonalPart.objects.filter(patron_ref__in=refs, entry__kind="loan")
    by_ref = defaultdict(list)
    for ref, loan in rows.values_list("patron_ref", "entry__entry_id"):
        by_ref[ref].append(loan)
    return by_ref


def _ended_by_staff(loans: Iterable[str]) -> set[str]:
    """Return the loans that staff have ended: when, nobody knows, so they are not counted at all."""
    return {
        loan
        for some in _pieces(loans)
        for loan in StaffReturn.objects.filter(loan__in=some).values_list("loan", flat=True)
    }


def _spans(loans: Iterable[str]) -> dict[str, Span]:
    rows = (row for some in _pieces(loans) for row in LoanSpan.objects.filter(entry_id__in=some))
    return {row.entry_id: span_of(row) for row in rows}


def _pieces(values: Iterable[str]) -> Iterator[list[str]]:
    remaining = iter(values)
    while some := list(islice(remaining, _AT_ONCE)):
        yield some
